using Lab.Core.Tasks;
using Lab.Sharing;

namespace Lab.Properties.Strategies;

/// <summary>Small programs with one bug each, each hard for some strategies. A bug is an exception.</summary>
internal static class HardPrograms
{
    internal static Func<Cx, Task> Named(string name) => name switch
    {
        "needle" => Needle,
        "late" => Late,
        "buried" => Buried,
        "one-by-one" => OneByOne,
        "lost-update" => LostUpdate,
        "taken" => Taken,
        _ => throw new ArgumentException(name),
    };

    /// <summary>Depth 2: b, which has much to do first, must come between two neighbouring steps of a, which begins with them.</summary>
    private static Task Needle(Cx cx) => Two(
        cx,
        static async (stage, c) =>
        {
            await stage.CompareExchangeAsync(1, 0, c);
            await stage.CompareExchangeAsync(3, 2, c);
        },
        static async (stage, c) =>
        {
            await Idle(20, c);
            await stage.CompareExchangeAsync(2, 1, c);
        },
        bug: 3);

    /// <summary>The one step of b must come between the last two of a's 25.</summary>
    private static Task Late(Cx cx) => Two(
        cx,
        static async (stage, c) =>
        {
            await Idle(23, c);
            await stage.WriteAsync(1, c);
            await stage.CompareExchangeAsync(3, 2, c);
        },
        static async (stage, c) => await stage.CompareExchangeAsync(2, 1, c),
        bug: 3);

    /// <summary>Five tasks touch one object once each, after 0, 6, 12, 18 and 24 steps of their own: the later ones must come first.</summary>
    private static async Task Buried(Cx cx)
    {
        var stage = new Shared<int>();
        await cx.ScopeAsync(scope =>
        {
            for (var t = 0; t < 5; t++)
            {
                var number = t;
                scope.Spawn(async c =>
                {
                    await Idle(6 * number, c);
                    await stage.CompareExchangeAsync(5 - number, 4 - number, c);
                });
            }

            return Task.CompletedTask;
        });
        Expect(stage.Peek() != 5);
    }

    /// <summary>Reorder: five setters, spawned one by one by a task that does something else in between; the checker, which is last, must meet one half-way.</summary>
    private static async Task OneByOne(Cx cx)
    {
        var a = new Shared<int>();
        var b = new Shared<int>();
        var own = new Shared<int>();
        await cx.ScopeAsync(async scope =>
        {
            for (var t = 0; t < 5; t++)
            {
                scope.Spawn(async c =>
                {
                    await a.WriteAsync(1, c);
                    await b.WriteAsync(-1, c);
                });
                await own.ReadAsync(cx);
                await own.ReadAsync(cx);
            }

            scope.Spawn(async c => Expect((await a.ReadAsync(c), await b.ReadAsync(c)) is (0, 0) or (1, -1)));
        });
    }

    /// <summary>
    /// An <c>if</c> where a <c>while</c> belongs. Where the second taker must come between signal and lock both the first taker, which was signalled, and the
    /// putter, which goes on, must wait: both drop at one choice, for in the steps before it nobody else could go on.
    /// </summary>
    private static async Task Taken(Cx cx)
    {
        var mutex = new ModelMutex();
        var notEmpty = new ModelCondition(mutex);
        var count = 0;
        async Task Take(Cx c)
        {
            await mutex.LockAsync(c);
            if (count == 0)
            {
                await notEmpty.WaitAsync(c);
            }

            Expect(--count >= 0);
            await mutex.UnlockAsync(c);
        }

        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(Take);
            scope.Spawn(Take);
            scope.Spawn(async c =>
            {
                for (var i = 0; i < 2; i++)
                {
                    await mutex.LockAsync(c);
                    count++;
                    await notEmpty.SignalAsync(c);
                    await mutex.UnlockAsync(c);
                }
            });
            return Task.CompletedTask;
        });
    }

    private static Task LostUpdate(Cx cx) => Two(cx, Increment, Increment, bug: 1);

    private static async Task Increment(Shared<int> shared, Cx cx) => await shared.WriteAsync(await shared.ReadAsync(cx) + 1, cx);

    private static async Task Two(Cx cx, Func<Shared<int>, Cx, Task> a, Func<Shared<int>, Cx, Task> b, int bug)
    {
        var stage = new Shared<int>();
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(c => a(stage, c));
            scope.Spawn(c => b(stage, c));
            return Task.CompletedTask;
        });
        Expect(stage.Peek() != bug);
    }

    private static async Task Idle(int steps, Cx cx)
    {
        var own = new Shared<int>();
        for (var i = 0; i < steps; i++)
        {
            await own.ReadAsync(cx);
        }
    }

    private static void Expect(bool holds)
    {
        if (!holds)
        {
            throw new InvalidOperationException("the bug");
        }
    }
}
