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
    // Rounds before what matters, and as many after it; more where a deadlock keeps tasks from the second half.
    private const int Noise = 14;
    private const int NoiseOfDeadlock = 24;
    private const int NoiseOfTwo = 30;

    /// <summary>With the tasks that its smallest failure leaves behind while the clock moves: the program says how many there must be.</summary>
    internal static readonly (string Name, Func<Cx, Task> Program, int HeldBack)[] All =
    [
        ("lost update", cx => Run(cx, [Increment, Increment, NoiseOnly, NoiseOnly], static world => world.X.Peek() == 2), 0),
        ("lost update of three", cx => Run(cx, [Increment, Increment, Increment, NoiseOnly], static world => world.X.Peek() == 3), 0),
        ("torn pair", cx => Run(cx, [(world, c) => WritePair(world, 1, c), ReadPair, NoiseOnly, NoiseOnly]), 0),
        ("pair of two writers", cx => Run(cx, [(world, c) => WritePair(world, 1, c), (world, c) => WritePair(world, 2, c), ReadPair, NoiseOnly]), 0),
        ("transient value", cx => Run(cx, [Blink, SeeBlink, NoiseOnly, NoiseOnly]), 0),
        ("value that comes and goes", cx => Run(cx, [Blink, SeeWholeBlink], noise: NoiseOfTwo), 0),
        ("check then act", cx => Run(cx, [Claim, Claim, NoiseOnly, NoiseOnly], static world => world.Y.Peek() <= 1), 0),
        ("order of locks", cx => Run(cx, [(world, c) => Both(world.A, world.B, c), (world, c) => Both(world.B, world.A, c), NoiseOnly, NoiseOnly], noise: NoiseOfDeadlock), 0),
        ("locks in a ring", cx => Run(
            cx, [(world, c) => Both(world.A, world.B, c), (world, c) => Both(world.B, world.C, c), (world, c) => Both(world.C, world.A, c), NoiseOnly], noise: NoiseOfDeadlock), 0),
        ("lost signal", cx => Run(cx, [WaitForFlag, SetFlag, NoiseOnly, NoiseOnly], noise: NoiseOfDeadlock), 0),
        ("two locks for one variable", cx => Run(
            cx, [(world, c) => Locked(world.A, world, c), (world, c) => Locked(world.B, world, c), NoiseOnly, NoiseOnly], static world => world.X.Peek() == 2), 0),

        // Late is who does not begin what matters in the first millisecond. It fails by a lost update as well, and that any machine can show.
        ("lost update or late", cx => Run(cx, [LateIncrement, Increment, Timer, NoiseOnly], static world => world.X.Peek() == 2), 0),

        // Nothing else can go wrong. What comes before needs no time, so the clock must leave that task behind; all the others can be done by then.
        ("late", cx => Run(cx, [LateIncrement, NoiseOnly, Timer, NoiseOnly]), 1),
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

        internal DateTimeOffset Began { get; init; }

        // A task that sees what it must not see says so at the end, so that every execution has its full length.
        internal bool HasSeenIt;
    }

    private static async Task Run(Cx cx, Func<World, Cx, Task>[] bodies, Func<World, bool>? holds = null, int noise = Noise)
    {
        var world = new World { Began = cx.Clock.GetUtcNow() };
        await cx.ScopeAsync(scope =>
        {
            foreach (var body in bodies)
            {
                scope.Spawn(async c =>
                {
                    var own = new Shared<int>();
                    await MakeNoise(world, own, noise, c);
                    await body(world, c);
                    await MakeNoise(world, own, noise, c);
                });
            }

            return Task.CompletedTask;
        });
        if (world.HasSeenIt || holds?.Invoke(world) == false)
        {
            throw new InvalidOperationException("it does not hold");
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

    private static Task Timer(World world, Cx cx) => cx.DelayAsync(TimeSpan.FromMilliseconds(1)).AsTask();

    private static Task LateIncrement(World world, Cx cx)
    {
        world.HasSeenIt |= cx.Clock.GetUtcNow() != world.Began;
        return Increment(world, cx);
    }

    private static Task Increment(World world, Cx cx) => Increment(world.X, cx);

    private static async Task Increment(Shared<int> x, Cx cx) => await x.WriteAsync(await x.ReadAsync(cx) + 1, cx);

    private static async Task WritePair(World world, int value, Cx cx)
    {
        await world.X.WriteAsync(value, cx);
        await world.Y.WriteAsync(value, cx);
    }

    private static async Task ReadPair(World world, Cx cx)
    {
        var x = await world.X.ReadAsync(cx);
        world.HasSeenIt |= await world.Y.ReadAsync(cx) != x;
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

    private static async Task SeeWholeBlink(World world, Cx cx)
    {
        var before = await world.X.ReadAsync(cx);
        var between = await world.X.ReadAsync(cx);
        world.HasSeenIt |= before == 0 && between == 1 && await world.X.ReadAsync(cx) == 0;
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
        // The bug: between the look at the flag and the registration of the wait comes something else, and NotifyWaiters stores nothing.
        if (await world.X.ReadAsync(cx) == 0)
        {
            await world.Y.WriteAsync(1, cx);
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
}
