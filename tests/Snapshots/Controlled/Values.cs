using Lab.Core.Tasks;

namespace Lab.Snapshots.Controlled;

#pragma warning disable RS0030, CA5394 // The table shows what users should not write.

/// <summary>Where values come from that no schedule contains.</summary>
internal static class Values
{
    private static readonly string s_file = Path.Combine(Path.GetTempPath(), $"lab-controlled-{Environment.ProcessId}");

    private static int s_runs;
    private static int s_more;

    internal static Construct[] All { get; } =
    [
        Construct.Value("`cx.Random`", static cx => cx.Random.Next()),
        Construct.Value("`new Random(seed)`", static cx => new Random(1).Next()),
        Construct.Value("`Random.Shared`, `new Random()`", static cx => Random.Shared.NextInt64(), "`cx.Random`"),
        Construct.Value("`RandomNumberGenerator`", static cx => Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16)), "`cx.Random`"),
        Construct.Value("`Guid.NewGuid()`", static cx => Guid.NewGuid(), "an id that the caller gives, or bytes of `cx.Random`"),
        Construct.Value("`object.GetHashCode()`, and the order of a set of such objects", static cx => new object().GetHashCode(), "a key that is compared by value"),
        Construct.Value("a static field that outlives the execution", static cx => s_runs++, "build everything anew"),
        Construct.Value("`File.ReadAllText` and other blocking I/O", static cx =>
        {
            File.AppendAllText(s_file, "x");
            return File.ReadAllText(s_file).Length;
        }, "an interface, and a fake of it"),
        Construct.Value("`Parallel.For`, PLINQ", static cx =>
        {
            var order = new System.Collections.Concurrent.ConcurrentQueue<(int, long)>();
            Parallel.For(0, 100, i => order.Enqueue((i, System.Diagnostics.Stopwatch.GetTimestamp())));
            return string.Join(' ', order);
        }, "`cx.JoinAllAsync`"),
        Construct.Value("`Task.Run` that nobody awaits and that uses nothing of the core", static cx =>
        {
            var before = Volatile.Read(ref s_more);
            _ = Task.Run(static () => Interlocked.Increment(ref s_more));
            SpinWait.SpinUntil(() => Volatile.Read(ref s_more) != before, TimeSpan.FromSeconds(2));
            return s_more;
        }, "`scope.Spawn`"),
        Construct.Of("any of these, where the program goes another way because of it", static async cx =>
        {
            if (s_runs++ % 2 == 0)
            {
                await cx.YieldAsync();
            }
        }, "as above"),
        Construct.Of("a plain field that two tasks use", static async (cx, scope) =>
        {
            var last = 0;
            await cx.ScopeAsync(inner =>
            {
                for (var i = 1; i <= 2; i++)
                {
                    var mine = i;
                    inner.Spawn(async c =>
                    {
                        await c.YieldAsync();
                        last = mine;
                    });
                }

                return Task.CompletedTask;
            });
            cx.Note($"{last}");
        }, "`Shared<T>`, or a lock of the core"),
        Construct.Of("a `SemaphoreSlim`, a `Channel<T>` that two tasks contend for", static (cx, scope) =>
        {
            var one = new SemaphoreSlim(1);
            return cx.ScopeAsync(inner =>
            {
                for (var i = 0; i < 2; i++)
                {
                    inner.Spawn(async c =>
                    {
                        await one.WaitAsync();
                        await c.YieldAsync();
                        one.Release();
                    });
                }

                return Task.CompletedTask;
            });
        }, "`AsyncSemaphore`, `AsyncMutex`, `Mpsc.Bounded`; or `LinearisationSamples = 0`"),
    ];
}
