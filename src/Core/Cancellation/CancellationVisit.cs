namespace Lab.Core.Cancellation;

/// <summary>
/// One node on the way of a request. First it says where to go (node, life, reason offered); after the node was marked it says what is owed
/// to it. <c>default</c>: nothing.
/// </summary>
internal struct CancellationVisit
{
    /// <summary>Null when nothing is owed: the node was as strongly cancelled before, or has begun another life.</summary>
    internal CancellationNode? Node;

    /// <summary>The reason on offer; after the mark, the reason that came of it.</summary>
    internal CancellationReason? Reason;

    /// <summary>The BCL token to cancel.</summary>
    internal CancellationTokenSource? Source;

    /// <summary>Who listened when the node was marked, in the order of registration.</summary>
    internal CancellationListener[]? Listeners;

    /// <summary>The life of the node that is meant.</summary>
    internal int Life;

    /// <summary>This request was the node's first.</summary>
    internal bool First;
}
