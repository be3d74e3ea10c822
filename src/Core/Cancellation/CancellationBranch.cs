namespace Lab.Core.Cancellation;

/// <summary>
/// A child that <see cref="CancellationNode.CreateChild"/> made, and that whoever asked for it ends: what a linked
/// <see cref="CancellationTokenSource"/> is among tokens.
/// </summary>
public sealed class CancellationBranch : CancellationNode, IDisposable
{
    internal CancellationBranch()
    {
    }

    /// <summary>
    /// Takes it out of the tree, with whatever is below it: a request of the parent does not reach it any more, and the parent does not keep alive what
    /// belongs to it. Its own state, listeners and token stay, and it can still be cancelled itself. May be called any number of times. O(1), allocates
    /// nothing.
    /// </summary>
    /// <remarks>
    /// The object alone (64 bytes), if it has neither children nor listeners nor a token, may stay with the parent for a while: at most eight such, or half as
    /// many as the parent has had children at once. What a branch is given after its disposal (listeners, a token, children) stays that long with it.
    /// </remarks>
    public void Dispose() => Leave();
}
