using System.Collections.Concurrent;
using Lab.Core.Tasks;

namespace Lab.Snapshots.Controlled;

#pragma warning disable RS0030, CA2016, CA1849 // The table shows what users should not write.

/// <summary>What holds the lab's only thread.</summary>
internal static class Blocking
{
    internal static Construct[] All { get; } =
    [
        Construct.Blocking("`task.Result`", static cx => _ = Never(cx).Result, "`await`"),
        Construct.Blocking("`task.Wait()`, `Task.WaitAll`", static cx => Task.WaitAll([Never(cx)]), "`await`"),
        Construct.Blocking("`task.GetAwaiter().GetResult()`", static cx => Never(cx).GetAwaiter().GetResult(), "`await`"),
        Construct.Blocking("`SemaphoreSlim.Wait()`", static cx => new SemaphoreSlim(0).Wait(), "`AsyncSemaphore`"),
        Construct.Blocking("`ManualResetEvent.WaitOne()`", static cx => new ManualResetEvent(false).WaitOne(), "`Notify`"),
        Construct.Blocking("`ManualResetEventSlim.Wait()`, `CountdownEvent`, `Barrier`", static cx => new ManualResetEventSlim().Wait(), "`Notify`"),
        Construct.Blocking("`Monitor.Wait`", static cx =>
        {
            var gate = new object();
            lock (gate)
            {
                Monitor.Wait(gate);
            }
        }, "`Notify`"),
        Construct.Blocking("`lock` that another thread holds", static cx =>
        {
            var (gate, held) = (new object(), new ManualResetEventSlim());
            var holder = new Thread(() =>
            {
                lock (gate)
                {
                    held.Set();
                    Thread.Sleep(Timeout.Infinite);
                }
            })
            { IsBackground = true };
            holder.Start();
            held.Wait();
            lock (gate)
            {
            }
        }, "`AsyncMutex`"),
        Construct.Blocking("`BlockingCollection.Take()`", static cx => new BlockingCollection<int>().Take(), "`Mpsc.Bounded`"),
        Construct.Blocking("`thread.Join()`", static cx =>
        {
            var thread = new Thread(static () => Thread.Sleep(Timeout.Infinite)) { IsBackground = true };
            thread.Start();
            thread.Join();
        }, "`handle.JoinAsync(cx)`"),
        Construct.Blocking("`Thread.Sleep`, longer than the watchdog", static cx => Thread.Sleep(Timeout.Infinite), "`cx.DelayAsync`"),
        Construct.Blocking("an endless loop, `SpinWait.SpinUntil`", static cx => SpinWait.SpinUntil(static () => { Thread.Sleep(1); return false; }), "`Notify`"),
        new("`Thread.Sleep`, shorter", static (cx, _) =>
        {
            var began = System.Diagnostics.Stopwatch.GetTimestamp();
            Thread.Sleep(1);
            return Task.FromResult<object?>(System.Diagnostics.Stopwatch.GetElapsedTime(began));
        }, "`cx.DelayAsync`"),
    ];

    private static async Task<int> Never(Cx cx)
    {
        await cx.YieldAsync();
        return 1;
    }
}
