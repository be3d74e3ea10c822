using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Sharing;

namespace Lab.Bench;

/// <summary>
/// Buggy programs whose executions have some 200 decisions and more: a known bug, small, among much that has nothing to do with it. The noise is
/// accesses of the task's own variable and of one that all of them write.
/// </summary>
internal static class LongPrograms
{
    private const int Noise = 14;

    internal static readonly (string Name, Func<Cx, Task> Program)[] All =
    [
        ("lost update", cx => Run(cx, (world, c) => Increment(world.X, c), (world, c) => Increment(world.X, c), NoiseOnly, NoiseOnly, static world => Require(world.X.Peek() == 2))),
        ("lost update of three", cx => Run(cx, (world, c) => Increment(world.X, c), (world, c) => Increment(world.X, c), (world, c) => Increment(world.X, c), NoiseOnly, static world => Require(world.X.Peek() == 3))),
        ("torn pair", cx => Run(cx, WritePair, ReadPair, NoiseOnly, NoiseOnly)),
        ("transient value", cx => Run(cx, Blink, SeeBlink, NoiseOnly, NoiseOnly)),
        ("check then act", cx => Run(cx, Claim, Claim, NoiseOnly, NoiseOnly, static world => Require(world.Y.Peek() <= 1))),
        ("order of locks", cx => Run(cx, (world, c) => Both(world.A, world.B, c), (world, c) => Both(world.B, world.A, c), NoiseOnly, NoiseOnly)),
        ("locks in a ring", cx => Run(cx, (world, c) => Both(world.A, world.B, c), (world, c) => Both(world.B, world.C, c), (world, c) => Both(world.C, world.A, c), NoiseOnly)),
        ("lost signal", cx => Run(cx, WaitForFlag, SetFlag, NoiseOnly, NoiseOnly)),
        ("two locks for one variable", cx => Run(cx, (world, c) => Locked(world.A, world, c), (world, c) => Locked(world.B, world, c), NoiseOnly, NoiseOnly, static world => Require(world.X.Peek() == 2))),
        ("reordered writes", cx => Run(cx, WritePair, WritePair, CheckOrder, NoiseOnly)),
    ];

    private sealed class World
    {
        internal readonly Shared<int> X = new();
        internal readonly Shared<int> Y = new();
        internal readonly Shared<int> All = new();
        internal readonly AsyncMutex A = new();
        internal readonly AsyncMutex B = new();
        internal readonly AsyncMutex C = new();
        internal readonly Notify Signal = new();

        // A task that sees what it must not see says so at the end, so that every execution has its full length.
        internal bool HasSeenIt;
    }

    private static Task Run(
        Cx cx, Func<World, Cx, Task> first, Func<World, Cx, Task> second, Func<World, Cx, Task> third, Func<World, Cx, Task> fourth, Action<World>? check = null)
    {
        var world = new World();
        return RunAsync();

        async Task RunAsync()
        {
            await cx.ScopeAsync(scope =>
            {
                foreach (var body in (Func<World, Cx, Task>[])[first, second, third, fourth])
                {
                    scope.Spawn(async c =>
                    {
                        var own = new Shared<int>();
                        await MakeNoise(world, own, Noise, c);
                        await body(world, c);
                        await MakeNoise(world, own, Noise, c);
                    });
                }

                return Task.CompletedTask;
            });
            check?.Invoke(world);
            Require(!world.HasSeenIt);
        }
    }

    private static async Task MakeNoise(World world, Shared<int> own, int rounds, Cx cx)
    {
        for (var i = 0; i < rounds; i++)
        {
            await own.WriteAsync(i, cx);
            if (i % 3 == 0)
            {
                await world.All.WriteAsync(i, cx);
            }
            else
            {
                await own.ReadAsync(cx);
            }
        }
    }

    private static Task NoiseOnly(World world, Cx cx) => Task.CompletedTask;

    private static async Task Increment(Shared<int> x, Cx cx) => await x.WriteAsync(await x.ReadAsync(cx) + 1, cx);

    private static async Task WritePair(World world, Cx cx)
    {
        await world.X.WriteAsync(1, cx);
        await world.Y.WriteAsync(1, cx);
    }

    private static async Task ReadPair(World world, Cx cx)
    {
        var x = await world.X.ReadAsync(cx);
        world.HasSeenIt |= await world.Y.ReadAsync(cx) != x;
    }

    private static async Task CheckOrder(World world, Cx cx)
    {
        var y = await world.Y.ReadAsync(cx);
        var x = await world.X.ReadAsync(cx);
        world.HasSeenIt |= y > x;
    }

    private static async Task Blink(World world, Cx cx)
    {
        await world.X.WriteAsync(1, cx);
        await world.X.WriteAsync(0, cx);
    }

    private static async Task SeeBlink(World world, Cx cx)
    {
        if (await world.X.ReadAsync(cx) == 1)
        {
            world.HasSeenIt |= await world.X.ReadAsync(cx) != 1;
        }
    }

    private static async Task Claim(World world, Cx cx)
    {
        if (await world.X.ReadAsync(cx) == 0)
        {
            await world.X.WriteAsync(1, cx);
            await Increment(world.Y, cx);
        }
    }

    private static async Task Both(AsyncMutex outer, AsyncMutex inner, Cx cx)
    {
        using (await outer.LockAsync(cx))
        using (await inner.LockAsync(cx))
        {
            await cx.YieldAsync();
        }
    }

    private static async Task WaitForFlag(World world, Cx cx)
    {
        // The bug: the flag is looked at before the wait is registered, and NotifyWaiters stores nothing.
        if (await world.X.ReadAsync(cx) == 0)
        {
            await world.Signal.WaitAsync(cx);
        }
    }

    private static async Task SetFlag(World world, Cx cx)
    {
        await world.X.WriteAsync(1, cx);
        world.Signal.NotifyWaiters();
    }

    private static async Task Locked(AsyncMutex mutex, World world, Cx cx)
    {
        using (await mutex.LockAsync(cx))
        {
            await Increment(world.X, cx);
        }
    }

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new InvalidOperationException("it does not hold");
        }
    }
}
