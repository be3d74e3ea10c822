using System.Threading.Channels;
using Lab.Core.Sync;
using Lab.Core.Tasks;

namespace Lab.Snapshots.Controlled;

#pragma warning disable RS0030, CA2016, CA2025, CA2008 // The table shows what users should not write.

/// <summary>What goes on on another thread, by itself or by what it is made of.</summary>
internal static class Leaving
{
    internal static Construct[] All { get; } =
    [
        Construct.Of("`Task.Run`, awaited", static cx => Task.Run(Trial.UntilTheLabWaits), "`scope.Spawn`"),
        Construct.Of("`Task.Factory.StartNew`", static cx => Task.Factory.StartNew(Trial.UntilTheLabWaits), "`scope.Spawn`"),
        Construct.Of("`ContinueWith`", static async (cx, scope) => await Waiting.Completed(scope).Task.ContinueWith(static _ => Trial.UntilTheLabWaits()), "`await`"),
        Construct.Of("`Parallel.ForEachAsync`", static async cx =>
            await Parallel.ForEachAsync([1, 2, 3], static async (_, _) => await Task.Yield()), "`cx.JoinAllAsync`, or a scope and `AsyncSemaphore`"),
        Construct.Of("`ThreadPool.QueueUserWorkItem`, awaited", static cx =>
        {
            var done = new TaskCompletionSource();
            ThreadPool.QueueUserWorkItem(_ =>
            {
                Trial.UntilTheLabWaits();
                done.SetResult();
            });
            return done.Task;
        }, "`scope.Spawn`"),
        Construct.Of("`new Thread(...).Start()`, awaited", static cx =>
        {
            var done = new TaskCompletionSource();
            new Thread(() =>
            {
                Trial.UntilTheLabWaits();
                done.SetResult();
            }).Start();
            return done.Task;
        }, "`scope.Spawn`"),
        Construct.Of("`Task.Run` that nobody awaits and that uses what is the core's: `NotifyOne`, `TrySend`, `Release`, `Cancel`", static async cx =>
        {
            var notify = new Notify();
            _ = Task.Run(notify.NotifyOne);
            await notify.WaitAsync(cx);
        }, "`scope.Spawn`"),
        Construct.Of("a thread, timer or finalizer that does", static async cx =>
        {
            var semaphore = new AsyncSemaphore(0);
            new Thread(() => semaphore.Release()).Start();
            await semaphore.AcquireAsync(cx);
        }, "`scope.Spawn`, `cx.Clock.CreateTimer`"),
        Construct.Of("`ConfigureAwait(false)`", static async (cx, scope) => await Waiting.Completed(scope).Task.ConfigureAwait(false), "nothing: leave it out"),
        Construct.Of("`ConfigureAwait(false)` in a callee", static async (cx, scope) => await Elsewhere(Waiting.Completed(scope).Task), "a callee without it, or one that the library lets you configure"),
        Construct.Of("`ConfigureAwait(ConfigureAwaitOptions.ForceYielding)`", static async cx =>
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding), "`... \\| ContinueOnCapturedContext`"),
        Construct.Of("`SemaphoreSlim.WaitAsync(token)`", static async (cx, scope) => await Waiting.Released(scope).WaitAsync(cx.CancellationToken), "`AsyncSemaphore`, `AsyncMutex`"),
        Construct.Of("`Channel<T>`: `ReadAllAsync`", static async (cx, scope) =>
        {
            await foreach (var _ in Waiting.Fed(scope).Reader.ReadAllAsync(cx.CancellationToken))
            {
            }
        }, "`Mpsc.Bounded`, whose `ReadAllAsync` stays; or `ReadAsync`"),
        Construct.Of("`Task.WhenEach`", static async (cx, scope) =>
        {
            await foreach (var task in Task.WhenEach(Waiting.Completed(scope).Task, Waiting.Completed(scope).Task))
            {
                await task;
            }
        }, "`Task.WhenAny` in a loop, or a channel"),
        Construct.Of("`CancellationTokenSource.CancelAsync`", static async (cx, scope) =>
        {
            using var source = new CancellationTokenSource();
            using var registration = source.Token.Register(Trial.UntilTheLabWaits);
            await source.CancelAsync();
        }, "`Cancel()`"),
        Construct.Of("`async void` that leaves", static async cx =>
        {
            Fire();
            await cx.YieldAsync();

            static async void Fire() => await Task.Delay(100);
        }, "`scope.Spawn`"),
        Construct.Of("`File.ReadAllTextAsync` and other I/O", static async cx => await File.ReadAllTextAsync(typeof(Leaving).Assembly.Location), "an interface, and a fake of it that waits on `cx.Clock`"),
    ];

    private static async Task Elsewhere(Task task) => await task.ConfigureAwait(false);
}
