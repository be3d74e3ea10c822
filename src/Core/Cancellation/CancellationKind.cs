namespace Lab.Core.Cancellation;

/// <summary>
/// Why cancellation was requested. Kinds fall into six tiers of severity (<see cref="CancellationSeverity.Severity"/>); a request that is
/// already there is replaced only by a stronger one. The order of the members is part of the total order of reasons and must not change.
/// </summary>
public enum CancellationKind : byte
{
    /// <summary>Somebody asked for it. Severity 0.</summary>
    User,

    /// <summary>An operation took longer than it was given. Severity 1.</summary>
    Timeout,

    /// <summary>The deadline of the running budget passed. Severity 1.</summary>
    Deadline,

    /// <summary>The budget's number of checkpoints is used up. Severity 2.</summary>
    PollQuota,

    /// <summary>The budget's cost is used up. Severity 2.</summary>
    CostBudget,

    /// <summary>A sibling in the same scope faulted. Severity 3.</summary>
    FailFast,

    /// <summary>Another branch of a race completed first. Severity 3.</summary>
    RaceLost,

    /// <summary>A linked <see cref="CancellationToken"/> was cancelled. Severity 3.</summary>
    LinkedExit,

    /// <summary>The parent in the tree was cancelled; the cause says why. Severity 4.</summary>
    ParentCancelled,

    /// <summary>Something the work cannot do without went away. Severity 4.</summary>
    ResourceUnavailable,

    /// <summary>The runtime is shutting down. Severity 5.</summary>
    Shutdown,
}
