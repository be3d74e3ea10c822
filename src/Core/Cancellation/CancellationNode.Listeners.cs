namespace Lab.Core.Cancellation;

// Who hears of a request: listeners of this node, and links that bring requests in from BCL tokens.
public partial class CancellationNode
{
    /// <summary>
    /// Has a listener called with the reason when this node is cancelled, and again whenever the request rises in severity.
    /// </summary>
    /// <param name="listener">Called with strictly rising severity, by one thread at a time, under no lock; order among listeners is that of
    /// registration. Without the caller's execution context.</param>
    /// <returns>The handle to take the listener out again.</returns>
    /// <remarks>
    /// On a node that is cancelled already the listener runs once, here, before the call returns. A listener that throws stops neither the
    /// others nor its own later calls. Inside a listener everything is allowed. O(1); one allocation.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="listener"/> is null.</exception>
    /// <exception cref="AggregateException">The node is cancelled and the listener threw here; it is not registered.</exception>
    public CancellationSubscription Register(Action<CancellationReason> listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        var entry = new CancellationListener(this, listener);
        CancellationReason? late;
        using (_gate.Enter())
        {
            AssertInvariants();
            ListenersLocked().Append(entry);
            late = ClaimLocked(entry);
        }

        if (late is not null)
        {
            RunLate(entry, late);
        }

        return new CancellationSubscription(entry);
    }

    /// <summary>
    /// Has this node cancelled, with <see cref="CancellationKind.LinkedExit"/>, when a BCL token is; at once when it is already.
    /// </summary>
    /// <returns>The link; disposing it undoes it. It keeps this node alive as long as the token's source lives.</returns>
    /// <remarks>A token that can never be cancelled, and a <see cref="Token"/> that this node made, are accepted and have no effect.</remarks>
    /// <exception cref="AggregateException">The token was cancelled already and listeners of this node threw.</exception>
    public CancellationLink LinkTo(CancellationToken token)
    {
        int life;
        bool isOwn;
        using (_gate.Enter())
        {
            AssertInvariants();
            life = Life;
            isOwn = SourceLocked is { } source && source.Token == token;
        }

        // Through its own token a request would come back to the node and make itself stronger.
        return isOwn ? new CancellationLink() : CancellationLink.Connect(this, life, token);
    }

    /// <summary>The reason for a listener to run now; null when it has seen it, is gone, or is being run.</summary>
    internal CancellationReason? TryClaim(CancellationListener listener)
    {
        using (_gate.Enter())
        {
            AssertInvariants();
            return listener.IsRunning ? null : ClaimLocked(listener);
        }
    }

    /// <summary>Ends the run that the calling thread has claimed, and claims the next if there is one.</summary>
    internal CancellationReason? ClaimNext(CancellationListener listener)
    {
        using (_gate.Enter())
        {
            AssertInvariants();
            listener.IsRunning = false;
            return ClaimLocked(listener);
        }
    }

    internal bool Deregister(CancellationListener listener)
    {
        using (_gate.Enter())
        {
            AssertInvariants();
            if (listener.IsLinked)
            {
                ((ListenerList)_told!).Remove(listener);
            }

            // Unlinked now, so no run will be claimed any more; and none has been if it has seen nothing.
            return listener.Seen == CancellationSeverity.NothingSeen;
        }
    }

    private CancellationTokenSource? SourceLocked => _told is ListenerList listeners ? listeners.Source : (CancellationTokenSource?)_told;

    private CancellationTokenSource MakeSourceLocked()
    {
        var source = new CancellationTokenSource();
        if (_told is ListenerList listeners)
        {
            listeners.Source = source;
        }
        else
        {
            _told = source;
        }

        return source;
    }

    private ListenerList ListenersLocked()
    {
        if (_told is ListenerList listeners)
        {
            return listeners;
        }

        listeners = new ListenerList { Source = (CancellationTokenSource?)_told };
        _told = listeners;
        return listeners;
    }

    private CancellationReason? ClaimLocked(CancellationListener listener)
    {
        if (!listener.IsLinked || Own.Read() is not { } reason || reason.Severity <= listener.Seen)
        {
            return null;
        }

        listener.Seen = reason.Severity;
        listener.IsRunning = true;
        return reason;
    }

    private void RunLate(CancellationListener entry, CancellationReason reason)
    {
        try
        {
            CancellationWave.TellLate(entry, reason);
        }
        catch
        {
            // The caller gets no handle, so the listener must not stay.
            Deregister(entry);
            throw;
        }
    }
}
