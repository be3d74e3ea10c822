using Lab.Core.Tasks;

namespace Lab.Samples.Queueing.Bugs;

/// <summary>
/// "Some handlers ignore their token, so we stop waiting for them." The attempt that is given up goes on behind the retry's back: a payment that was
/// slow is made twice. It takes an answer that comes in the same few milliseconds as the timeout.
/// </summary>
public sealed class AbandonsAttempts(IJobStore store, IJobHandler handler, QueueOptions options) : WorkQueue(store, handler, options)
{
    protected override Task AttemptAsync(Job job, Cx cx, CancellationToken attempt) =>
        Handler.HandleAsync(job, cx, CancellationToken.None).WaitAsync(attempt);
}
