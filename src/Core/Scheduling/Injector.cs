namespace Lab.Core.Scheduling;

/// <summary>
/// The global queue. Three lanes: tasks asked to cancel, tasks with a deadline, and ready tasks that came from outside of the workers or did not fit
/// into a local queue. The first two are nowhere else, so that their order holds across workers.
/// </summary>
internal sealed class Injector
{
    internal FifoLane Cancel { get; } = new();

    internal TimedLane Timed { get; } = new();

    internal FifoLane Ready { get; } = new();

    /// <summary>Something is in a lane that goes before the ready tasks.</summary>
    internal bool HasOwnLanes => !Cancel.IsEmpty || !Timed.IsEmpty;

    internal bool IsEmpty => Cancel.IsEmpty && Timed.IsEmpty && Ready.IsEmpty;

    /// <summary>Something is there for whoever comes first: not only what a worker has too much of.</summary>
    internal bool IsForAnybody => HasOwnLanes || (!Ready.IsEmpty && Ready.Spiller is null);

    internal void PushReady(in QueueEntry entry, LocalQueue? spiller = null) => Ready.Push(entry, spiller);

    internal void PushReady(LocalQueue.ClaimedHalf half, in QueueEntry entry) => Ready.Push(half, entry);

    /// <summary>Pushes the task to the lane that is its own wherever it was made ready. False: it has none, it is an ordinary ready task.</summary>
    internal bool TryPushToOwnLane(RuntimeTask task)
    {
        if (task.IsPromoted)
        {
            Cancel.Push(new QueueEntry(task));
            return true;
        }

        if (task.Deadline != long.MaxValue)
        {
            Timed.Push(new QueueEntry(task), task.Deadline);
            return true;
        }

        return false;
    }

    /// <summary>Whether any entry would run; for virtual workers.</summary>
    internal bool HasLive() => Cancel.HasLive() || Ready.HasLive() || Timed.NearestLive() != long.MaxValue;

    internal void Clear()
    {
        Cancel.Clear();
        Timed.Clear();
        Ready.Clear();
    }
}
