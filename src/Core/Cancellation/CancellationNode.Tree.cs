using Lab.Core.Memory;
using Lab.Core.Observing;

namespace Lab.Core.Cancellation;

// The tree: children in an intrusive circular list, in the order in which they were attached. Linking and unlinking are O(1).
public partial class CancellationNode
{
    // Written under the parent's gate; read anywhere.
    private AtomicReference<CancellationNode> _parent;

    // Null or the oldest child; its _previous is the youngest. Guarded by this gate.
    private CancellationNode? _firstChild;

    // How many children are linked. Written under this gate; read anywhere.
    private AtomicInt32 _childCount;

    // The siblings; both null exactly when there is no parent. Guarded by the parent's gate.
    private CancellationNode? _previous;
    private CancellationNode? _next;

    /// <summary>The node above; null for a root.</summary>
    internal CancellationNode? Parent => _parent.Read();

    internal bool HasChildren => _childCount.Read() != 0;

    internal int ChildCount => _childCount.Read();

    /// <summary>
    /// Makes a node below this one. When this node is cancelled, or is being cancelled, the child is cancelled before the call returns or by
    /// the request that is under way.
    /// </summary>
    /// <remarks>The parent keeps the child alive as long as it lives itself. O(1).</remarks>
    public CancellationNode CreateChild()
    {
        var child = new CancellationNode();
        child.Attach(this);
        return child;
    }

    /// <summary>
    /// Puts this node, and whatever is below it, under a parent; null does nothing. Below a cancelled parent it is cancelled at once, with
    /// <see cref="CancellationKind.ParentCancelled"/> and the parent's reason as its cause. O(1) when the parent is not cancelled.
    /// </summary>
    /// <remarks>Only the owner of the node attaches it. That the parent is not below this node is the caller's to guarantee.</remarks>
    /// <exception cref="InvalidOperationException">The node has a parent, or it is the parent.</exception>
    /// <exception cref="AggregateException">Listeners of this subtree threw; the node is attached.</exception>
    internal void Attach(CancellationNode? parent)
    {
        if (parent is null)
        {
            return;
        }

        if (Parent is not null || ReferenceEquals(parent, this))
        {
            throw new InvalidOperationException("A cancellation node has one parent, and is never its own.");
        }

        CancellationReason? inherited;
        using (parent._gate.Enter())
        {
            // Under one gate: either the parent's mark is seen here, or this child is seen by whoever marks the parent. Never neither.
            parent.AssertInvariants();
            parent.LinkLocked(this);
            inherited = parent._reason.Read();
        }

        parent.ReportLook(inherited);
        if (inherited is not null)
        {
            CancellationWave.Spread(this, AnyLife, parent.DeriveForChildren(inherited));
        }
    }

    /// <summary>Takes this node out of the tree, with whatever is below it; its own state stays. Does nothing to a root. O(1).</summary>
    internal void Detach()
    {
        if (_parent.Read() is not { } parent)
        {
            return;
        }

        // Before or after a request of the parent: only before it does the request reach this node.
        parent.ReportLook(parent._reason.Read());
        using (parent._gate.Enter())
        {
            parent.AssertInvariants();

            // Read again: another thread may have detached the node since.
            if (ReferenceEquals(_parent.Read(), parent))
            {
                parent.UnlinkLocked(this);
            }
        }
    }

    /// <summary>Adds every node below this one, parents before their children. A snapshot; for reports and shutdown.</summary>
    internal void CollectDescendants(List<CancellationNode> nodes)
    {
        var next = nodes.Count;
        AddChildren(nodes);
        while (next < nodes.Count)
        {
            nodes[next++].AddChildren(nodes);
        }
    }

    private void ReportLook(CancellationReason? seen)
    {
        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(EventKind.CancelChecked, this, seen is null ? 0 : 1);
        }
    }

    private void AddChildren(List<CancellationNode> nodes)
    {
        using (_gate.Enter())
        {
            for (var child = _firstChild; child is not null; child = ReferenceEquals(child._next, _firstChild) ? null : child._next)
            {
                nodes.Add(child);
            }
        }
    }

    /// <summary>
    /// Merges a reason into this node and, when that changed it, adds the children to the wave: one decision under one gate.
    /// Returns what is still to be done for this node after all gates; nothing when the reason did not change.
    /// </summary>
    internal CancellationVisit Publish(int life, CancellationReason reason, ref CancellationWave wave)
    {
        using (_gate.Enter())
        {
            AssertInvariants();
            var before = _reason.Read();
            if (life != AnyLife && life != _generation)
            {
                return default;
            }

            var after = before is null ? reason : CancellationReason.Strengthen(before, reason);
            if (ReferenceEquals(after, before))
            {
                // Nothing changes, but the requester learns that it was not the first.
                ReportLook(before);
                return default;
            }

            _reason.Write(after);
            _shown.Write(_shown.Read() is { } shown ? CancellationReason.Strengthen(shown, after) : after);
            if (Instrumentation.IsEnabled)
            {
                Instrumentation.Report(before is null ? EventKind.CancelRequested : EventKind.CancelStrengthened, this, (long)after.Kind);
            }

            AddChildrenLocked(ref wave);
            return new CancellationVisit
            {
                Node = this,
                Reason = after,
                First = before is null,
                Source = before is null ? _source : null,
                Listeners = _listeners?.Snapshot(),
            };
        }
    }

    /// <summary>What the children get when this node's reason is <paramref name="reason"/>; one instance serves all of them.</summary>
    internal CancellationReason DeriveForChildren(CancellationReason reason) => CancellationReason.FromParent(reason, Origin, Now);

    private void AddChildrenLocked(ref CancellationWave wave)
    {
        if (_firstChild is not { } child)
        {
            return;
        }

        do
        {
            // The child's life is read while it is linked, so it is the life that this request is meant for.
            wave.Add(child, child._generation);
            child = child._next!;
        }
        while (!ReferenceEquals(child, _firstChild));
    }

    private void LinkLocked(CancellationNode child)
    {
        if (_firstChild is { } first)
        {
            var last = first._previous!;
            (child._previous, child._next) = (last, first);
            last._next = child;
            first._previous = child;
        }
        else
        {
            (child._previous, child._next) = (child, child);
            _firstChild = child;
        }

        child._parent.Write(this);
        _childCount.Write(_childCount.Read() + 1);
    }

    private void UnlinkLocked(CancellationNode child)
    {
        if (ReferenceEquals(child._next, child))
        {
            _firstChild = null;
        }
        else
        {
            child._previous!._next = child._next;
            child._next!._previous = child._previous;
            _firstChild = ReferenceEquals(_firstChild, child) ? child._next : _firstChild;
        }

        (child._previous, child._next) = (null, null);
        child._parent.Write(null);
        _childCount.Write(_childCount.Read() - 1);
    }
}
