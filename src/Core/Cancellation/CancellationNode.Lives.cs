using Lab.Core.Memory;
using Lab.Core.Observing;

namespace Lab.Core.Cancellation;

// One object in several lives: the record of a task, recycled natively while old references to it are still about.
public partial class CancellationNode
{
    /// <summary>Guards the node's state, and what a derived class says it guards besides. A leaf: no other gate is entered inside.</summary>
    internal ref GateWord Gate => ref _gate;

    /// <summary>Which life this is. Another number means that the life has ended. Written under the gate, read anywhere (acquire).</summary>
    internal int Life => HasHooks ? LifeWord.Read() : 0;

    /// <summary>
    /// Under the gate: ends this life, unless something of it may outlast it: a request, a listener, a BCL token, a child. True: whatever still refers to
    /// this life (a request on its way down the tree, a handle) finds another number from here on. It stays linked to its parent.
    /// </summary>
    internal bool TryEndLifeLocked()
    {
        AssertInvariants();
        if (Own.Read() is not null || _shown.Read() is not null || _told is not null || HasChildrenLocked)
        {
            return false;
        }

        // Release: pairs with the acquire of Life. Whoever sees the new number sees what the task did before.
        BeginLife(ref LifeWord);
        return true;
    }

    // Under the gate, or nobody else can reach the node.
    private static void BeginLife(ref AtomicInt32 life) => life.Write((life.Read() + 1) & int.MaxValue);

    /// <summary>Under the gate: makes <paramref name="child"/> a child. Returns the reason that it inherits, for <see cref="Inherit"/> after the gate.</summary>
    private protected CancellationReason? LinkChildLocked(CancellationNode child)
    {
        AssertInvariants();
        LinkLocked(child);
        return Own.Read();
    }

    /// <summary>After <see cref="LinkChildLocked"/>: a child of a cancelled node is cancelled at once.</summary>
    private protected void Inherit(CancellationNode child, CancellationReason? reason, GateWatch? watch)
    {
        ReportLook(reason, watch);
        if (reason is not null)
        {
            CancellationWave.Spread(child, AnyLife, DeriveForChildren(reason));
        }
    }

    /// <summary>Under the gate: takes <paramref name="child"/> out. False: it is no child any more.</summary>
    private protected bool UnlinkChildLocked(CancellationNode child)
    {
        AssertInvariants();
        if (!ReferenceEquals(child.Parent, this))
        {
            return false;
        }

        UnlinkLocked(child);
        return true;
    }

    /// <summary>Under the gate: there is room for several children, and none is left.</summary>
    private protected bool HasEmptyRoomLocked => _children.Read() is CancellationChildren { IsEmpty: true };

    /// <summary>Under the gate, of a node that has ended and <see cref="HasEmptyRoomLocked"/>: the room is needed no more.</summary>
    private protected void GiveRoomBackLocked()
    {
        AssertInvariants();

        // A child that has left without the gate may have this in hand still: it finds no slots.
        ((CancellationChildren)_children.Read()!).GiveRoomBack();
        _children.Write(null);
    }

    /// <summary>Before <see cref="UnlinkChildLocked"/>, outside of the gate: whether a request came first is looked at.</summary>
    private protected void LookBeforeUnlinking(GateWatch? watch)
    {
        if (Instrumentation.IsEnabled)
        {
            ReportLook(Own.Read(), watch);
        }
    }
}
