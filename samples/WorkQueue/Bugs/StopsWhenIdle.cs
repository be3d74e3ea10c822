using Lab.Core.Sync;
using Lab.Core.Tasks;

namespace Lab.Samples.Queueing.Bugs;

/// <summary>
/// "The intake is empty and no worker is busy: we can stop." Between the intake and the moment at which a worker counts as busy lies one call of the
/// store. A job that is just there is in neither place, and the stop drops it: one job in some thousand deployments waits for the next start.
/// </summary>
public sealed class StopsWhenIdle(IJobStore store, IJobHandler handler, QueueOptions options) : WorkQueue(store, handler, options)
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(10);

    private readonly AsyncSemaphore _idle = new(options.Workers);

    protected override async Task DoAsync(Job job, Cx cx)
    {
        _idle.TryAcquire();
        await base.DoAsync(job, cx);
        _idle.Release();
    }

    protected override async Task DrainAsync(Cx cx)
    {
        while (Intake.Count > 0 || _idle.CurrentCount < Workers)
        {
            await cx.DelayAsync(s_poll);
        }
    }
}
