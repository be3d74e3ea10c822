using Lab.Core.Channels;
using Lab.Core.Tasks;

namespace Lab.Samples.Queueing.Bugs;

/// <summary>
/// "Hand the job over at once and store it meanwhile: that saves the latency of the store." A worker that is quicker than the store finds a job that
/// nobody knows, and leaves it alone. Then it is stored, and stays pending until somebody restarts the service and wonders why the mail came a week late.
/// </summary>
public sealed class HandsOverFirst(IJobStore store, IJobHandler handler, QueueOptions options) : WorkQueue(store, handler, options)
{
    protected override async Task AcceptAsync(Job job, Permit<Job> place, Cx cx)
    {
        place.Send(job);
        await Store.AddAsync(job, cx);
    }
}
