using Lab.Core.Sync;
using Lab.Core.Tasks;

namespace Lab.Samples.Queueing;

/// <summary>A store for one process and for tests. One lock over a list; each call is one moment.</summary>
public sealed class InMemoryJobStore : IJobStore
{
    private readonly AsyncMutex _lock = new();
    private readonly List<Job> _jobs = [];
    private readonly Dictionary<string, JobState> _states = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<bool> AddAsync(Job job, Cx cx)
    {
        using (await _lock.LockAsync(cx))
        {
            var isNew = _states.TryAdd(job.Id, JobState.Pending);
            if (isNew)
            {
                _jobs.Add(job);
            }

            return isNew;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> TakeAsync(string id, Cx cx)
    {
        using (await _lock.LockAsync(cx))
        {
            var isPending = _states.TryGetValue(id, out var state) && state == JobState.Pending;
            if (isPending)
            {
                _states[id] = JobState.Taken;
            }

            return isPending;
        }
    }

    /// <inheritdoc/>
    public async Task LeaveAsync(string id, JobState state, Cx cx)
    {
        using (await _lock.LockAsync(cx))
        {
            if (_states[id] != JobState.Taken)
            {
                throw new InvalidOperationException($"{id} is {_states[id]}: only a taken job can be left as {state}.");
            }

            _states[id] = state;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Job>> PendingAsync(Cx cx)
    {
        using (await _lock.LockAsync(cx))
        {
            return _jobs.FindAll(job => _states[job.Id] == JobState.Pending);
        }
    }

    /// <summary>Every job and where it stands, oldest first.</summary>
    public async Task<IReadOnlyList<(Job Job, JobState State)>> AllAsync(Cx cx)
    {
        using (await _lock.LockAsync(cx))
        {
            return _jobs.ConvertAll(job => (job, _states[job.Id]));
        }
    }
}
