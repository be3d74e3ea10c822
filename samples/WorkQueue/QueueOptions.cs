namespace Lab.Samples.Queueing;

/// <summary>Options of a <see cref="WorkQueue"/>.</summary>
public sealed record QueueOptions
{
    /// <summary>Jobs that may wait for a worker; whoever submits more has to wait. Default: 16.</summary>
    public int Capacity { get; init; } = 16;

    /// <summary>Jobs that are worked on at once. Default: 4.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>Attempts before a job is dead. Default: 3.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>How long one attempt may take. Default: 200 ms.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The pause after the first failed attempt; it doubles after each further one. Default: 100 ms.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Told what happens, on the worker that does it. Default: nobody.</summary>
    public Action<QueueEvent>? Observer { get; init; }
}

/// <summary>Something that happened to a job.</summary>
/// <param name="Attempt">Counted from 1.</param>
/// <param name="At">By the runtime's clock.</param>
public readonly record struct QueueEvent(string JobId, QueueEventKind Kind, int Attempt, DateTimeOffset At, string Detail = "");

/// <summary>Kinds of <see cref="QueueEvent"/>.</summary>
public enum QueueEventKind
{
    /// <summary>An attempt begins.</summary>
    Began,

    /// <summary>An attempt failed, and there will be another.</summary>
    Failed,

    /// <summary>The store knows that it is done, dead, or pending again.</summary>
    Left,
}
