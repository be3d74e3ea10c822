namespace Lab.Classics;

/// <summary>What the tasks of a <see cref="RandomProgram"/> do. Each knows what the ones before it know, and does mostly its own.</summary>
public enum Palette
{
    /// <summary>Reads, writes and exchanges of two shared variables.</summary>
    Shared,

    /// <summary>Mutexes and semaphores of model programs: enabled only when they can complete; many of these programs deadlock.</summary>
    Model,

    /// <summary>The core's notifies, channel, mutex and semaphore, which queue.</summary>
    Core,

    /// <summary>Yields, cancellation of tasks, checkpoints, joins.</summary>
    Control,

    /// <summary>Delays, looks at the clock, timeouts.</summary>
    Time,

    /// <summary>Several waits at once (WhenAll, WhenAny, races, scopes within scopes), and ends of channels that come twice.</summary>
    Several,
}
