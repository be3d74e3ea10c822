using Lab.Core.Memory;
using Lab.Core.Observing;

namespace Lab.Core.Cancellation;

// The tree: children in an intrusive circular list, in the order in which they were attached. Linking and unlinking are O(1).
public partial class CancellationNode
{
    // The siblings; both null exactly when there is no parent. Guarded by the parent's gate.
    private CancellationNode? _previous;
    private CancellationNode? _next;

    /// <summary>The node above; null for a root.</summary>
    internal CancellationNode? Parent => _parent.Read();

    internal bool HasChildren => _firstChild.Read() is not null;

    /// <summary>Counted; for reports. O(children).</summary>
    internal int ChildCount
    {
        get
        {
            var children = new List<CancellationNode>();
            AddChildren(children);
            return children.Count;
        }
    }

    /// <summary>
    /// Makes a node below this one. When this node is cancelled, or is being cancelled, the child is cancelled before the call returns or by
    /// the request that is under way.
    /// </summary>
    /// <returns>The child. Until it is disposed this node keeps it alive.</returns>
    /// <remarks>O(1); one allocation of 80 bytes.</remarks>
    public CancellationBranch CreateChild()
    {
        var child = new CancellationBranch();
        Adopt(child);
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
            throw new InvalidOperationException("A cancellation node has one parent and is never its own.");
        }

        parent.Adopt(this);
    }

    /// <summary>
    /// Takes this node out of the tree, with whatever is below it; its own state stays. O(1). False: it was a root, or another thread has taken it out.
    /// </summary>
    internal bool Detach()
    {
        if (_parent.Read() is not { } parent)
        {
            return false;
        }

        if (Instrumentation.IsEnabled)
        {
            // Before or after a request of the parent: only before it does the request reach this node.
            parent.ReportLook(parent.Own.Read());
        }

        using (parent._gate.Enter())
        {
            parent.AssertInvariants();

            // Read again: another thread may have detached the node since.
            if (!ReferenceEquals(_parent.Read(), parent))
            {
                return false;
            }

            parent.UnlinkLocked(this);
            return true;
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

    private void Adopt(CancellationNode child)
    {
        CancellationReason? inherited;
        using (_gate.Enter())
        {
            // Under one gate: either this node's mark is seen here, or the child is seen by whoever marks this node. Never neither.
            inherited = LinkChildLocked(child);
        }

        Inherit(child, inherited);
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
            var first = _firstChild.Read();
            for (var child = first; child is not null; child = ReferenceEquals(child._next, first) ? null : child._next)
            {
                nodes.Add(child);
            }
        }
    }

    /// <summary>
    /// Merges a reason into this node and, when that changed it, adds the children to the wave, and the node itself if somebody there is to be told:
    /// one decision under one gate. Returns the reason that came of it; null when nothing changed.
    /// </summary>
    /// <param name="life">The life that is meant; <see cref="AnyLife"/> for the present one.</param>
    /// <param name="reason">The reason on offer.</param>
    /// <param name="wave">The request under way.</param>
    /// <param name="first">This request is the first of this life.</param>
    internal CancellationReason? Publish(int life, CancellationReason reason, ref CancellationWave wave, out bool first)
    {
        using (_gate.Enter())
        {
            AssertInvariants();
            ref var own = ref Own;
            var before = own.Read();
            first = false;
            if (life != AnyLife && life != _life.Read())
            {
                return null;
            }

            var after = before is null ? reason : CancellationReason.Strengthen(before, reason);
            if (ReferenceEquals(after, before))
            {
                // Nothing changes, but the requester learns that it was not the first.
                ReportLook(before);
                return null;
            }

            first = before is null;
            own.Write(after);
            if (HasHooks)
            {
                _shown.Write(_shown.Read() is { } shown ? CancellationReason.Strengthen(shown, after) : after);
            }

            if (Instrumentation.IsEnabled)
            {
                Instrumentation.Report(first ? EventKind.CancelRequested : EventKind.CancelStrengthened, this, (long)after.Kind);
            }

            if (_firstChild.Read() is { } child)
            {
                AddChildrenLocked(child, ref wave);
            }

            if (_told is not null || HasHooks)
            {
                wave.Owe(new CancellationNotice(this, after, first, first ? SourceLocked : null, (_told as ListenerList)?.Snapshot()));
            }

            return after;
        }
    }

    /// <summary>What the children get when this node's reason is <paramref name="reason"/>; one instance serves all of them.</summary>
    internal CancellationReason DeriveForChildren(CancellationReason reason) =>
        HasHooks ? CancellationReason.FromParent(reason, Origin, Now) : reason.ForChildren;

    private void AddChildrenLocked(CancellationNode first, ref CancellationWave wave)
    {
        var child = first;
        do
        {
            // The child's life is read while it is linked, so it is the life that this request is meant for.
            wave.Add(child, child._life.Read());
            child = child._next!;
        }
        while (!ReferenceEquals(child, first));
    }

    private void LinkLocked(CancellationNode child)
    {
        if (_firstChild.Read() is { } first)
        {
            var last = first._previous!;
            (child._previous, child._next) = (last, first);
            last._next = child;
            first._previous = child;
        }
        else
        {
            (child._previous, child._next) = (child, child);
            _firstChild.Write(child);
        }

        child._parent.Write(this);
    }

    private void UnlinkLocked(CancellationNode child)
    {
        var (previous, next) = (child._previous!, child._next!);
        if (ReferenceEquals(next, child))
        {
            _firstChild.Write(null);
        }
        else
        {
            previous._next = next;
            next._previous = previous;
            if (ReferenceEquals(_firstChild.Read(), child))
            {
                _firstChild.Write(next);
            }
        }

        (child._previous, child._next) = (null, null);
        child._parent.Write(null);
    }
}
