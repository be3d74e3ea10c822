namespace Lab.Core.Cancellation;

/// <summary>
/// One request on its way down a tree. Two passes, breadth first: the first marks every node, gate by gate; the second tells hooks, tokens
/// and listeners, under no gate. So no listener sees a half-cancelled tree, and a slow or throwing one cannot keep a node from being marked.
/// </summary>
/// <remarks>
/// Iterative: a chain of 100,000 nodes needs no stack. A node is expanded only when its reason changed, so every link is walked once.
/// The node at the top is kept apart: cancelling a leaf allocates nothing.
/// </remarks>
internal ref struct CancellationWave
{
    // The nodes below the top, in the order in which they are marked; the first _count entries are in use.
    private CancellationVisit[]? _visits;
    private int _count;

    // What hooks, tokens and listeners threw and nobody took.
    private List<Exception>? _faults;

    /// <summary>Carries a request to a node and everything below it. Returns true when it was that node's first.</summary>
    /// <exception cref="AggregateException">Somebody who was told threw.</exception>
    internal static bool Spread(CancellationNode top, int life, CancellationReason reason)
    {
        var wave = default(CancellationWave);
        var visit = wave.Mark(top, life, reason);
        for (var i = 0; i < wave._count; i++)
        {
            ref readonly var next = ref wave._visits![i];
            var marked = wave.Mark(next.Node!, next.Life, next.Reason!);
            wave._visits[i] = marked;
        }

        wave.Tell(in visit);
        for (var i = 0; i < wave._count; i++)
        {
            wave.Tell(in wave._visits![i]);
        }

        wave.ThrowFaults();
        return visit.First;
    }

    /// <summary>Runs one listener that was registered late and is claimed for this thread.</summary>
    /// <exception cref="AggregateException">The listener threw.</exception>
    internal static void TellLate(CancellationListener listener, CancellationReason reason)
    {
        var wave = default(CancellationWave);
        listener.RunClaimed(reason, ref wave);
        wave.ThrowFaults();
    }

    /// <summary>A child to be visited; its reason follows when the parent's gate is left.</summary>
    internal void Add(CancellationNode child, int life)
    {
        if (_visits is null || _count == _visits.Length)
        {
            Array.Resize(ref _visits, Math.Max(4, _count * 2));
        }

        _visits[_count++] = new CancellationVisit { Node = child, Life = life };
    }

    internal void Faulted(CancellationNode node, Exception fault)
    {
        if (!node.OnListenerFaulted(fault))
        {
            (_faults ??= []).Add(fault);
        }
    }

    private CancellationVisit Mark(CancellationNode node, int life, CancellationReason reason)
    {
        var firstChild = _count;
        var visit = node.Publish(life, reason, ref this);
        if (_count > firstChild)
        {
            // Not under the gate: the clock and the name that go into the reason are the node's own code.
            var derived = node.DeriveForChildren(visit.Reason!);
            foreach (ref var child in _visits.AsSpan(firstChild.._count))
            {
                child.Reason = derived;
            }
        }

        return visit;
    }

    private void Tell(in CancellationVisit visit)
    {
        if (visit.Node is not { } node)
        {
            return;
        }

        try
        {
            node.OnCancellationRequested(visit.Reason!, visit.First);
        }
        catch (Exception fault)
        {
            Faulted(node, fault);
        }

        if (visit.Source is { } source)
        {
            TellToken(node, source);
        }

        foreach (var listener in visit.Listeners.AsSpan())
        {
            listener.Run(ref this);
        }
    }

    private void TellToken(CancellationNode node, CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException faults)
        {
            foreach (var fault in faults.InnerExceptions)
            {
                Faulted(node, fault);
            }
        }
    }

    private readonly void ThrowFaults()
    {
        if (_faults is not null)
        {
            throw new AggregateException("Listeners of a cancellation threw; everybody else was told.", _faults);
        }
    }
}
