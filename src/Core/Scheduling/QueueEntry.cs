namespace Lab.Core.Scheduling;

/// <summary>One entry of a run queue. Keyed by (task, sequence): an entry whose sequence is no longer the task's is stale and does not count.</summary>
internal readonly struct QueueEntry
{
    internal readonly RuntimeTask Task;
    internal readonly int Sequence;

    /// <summary>The entry of a task that has just become Queued.</summary>
    internal QueueEntry(RuntimeTask task)
        : this(task, task.Wake.Sequence)
    {
    }

    internal QueueEntry(RuntimeTask task, int sequence)
    {
        Task = task;
        Sequence = sequence;
    }

    /// <summary>True when claiming would succeed; a moment's view.</summary>
    internal bool IsLive => Task is not null && Task.Wake.IsQueuedAs(Sequence);

    /// <summary>Claims the task for a step of the caller; false when the entry is stale.</summary>
    internal bool TryBegin() => Task.Wake.TryBegin(Sequence);
}
