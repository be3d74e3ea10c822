namespace Lab.Oracles;

/// <summary>Where a worker found its next task.</summary>
internal enum Lane : byte
{
    Cancel,
    Timed,

    /// <summary>The worker's LIFO slot.</summary>
    Slot,

    /// <summary>The slot, where a join put it.</summary>
    Joined,

    /// <summary>Any other ready task: local, injected or stolen.</summary>
    Ready,
}
