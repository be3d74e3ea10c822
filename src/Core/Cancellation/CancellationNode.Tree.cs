using System.Runtime.CompilerServices;
using Lab.Core.Memory;
using Lab.Core.Observing;

namespace Lab.Core.Cancellation;

// The tree. A node knows its only child, or several with their places, in the order in which they were attached. Linking and unlinking are O(1).
// A child leaves under the parent's gate, which frees its slot; or, if it has nothing besides itself, with one store: it has no parent from then on, and
// whoever finds it in its slot takes it for an empty one. Such a child is attached once in its life.
public partial class CancellationNode
{
    /// <summary>The node above; null for a root.</summary>
    internal CancellationNode? Parent => _parent.Read();

    internal bool HasChildren
    {
        get
        {
            // An only child tells itself whether it has left; that there are several does not say that any is left.
            var children = _children.Read();
            if (children is null || (children is not CancellationChildren && !Unsafe.As<CancellationNode>(children).IsChildOf(this)))
            {
                return false;
            }

            using (_gate.Enter())
            {
                return HasChildrenLocked;
            }
        }
    }

    /// <summary>The same for a node that nobody else can reach: without the gate.</summary>
    internal bool HasChildrenUnreached => HasChildrenLocked;

    private bool HasChildrenLocked => _children.Read() switch
    {
        null => false,
        CancellationChildren several => !several.IsEmpty,
        var only => Unsafe.As<CancellationNode>(only).IsChildOf(this),
    };

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
    /// <remarks>O(1); one allocation of 64 bytes, and now and then the room for several children.</remarks>
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

        var watch = Instrumentation.GatesIfObserved;
        if (Instrumentation.IsEnabled)
        {
            // Before or after a request of the parent: only before it does the request reach this node.
            parent.ReportLook(parent.Own.Read(), watch);
        }

        using (parent._gate.Enter(watch))
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

    /// <summary>Like <see cref="Detach"/>, for a node that is attached once in its life: without the gate, if there is nothing that the parent would keep alive.</summary>
    private protected void Leave()
    {
        if (_told is not null || _children.Read() is not null)
        {
            Detach();
            return;
        }

        if (_parent.Read() is not { } parent)
        {
            return;
        }

        if (Instrumentation.IsEnabled)
        {
            // As in Detach.
            parent.ReportLook(parent.Own.Read());
        }

        _parent.Write(null);
        if (parent._children.Read() is CancellationChildren several && several.CountEnded())
        {
            using (parent._gate.Enter())
            {
                several.Sweep();
            }
        }
    }

    /// <summary>Under the parent's gate: where it has this node.</summary>
    internal ref int PlaceLocked => ref _place;

    /// <summary>For a parent that finds this node in a slot: it has not ended.</summary>
    internal bool IsChildOf(CancellationNode parent) => ReferenceEquals(_parent.Read(), parent);

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
        var watch = Instrumentation.GatesIfObserved;
        using (_gate.Enter(watch))
        {
            // Under one gate: either this node's mark is seen here, or the child is seen by whoever marks this node. Never neither.
            inherited = LinkChildLocked(child);
        }

        Inherit(child, inherited, watch);
    }

    private void ReportLook(CancellationReason? seen, GateWatch? watch = null)
    {
        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(watch, EventKind.CancelChecked, this, seen is null ? 0 : 1);
        }
    }

    private void AddChildren(List<CancellationNode> nodes)
    {
        using (_gate.Enter())
        {
            if (_children.Read() is CancellationChildren several)
            {
                for (var place = 0; place < several.End; place++)
                {
                    if (several[place] is { } child)
                    {
                        nodes.Add(child);
                    }
                }
            }
            else if (HasChildrenLocked)
            {
                nodes.Add((CancellationNode)_children.Read()!);
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
            var hasHooks = HasHooks;
            ref var own = ref hasHooks ? ref OwnWord : ref _shown;
            var before = own.Read();
            first = false;
            if (hasHooks && life != AnyLife && life != LifeWord.Read())
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
            if (hasHooks)
            {
                _shown.Write(_shown.Read() is { } shown ? CancellationReason.Strengthen(shown, after) : after);
            }

            if (Instrumentation.IsEnabled)
            {
                Instrumentation.Report(first ? EventKind.CancelRequested : EventKind.CancelStrengthened, this, (long)after.Kind);
            }

            if (_children.Read() is { } children)
            {
                AddChildrenLocked(children, ref wave);
            }

            if (_told is not null || hasHooks)
            {
                wave.Owe(new CancellationNotice(this, after, first, first ? SourceLocked : null, (_told as ListenerList)?.Snapshot()));
            }

            return after;
        }
    }

    /// <summary>What the children get when this node's reason is <paramref name="reason"/>; one instance serves all of them.</summary>
    internal CancellationReason DeriveForChildren(CancellationReason reason) =>
        HasHooks ? CancellationReason.FromParent(reason, Origin, Now) : reason.ForChildren;

    private void AddChildrenLocked(object children, ref CancellationWave wave)
    {
        // A child's life is read while it is linked, so it is the life that this request is meant for.
        if (children is CancellationChildren several)
        {
            several.AddTo(ref wave);
        }
        else
        {
            var only = Unsafe.As<CancellationNode>(children);
            wave.AddOnly(only, only.Life);
        }
    }

    private void LinkLocked(CancellationNode child)
    {
        var children = _children.Read();
        if (children is CancellationChildren several)
        {
            several.Add(child);
        }
        else if (children is not null && Unsafe.As<CancellationNode>(children).IsChildOf(this))
        {
            several = new CancellationChildren(this, Unsafe.As<CancellationNode>(children));
            several.Add(child);
            _children.Write(several);
        }
        else
        {
            child._place = 0;
            _children.Write(child);
        }

        child._parent.Write(this);
    }

    private void UnlinkLocked(CancellationNode child)
    {
        if (_children.Read() is CancellationChildren several)
        {
            several.Remove(child);
        }
        else
        {
            _children.Write(null);
        }

        child._parent.Write(null);
    }
}
