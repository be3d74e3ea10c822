using Lab.Core.Cancellation;
using Lab.Core.Tasks;
using Lab.Samples.Queueing;

namespace Lab.Properties.Samples.WorkQueues;

using Make = Func<IJobStore, IJobHandler, QueueOptions, WorkQueue>;

/// <summary>
/// A service over one store, started and stopped as often as a test likes. After each stop it holds the queue to what it promises; a bug in the queue
/// is a broken promise here.
/// </summary>
internal sealed class Service(Make make, Server server, QueueOptions options)
{
    /// <summary>Of the time model: how long a task that is ready may be held back.</summary>
    private static readonly TimeSpan s_lag = TimeSpan.FromMilliseconds(10);

    private readonly InMemoryJobStore _store = new();

    internal static Make Real { get; } = static (store, handler, options) => new WorkQueue(store, handler, options);

    internal TimeSpan StopTook { get; private set; }

    /// <summary>Starts it, lets one client for each list submit its jobs, stops it after <paramref name="uptime"/>, and checks the books.</summary>
    internal async Task RunAsync(TimeSpan uptime, TimeSpan grace, Cx cx, params string[][] clients)
    {
        var accepted = new List<string>[clients.Length];
        await cx.ScopeAsync(async scope =>
        {
            var queue = make(_store, server, options);
            await queue.StartAsync(scope, cx);
            for (var i = 0; i < clients.Length; i++)
            {
                var (jobs, answered) = (clients[i], accepted[i] = []);
                scope.Spawn(c => SubmitAsync(queue, jobs, answered, c), name: $"client {i + 1}");
            }

            await cx.DelayAsync(uptime);
            var began = cx.Clock.GetTimestamp();
            await queue.StopAsync(grace, cx);
            StopTook = cx.Clock.GetElapsedTime(began);
        });
        await CheckAsync(accepted.SelectMany(static jobs => jobs).ToHashSet(), grace, cx);
    }

    /// <summary>Where every job stands.</summary>
    internal async Task<Dictionary<string, JobState>> StatesAsync(Cx cx) => (await _store.AllAsync(cx)).ToDictionary(static e => e.Job.Id, static e => e.State);

    private static async Task SubmitAsync(WorkQueue queue, string[] jobs, List<string> accepted, Cx cx)
    {
        foreach (var job in jobs)
        {
            if (await queue.SubmitAsync(new Job(job, ""), cx))
            {
                accepted.Add(job);
            }
        }
    }

    private async Task CheckAsync(HashSet<string> accepted, TimeSpan grace, Cx cx)
    {
        var states = await StatesAsync(cx);
        Must.Hold(accepted.IsSubsetOf(states.Keys), "a job was accepted and is not in the store");
        foreach (var (job, state) in states)
        {
            var effects = server.Effects(job);
            Must.Hold(state != JobState.Taken, $"{job} is nobody's: its worker has ended and did not leave it");
            Must.Hold(effects == (state == JobState.Done ? 1 : 0), $"{job} is {state}, and was done {effects} times");
            Must.Hold(
                state != JobState.Pending || StopTook >= grace || !accepted.Contains(job),
                $"{job} was accepted, and the stop did not wait for it: {StopTook.TotalMilliseconds} ms of {grace.TotalMilliseconds} ms");
        }

        // A worker that is asked to give up does so in a few steps, none of which may be held back for longer than the lag.
        Must.Hold(StopTook <= grace + (5 * s_lag), $"the stop took {StopTook.TotalMilliseconds} ms, {grace.TotalMilliseconds} ms were allowed");
    }
}
