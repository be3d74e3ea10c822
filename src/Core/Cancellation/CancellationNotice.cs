namespace Lab.Core.Cancellation;

/// <summary>What is owed to a marked node after all gates; only of nodes where there is somebody to tell.</summary>
/// <param name="Node">The node.</param>
/// <param name="Reason">The reason that came of the request.</param>
/// <param name="First">This request was the node's first.</param>
/// <param name="Source">The BCL token to cancel; null: none.</param>
/// <param name="Listeners">Who listened when the node was marked, in the order of registration.</param>
internal readonly record struct CancellationNotice(
    CancellationNode Node,
    CancellationReason Reason,
    bool First,
    CancellationTokenSource? Source,
    CancellationListener[]? Listeners);
