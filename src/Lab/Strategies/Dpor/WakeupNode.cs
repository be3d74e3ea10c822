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
    }

    /// <summary>Who runs.</summary>
    internal int Process { get; }

    /// <summary>What the step touched where it was seen; of the last step of a sequence that is where it came after what it now goes before.</summary>
    internal Footprint Footprint { get; }

    /// <summary>What may follow; a leaf leaves that to the search.</summary>
    internal WakeupBranches After;
}
