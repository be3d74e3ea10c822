using Lab.Core.Sync;
using Lab.Core.Tasks;

namespace Lab.Bench.Native;

/// <summary>A part of <c>notify</c>: Core's semaphore and mutex beside others, for information. An operation is one entry and one exit.</summary>
internal static class LockContests
{
    private const int Rounds = 100_000;

    internal static IEnumerable<Contest> All(Runtime runtime)
    {
        foreach (var (tasks, name) in new[] { (1, "free"), (4, "4 tasks") })
        {
            yield return Semaphore(runtime, tasks, $"semaphore, {name}");
            yield return Mutex(runtime, tasks, $"mutex, {name}");
        }
    }

    private static Contest Semaphore(Runtime runtime, int tasks, string name)
    {
        var ours = new AsyncSemaphore(1);
        var slim = new SemaphoreSlim(1);
        return new Contest(
            name,
            Rounds,
            () => Run(runtime, tasks, async (count, cx) =>
            {
                for (var i = 0; i < count; i++)
                {
                    await ours.AcquireAsync(cx);
                    ours.Release();
                }
            }),
            new Rival("SemaphoreSlim", () => RunOnPool(tasks, async count =>
            {
                for (var i = 0; i < count; i++)
                {
                    await slim.WaitAsync();
                    slim.Release();
                }
            }), null));
    }

    private static Contest Mutex(Runtime runtime, int tasks, string name)
    {
        var ours = new AsyncMutex();
        var nito = new Nito.AsyncEx.AsyncLock();
        var next = new DotNext.Threading.AsyncExclusiveLock();
        return new Contest(
            name,
            Rounds,
            () => Run(runtime, tasks, async (count, cx) =>
            {
                for (var i = 0; i < count; i++)
                {
                    using (await ours.LockAsync(cx))
                    {
                    }
                }
            }),
            new Rival("Nito AsyncLock", () => RunOnPool(tasks, async count =>
            {
                for (var i = 0; i < count; i++)
                {
                    using (await nito.LockAsync())
                    {
                    }
                }
            }), null),
            new Rival("DotNext AsyncExclusiveLock", () => RunOnPool(tasks, async count =>
            {
                for (var i = 0; i < count; i++)
                {
                    await next.AcquireAsync();
                    next.Release();
                }
            }), null));
    }

    private static void Run(Runtime runtime, int tasks, Func<int, Cx, Task> body) =>
        runtime.RunAsync(async cx =>
        {
            await using var scope = cx.OpenScope();
            for (var i = 0; i < tasks; i++)
            {
                scope.Spawn(c => body(Rounds / tasks, c));
            }

            await scope.JoinAsync(cx);
        }).GetAwaiter().GetResult();

    private static void RunOnPool(int tasks, Func<int, Task> body) =>
        Task.WhenAll(Enumerable.Range(0, tasks).Select(_ => Task.Run(() => body(Rounds / tasks)))).GetAwaiter().GetResult();
}
