using Lab.Core.Cancellation;

namespace Lab.Core.Tasks;

/// <summary>Options of one spawn.</summary>
public sealed record SpawnOptions
{
    /// <summary>No limits and no name; the body <see cref="AwaitsCoreOnly"/>.</summary>
    public static SpawnOptions Pooled { get; } = new() { AwaitsCoreOnly = true };

    /// <summary>For people: reports and traces show it. Never an identity. Default: none.</summary>
    public string? Name { get; init; }

    /// <summary>Deadline, quotas and priority, checked by <see cref="Cx.Checkpoint"/>. Default: no limits.</summary>
    public Budget Budget { get; init; } = Budget.Infinite;

    /// <summary>
    /// You promise that the body, and all that it calls and starts in its context, awaits operations of Core alone, and that nobody keeps its
    /// <see cref="Cx"/> after it has ended. Natively its record is then recycled when it ended Ok without ever having been cancelled, asked for a BCL
    /// token, listened to or given a scope as a layer: spawning and joining it allocates nothing. Default: false; the record is a fresh one, since a
    /// continuation that the BCL posts late would reach the next tenant.
    /// </summary>
    /// <remarks>
    /// A handle stays good: what it refers to is known after the record has gone on, too. A broken promise is noticed when the continuation is posted from
    /// outside of the task: it does not run, and the task that has the record, or gets it next, faults with an <see cref="InvalidOperationException"/> that
    /// says so, unless it ends in its first step.
    /// </remarks>
    public bool AwaitsCoreOnly { get; init; }
}
