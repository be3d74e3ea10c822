namespace Lab.Core.Cancellation;

/// <summary>
/// A listener's registration with one <see cref="CancellationNode"/>. Copies mean the same registration; <c>default</c> means none.
/// </summary>
public readonly record struct CancellationSubscription : IDisposable
{
    private readonly CancellationListener? _listener;

    internal CancellationSubscription(CancellationListener listener) => _listener = listener;

    /// <summary>Takes the listener out. It is not called again, except that a call already under way on another thread goes on.</summary>
    /// <returns>
    /// True exactly when the listener has not run and never will; the same answer however often it is asked. False for <c>default</c>.
    /// </returns>
    /// <remarks>Never waits for a running listener, so a listener may deregister itself. O(1).</remarks>
    public bool Deregister() => _listener is not null && _listener.Node.Deregister(_listener);

    /// <summary><see cref="Deregister"/> for those who do not ask whether it ran.</summary>
    public void Dispose() => Deregister();
}
