namespace Lab.Strategies.Dpor;

/// <summary>
/// One step of a wake-up tree: a way to begin that the search has still to go. Branches are tried in the order in which they were inserted.
/// </summary>
internal sealed class WakeupNode
{
    internal WakeupNode(int process, Footprint footprint)
    {
        Process = process;
        Footprint = footprint;
        IsExact = true;
    }

    /// <summary>Who runs.</summary>
    internal int Process { get; }

    /// <summary>What the step touches here, if <see cref="IsExact"/>; else what it touched where it was seen.</summary>
    internal Footprint Footprint { get; set; }

    /// <summary>False for the last step of a sequence when it has never been seen in the past that it has here.</summary>
    internal bool IsExact { get; set; }

    /// <summary>Of the last step of a sequence: it was put here without certainty that what was planned or seen does not lead here as well. If it does not,
    /// it is a leaf, and what stands after it was left to it; if it does, that is all that is left.</summary>
    internal bool IsUnsure { get; set; }

    /// <summary>The timer that a step of the clock fires; -1 for others, and where it is exact.</summary>
    internal int Timer { get; init; } = -1;

    /// <summary>What may follow; a leaf leaves that to the search.</summary>
    internal WakeupBranches After;
}
