namespace Lab.Core.Cancellation;

/// <summary>One node on the way of a request, not marked yet: where to go.</summary>
internal struct CancellationVisit
{
    internal CancellationNode Node;

    /// <summary>The life of the node that is meant.</summary>
    internal int Life;

    /// <summary>The reason on offer, as an index into those that the wave has derived; siblings share one.</summary>
    internal int Reason;
}
