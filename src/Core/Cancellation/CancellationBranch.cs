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
    /// Takes it out of the tree, with whatever is below it: a request of the parent does not reach it any more, and the parent does not keep it
    /// alive. Its own state, listeners and token stay, and it can still be cancelled itself. May be called any number of times. O(1), allocates nothing.
    /// </summary>
    public void Dispose() => Detach();
}
