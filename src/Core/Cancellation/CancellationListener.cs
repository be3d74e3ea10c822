namespace Lab.Core.Cancellation;

/// <summary>
/// One registered listener. A run is claimed under the node's gate and made outside it. At most one thread runs a listener at a time, and it
/// looks again before it stops: so the severities arrive in rising order, a request that came meanwhile is delivered by the thread that is
/// running already, and nothing is lost.
/// </summary>
/// <remarks>All fields are guarded by the node's gate.</remarks>
internal sealed class CancellationListener(CancellationNode node, Action<CancellationReason> action)
{
    // Neighbours in the node's list, in order of registration.
    internal CancellationListener? Previous;
    internal CancellationListener? Next;

    // In the list of the node. Once false it stays false, and no further run is claimed.
    internal bool IsLinked;

    // A thread is inside the action, or about to be.
    internal bool IsRunning;

    // The severity of the last run claimed; rises only. The first request is news whatever its severity is.
    internal int Seen = CancellationSeverity.NothingSeen;

    internal CancellationNode Node => node;

    /// <summary>Runs the listener as long as there is something that it has not seen, unless another thread is doing so.</summary>
    internal void Run(ref CancellationWave wave)
    {
        if (node.TryClaim(this) is { } reason)
        {
            RunClaimed(reason, ref wave);
        }
    }

    /// <summary>Like <see cref="Run"/>, with the first run claimed already.</summary>
    internal void RunClaimed(CancellationReason reason, ref CancellationWave wave)
    {
        for (var next = reason; next is not null; next = node.ClaimNext(this))
        {
            try
            {
                action(next);
            }
            catch (Exception fault)
            {
                wave.Faulted(node, fault);
            }
        }
    }
}
