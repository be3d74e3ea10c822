using Lab.Core.Tasks;

namespace Lab.Samples.Queueing;

/// <summary>What outlives the process: every job that was accepted, and where it stands. A call that is cancelled has changed nothing.</summary>
public interface IJobStore
{
    /// <summary>Accepts a job as <see cref="JobState.Pending"/>. False: its id is known already, and nothing changes.</summary>
    Task<bool> AddAsync(Job job, Cx cx);

    /// <summary>From <see cref="JobState.Pending"/> to <see cref="JobState.Taken"/>. False: it is not pending, so it is somebody else's, or done.</summary>
    Task<bool> TakeAsync(string id, Cx cx);

    /// <summary>Gives a taken job back (<see cref="JobState.Pending"/>) or acknowledges it (<see cref="JobState.Done"/>, <see cref="JobState.Dead"/>).</summary>
    Task LeaveAsync(string id, JobState state, Cx cx);

    /// <summary>The pending jobs, oldest first.</summary>
    Task<IReadOnlyList<Job>> PendingAsync(Cx cx);
}
