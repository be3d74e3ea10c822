using Lab.Core.Tasks;
using Lab.Sharing;

namespace Lab.Properties.Shrinking;

/// <summary>Buggy programs with a clock, whose smallest failing schedule is known.</summary>
internal static class ClockPrograms
{
    /// <summary>
    /// Fails in two ways, with one verdict: by a lost update, or when a task is so late that a millisecond is over before it begins. The second takes no
    /// pre-emption: the clock only needs to come before the task.
    /// </summary>
    internal static Func<Cx, Task> LostOrLate(int noise) => cx => LostOrLate(noise, canLose: true, cx);

    /// <summary>The same, but an update that is lost is nobody's fault.</summary>
    internal static Func<Cx, Task> Late(int noise) => cx => LostOrLate(noise, canLose: false, cx);

    /// <summary>
    /// Fails when the third of five tasks is late, and the timer is only set by a sixth when the second is done. The others may come in any order, of which
    /// one is the least; from most of them no single changed decision leads to a smaller one.
    /// </summary>
    internal static async Task LateAmongMany(Cx cx)
    {
        var began = cx.Clock.GetTimestamp();
        var isLate = false;
        var balance = new Shared<int>();
        var isDone = new Shared<bool>();
        await cx.ScopeAsync(scope =>
        {
            for (var i = 0; i < 5; i++)
            {
                var number = i;
                scope.Spawn(async c =>
                {
                    isLate |= number == 2 && c.Clock.GetTimestamp() != began;
                    await Increment(balance, 0, c);
                    if (number == 1)
                    {
                        await isDone.WriteAsync(true, c);
                    }
                });
            }

            scope.Spawn(async c =>
            {
                if (await isDone.ReadAsync(c))
                {
                    await c.DelayAsync(TimeSpan.FromMilliseconds(1));
                }
            });
            return Task.CompletedTask;
        });
        ShrinkPrograms.Require(!isLate);
    }

    /// <summary>
    /// Fails when a task is late, or when another sees a value come and go: three pre-emptions. They share nothing with the clock's step, and among so much
    /// noise no change of one or two decisions leads to them, nor are the schedules few enough to try them all.
    /// </summary>
    internal static Func<Cx, Task> BlinkOrLate(int noise) => async cx =>
    {
        var began = cx.Clock.GetTimestamp();
        var value = new Shared<int>();
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(async c =>
            {
                ShrinkPrograms.Require(c.Clock.GetTimestamp() == began);
                await ShrinkPrograms.Noise(noise, c);
                await value.WriteAsync(1, c);
                await value.WriteAsync(0, c);
            });
            scope.Spawn(async c =>
            {
                await ShrinkPrograms.Noise(noise, c);
                var before = await value.ReadAsync(c);
                var between = await value.ReadAsync(c);
                ShrinkPrograms.Require(!(before == 0 && between == 1 && await value.ReadAsync(c) == 0));
            });
            scope.Spawn(c => c.DelayAsync(TimeSpan.FromMilliseconds(1)));
            return Task.CompletedTask;
        });
    };

    /// <summary>
    /// Fails only when a task that waits for 3 ms is still not done when another's 4 ms are over: one early advance, of 1 ms. The clock has a stop at 1 ms,
    /// too, and a fourth task has no part in it.
    /// </summary>
    internal static async Task OnlyLate(Cx cx)
    {
        var timedOut = new Shared<bool>();
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(async c =>
            {
                await c.DelayAsync(TimeSpan.FromMilliseconds(4));
                await timedOut.WriteAsync(true, c);
            });
            scope.Spawn(async c =>
            {
                await c.DelayAsync(TimeSpan.FromMilliseconds(3));
                ShrinkPrograms.Require(!await timedOut.ReadAsync(c));
            });
            scope.Spawn(c => c.DelayAsync(TimeSpan.FromMilliseconds(1)));
            scope.Spawn(c => ShrinkPrograms.Noise(3, c));
            return Task.CompletedTask;
        });
    }

    /// <summary>Fails when one of two tasks is not done after 5 ms, in which the clock stops each millisecond: five early advances.</summary>
    internal static async Task FiveTimes(Cx cx)
    {
        var isOver = false;
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(async c =>
            {
                for (var i = 0; i < 5; i++)
                {
                    await c.DelayAsync(TimeSpan.FromMilliseconds(1));
                }

                isOver = true;
            });
            scope.Spawn(c => Work(c));
            scope.Spawn(c => Work(c));
            return Task.CompletedTask;
        });

        async Task Work(Cx c)
        {
            await ShrinkPrograms.Noise(2, c);
            ShrinkPrograms.Require(!isOver);
        }
    }

    private static async Task LostOrLate(int noise, bool canLose, Cx cx)
    {
        var began = cx.Clock.GetTimestamp();
        var isLate = false;
        var balance = new Shared<int>();
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(async c =>
            {
                isLate = c.Clock.GetTimestamp() != began;
                await Increment(balance, noise, c);
            });
            scope.Spawn(c => Increment(balance, noise, c));
            scope.Spawn(c => c.DelayAsync(TimeSpan.FromMilliseconds(1)));
            return Task.CompletedTask;
        });
        ShrinkPrograms.Require(!isLate && (!canLose || balance.Peek() == 2));
    }

    private static async Task Increment(Shared<int> balance, int noise, Cx cx)
    {
        await ShrinkPrograms.Noise(noise, cx);
        await balance.WriteAsync(await balance.ReadAsync(cx) + 1, cx);
    }
}
