using Lab.Core.Cancellation;
using Lab.Core.Channels;
using Lab.Core.Tasks;

namespace Lab.Samples.Queueing;

/// <summary>
/// A service that does jobs in the background. What it promises: a job that was accepted is in the store until it is done; once it is acknowledged
/// its handler is not called again; stopping takes no longer than the grace period, and what was not done by then is pending for the next start.
/// </summary>
/// <remarks>At least once: a process that dies between the end of a handler and the acknowledgement does that job again.</remarks>
public partial class WorkQueue(IJobStore store, IJobHandler handler, QueueOptions options)
{
    private readonly (Sender<Job> Sender, Receiver<Job> Receiver) _intake = Mpsc.Bounded<Job>(options.Capacity);
    private readonly List<TaskHandle> _tasks = [];

    /// <summary>Starts the workers in <paramref name="scope"/>, and hands them what an earlier process left pending. Submit nothing before it has ended.</summary>
    public async Task StartAsync(Scope scope, Cx cx)
    {
        var left = await store.PendingAsync(cx);
        for (var i = 1; i <= options.Workers; i++)
        {
            _tasks.Add(scope.Spawn(WorkAsync, name: $"worker {i}"));
        }

        _tasks.Add(scope.Spawn(c => RecoverAsync(left, c), name: "recovery"));
    }

    /// <summary>Accepts a job; waits while the intake is full. Accepted means stored. False: the service is stopping, and the job is not accepted.</summary>
    /// <exception cref="CanceledException">Cancelled before it was accepted.</exception>
    public async Task<bool> SubmitAsync(Job job, Cx cx)
    {
        try
        {
            // The place first: from the store to the hand-over nothing waits, so nothing can be cancelled in between.
            using var place = await _intake.Sender.ReserveAsync(cx);
            await AcceptAsync(job, place, cx);
            return true;
        }
        catch (System.Threading.Channels.ChannelClosedException)
        {
            return false;
        }
    }

    /// <summary>Takes no more jobs, finishes those in the intake, and after <paramref name="grace"/> asks the workers to give back what they have.</summary>
    public async Task StopAsync(TimeSpan grace, Cx cx)
    {
        _intake.Receiver.Close();
        try
        {
            await cx.TimeoutAsync(grace, DrainAsync);
        }
        catch (TimeoutException)
        {
            // What is pending stays in the store.
        }

        foreach (var task in _tasks)
        {
            task.Cancel("the service stops", CancellationKind.Shutdown);
        }

        await JoinAsync(cx);
    }

    private async Task JoinAsync(Cx cx)
    {
        foreach (var task in _tasks)
        {
            if (await task.OutcomeAsync(cx) is { Kind: OutcomeKind.Faulted } fault)
            {
                fault.ThrowIfNotOk();
            }
        }
    }
}
