using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Sharing;

namespace Lab.Properties.Shrinking;

/// <summary>Buggy programs whose smallest failing schedule is known.</summary>
internal static class ShrinkPrograms
{
    /// <summary>Two increments, read and write apart, each among accesses that have nothing to do with it. One pre-emption: after a read.</summary>
    internal static Func<Cx, Task> LostUpdate(int noise) => async cx =>
    {
        var balance = new Shared<int>();
        await cx.ScopeAsync(scope =>
        {
            for (var i = 0; i < 2; i++)
            {
                scope.Spawn(async c =>
                {
                    await Noise(noise, c);
                    await balance.WriteAsync(await balance.ReadAsync(c) + 1, c);
                    await Noise(noise, c);
                });
            }

            return Task.CompletedTask;
        });
        Require(balance.Peek() == 2);
    };

    /// <summary>Three who add twice, each an amount of its own, and a failure that says the sum: which amounts are lost differs from schedule to schedule.</summary>
    internal static async Task Sum(Cx cx)
    {
        var sum = new Shared<int>();
        await cx.ScopeAsync(scope =>
        {
            foreach (var amount in (int[])[1, 10, 100])
            {
                scope.Spawn(async c =>
                {
                    await sum.WriteAsync(await sum.ReadAsync(c) + amount, c);
                    await sum.WriteAsync(await sum.ReadAsync(c) + amount, c);
                });
            }

            return Task.CompletedTask;
        });
        if (sum.Peek() != 222)
        {
            throw new InvalidOperationException($"the sum is {sum.Peek()}");
        }
    }

    /// <summary>A value that is there for a moment only. Two pre-emptions: to see it, and to see it go.</summary>
    internal static async Task Blink(Cx cx)
    {
        var value = new Shared<int>();
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(async c =>
            {
                await value.WriteAsync(1, c);
                await value.WriteAsync(0, c);
            });
            scope.Spawn(async c => Require(await value.ReadAsync(c) == 0 || await value.ReadAsync(c) == 1));
            return Task.CompletedTask;
        });
    }

    /// <summary>Fails when the second task comes first; no pre-emption is needed for that.</summary>
    internal static async Task WrongOrder(Cx cx)
    {
        var value = new Shared<int>();
        var seen = 0;
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(async c => await value.WriteAsync(1, c));
            scope.Spawn(async c => seen = await value.ReadAsync(c));
            return Task.CompletedTask;
        });
        Require(seen == 1);
    }

    /// <summary>Two locks in both orders. One pre-emption: between one task's two.</summary>
    internal static async Task TwoLocks(Cx cx)
    {
        var a = new AsyncMutex();
        var b = new AsyncMutex();
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(c => Both(a, b, c), name: "left");
            scope.Spawn(c => Both(b, a, c), name: "right");
            return Task.CompletedTask;
        });
    }

    /// <summary>Fails when three draws of 100 sum up to 50 and more.</summary>
    internal static async Task Draws(Cx cx)
    {
        await cx.YieldAsync();
        var sum = cx.Random.Next(100) + cx.Random.Next(100) + cx.Random.Next(100);
        Require(sum < 50);
    }

    /// <summary>A lost update that virtual workers show, too: both tasks give way between reading and writing.</summary>
    internal static async Task GivesWay(Cx cx)
    {
        var balance = new Shared<int>();
        await cx.ScopeAsync(scope =>
        {
            for (var i = 0; i < 2; i++)
            {
                scope.Spawn(async c =>
                {
                    await c.YieldAsync();
                    var value = await balance.ReadAsync(c);
                    await c.YieldAsync();
                    await balance.WriteAsync(value + 1, c);
                });
            }

            return Task.CompletedTask;
        });
        Require(balance.Peek() == 2);
    }

    internal static async Task Noise(int rounds, Cx cx)
    {
        var own = new Shared<int>();
        for (var i = 0; i < rounds; i++)
        {
            await own.WriteAsync(i, cx);
        }
    }

    internal static void Require(bool holds)
    {
        if (!holds)
        {
            throw new InvalidOperationException("it does not hold");
        }
    }

    private static async Task Both(AsyncMutex outer, AsyncMutex inner, Cx cx)
    {
        using (await outer.LockAsync(cx))
        using (await inner.LockAsync(cx))
        {
        }
    }
}
