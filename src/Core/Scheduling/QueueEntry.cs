namespace Lab.Core.Scheduling;

/// <summary>One entry of a run queue. Keyed by (task, sequence): an entry whose sequence is no longer the task's is stale and does not count.</summary>
internal readonly struct QueueEntry(RuntimeTask task)
{
    internal readonly RuntimeTask Task = task;
    internal readonly int Sequence = task.Wake.Sequence;

    /// <summary>Claims the task for a step of the caller; false when the entry is stale.</summary>
    internal bool TryBegin() => Task.Wake.TryBegin(Sequence);
}
