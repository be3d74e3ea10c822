using Lab.Core.Memory;

namespace Lab.Core.Cancellation;

/// <summary>
/// One request on its way down a tree. Two passes, breadth first: the first marks every node, gate by gate; the second tells hooks, tokens
/// and listeners, under no gate. So no listener sees a half-cancelled tree, and a slow or throwing one cannot keep a node from being marked.
/// </summary>
/// <remarks>
/// Iterative: a chain of 1,000,000 nodes needs no stack. A node is expanded only when its reason changed, so every link is walked once.
/// What is still to be visited and who is still to be told are in arrays of the shared pool, so a request allocates only the reasons that it derives.
/// </remarks>
internal ref struct CancellationWave
{
    // The nodes below the top, in the order in which they are marked; so many have been.
    private Scratch<CancellationVisit> _visits;
    private int _visited;

    // An only child, with what it gets, when there is no other node to visit before it: a chain needs no array.
    private CancellationNode? _only;
    private int _life;
    private CancellationReason? _reason;

    // What the children of a marked node get: one for each node that has children.
    private Scratch<Derived> _derived;

    // Nodes where somebody is to be told, in the order of their marks.
    private Scratch<CancellationNotice> _owed;

    // What hooks, tokens and listeners threw and nobody took.
    private List<Exception>? _faults;

    /// <summary>Carries a request to a node and everything below it. Returns true when it was that node's first.</summary>
    /// <exception cref="AggregateException">Somebody who was told threw.</exception>
    internal static bool Spread(CancellationNode top, int life, CancellationReason reason)
    {
        var wave = default(CancellationWave);
        var first = wave.Mark(top, life, reason);
        while (true)
        {
            if (wave._only is { } only)
            {
                wave._only = null;
                wave.MarkBelow(only, wave._life, wave._reason!);
            }
            else if (wave._visited < wave._visits.Count)
            {
                // A copy: the mark adds visits, and the array may move.
                var visit = wave._visits[wave._visited++];
                wave.MarkBelow(visit.Node, visit.Life, wave._derived[visit.Reason].Reason);
            }
            else
            {
                break;
            }
        }

        wave._visits.Release();
        wave._derived.Release();
        for (var i = 0; i < wave._owed.Count; i++)
        {
            wave.Tell(in wave._owed[i]);
        }

        wave._owed.Release();
        wave.ThrowFaults();
        return first;
    }

    /// <summary>Runs one listener that was registered late and is claimed for this thread.</summary>
    /// <exception cref="AggregateException">The listener threw.</exception>
    internal static void TellLate(CancellationListener listener, CancellationReason reason)
    {
        var wave = default(CancellationWave);
        listener.RunClaimed(reason, ref wave);
        wave.ThrowFaults();
    }

    /// <summary>A child to be visited; its reason is derived when the parent's gate is left.</summary>
    internal void Add(CancellationNode child, int life) =>
        _visits.Add(new CancellationVisit { Node = child, Life = life, Reason = _derived.Count });

    /// <summary>The same for an only child.</summary>
    internal void AddOnly(CancellationNode child, int life)
    {
        if (_visited == _visits.Count)
        {
            (_only, _life) = (child, life);
        }
        else
        {
            Add(child, life);
        }
    }

    internal void Owe(in CancellationNotice notice) => _owed.Add(notice);

    internal void Faulted(CancellationNode node, Exception fault)
    {
        if (!node.OnListenerFaulted(fault))
        {
            (_faults ??= []).Add(fault);
        }
    }

    private void MarkBelow(CancellationNode node, int life, CancellationReason reason)
    {
        // One without a parent had left before it was found, or has left since.
        if (node.Parent is not null)
        {
            Mark(node, life, reason);
        }
    }

    private bool Mark(CancellationNode node, int life, CancellationReason reason)
    {
        var children = _visits.Count;
        var marked = node.Publish(life, reason, ref this, out var first);

        // Not under the gate: the clock and the name that go into the reason are the node's own code.
        if (_only is not null)
        {
            _reason = node.DeriveForChildren(marked!);
        }
        else if (_visits.Count > children)
        {
            _derived.Add(new Derived(node.DeriveForChildren(marked!)));
        }

        return first;
    }

    private void Tell(in CancellationNotice notice)
    {
        var node = notice.Node;
        try
        {
            node.OnCancellationRequested(notice.Reason, notice.First);
        }
        catch (Exception fault)
        {
            Faulted(node, fault);
        }

        if (notice.Source is { } source)
        {
            TellToken(node, source);
        }

        foreach (var listener in notice.Listeners.AsSpan())
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

    // An array of a struct: storing into one of references checks what it is an array of.
    private readonly record struct Derived(CancellationReason Reason);
}
