using System.Threading.Channels;
using Lab.Core.Channels;
using Lab.Core.Tasks;

namespace Lab.Samples.Queueing;

/// <summary>What happens between the intake and the acknowledgement. The virtual members are the places where the bugs beside this file differ.</summary>
public partial class WorkQueue
{
    protected IJobStore Store => store;

    protected Receiver<Job> Intake => _intake.Receiver;

    protected IJobHandler Handler => handler;

    protected int Workers => options.Workers;

    /// <summary>Stores the job, then hands it over.</summary>
    protected virtual async Task AcceptAsync(Job job, Permit<Job> place, Cx cx)
    {
        if (await store.AddAsync(job, cx))
        {
            place.Send(job);
        }
    }

    /// <summary>Ends when everything that was accepted is done.</summary>
    protected virtual Task DrainAsync(Cx cx) => JoinAsync(cx);

    /// <summary>Makes one attempt and ends when it has ended.</summary>
    protected virtual Task AttemptAsync(Job job, Cx cx, CancellationToken attempt) => handler.HandleAsync(job, cx, attempt);

    /// <summary>Does a job that this worker has taken, and leaves it: acknowledged, or pending again.</summary>
    protected virtual async Task DoAsync(Job job, Cx cx)
    {
        var (state, made, detail) = (JobState.Pending, 0, "the service stops");
        try
        {
            await new Attempts(options, cx.Clock, (attempt, why) => Tell(job, QueueEventKind.Failed, attempt, cx, why)).RunAsync(
                (number, token) =>
                {
                    made = number;
                    Tell(job, QueueEventKind.Began, number, cx, "");
                    return AttemptAsync(job, cx, token);
                },
                cx.CancellationToken);
            (state, detail) = (JobState.Done, "");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            (state, detail) = (JobState.Dead, Attempts.Why(e));
        }
        finally
        {
            // Masked: a worker that is being stopped still says what became of its job.
            using (cx.Mask())
            {
                await store.LeaveAsync(job.Id, state, cx);
            }

            Tell(job, QueueEventKind.Left, made, cx, detail.Length == 0 ? $"{state}" : $"{state}: {detail}");
        }
    }

    private async Task WorkAsync(Cx cx)
    {
        await foreach (var job in _intake.Receiver.ReadAllAsync(cx))
        {
            // False: another service on the same store was quicker.
            if (await store.TakeAsync(job.Id, cx))
            {
                await DoAsync(job, cx);
            }
        }
    }

    private async Task RecoverAsync(IReadOnlyList<Job> left, Cx cx)
    {
        try
        {
            foreach (var job in left)
            {
                await _intake.Sender.SendAsync(job, cx);
            }
        }
        catch (ChannelClosedException)
        {
            // The service stops already: the rest stays pending.
        }
    }

    private void Tell(Job job, QueueEventKind kind, int attempt, Cx cx, string detail) =>
        options.Observer?.Invoke(new QueueEvent(job.Id, kind, attempt, cx.Clock.GetUtcNow(), detail));
}
