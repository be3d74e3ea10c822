using Lab.Core.Memory;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

// Wait nodes are pooled per channel, so memory is bounded by the peak number of simultaneous waits.
internal sealed partial class ChannelCore<T>
{
    private SendNode<T>? _spareSends;

    // The send's node that came back last, without the gate. It is put where there is none, and taken out under the gate. As long as there is one node in
    // all a store puts it there, then an exchange: two may come back at once, and none may be lost. (Only one that was on its way back when the second
    // was made may still be: then that is made anew, once in the life of the channel.)
    private AtomicReference<SendNode<T>> _lastSend;
    private AtomicInt32 _sendsMade;
    private ReserveNode<T>? _spareReserves;
    private ReceiveOneNode<T>? _spareReceives;
    private WatchNode<T>? _spareWatches;

    // Those of announced operations, which need no gate; also touched without it. The one that a task has used last stays with it (WaitNode.TryStay).
    private SendNode<T>? _announcedSends;
    private ReceiveOneNode<T>? _announcedReceives;

    internal void Return(SendNode<T> node, bool wasAnnounced)
    {
        if (wasAnnounced)
        {
            ReturnLocked(ref _announcedSends, node);
            return;
        }

        if (_lastSend.Read() is null && TryKeep(node))
        {
            return;
        }

        using (_gate.Enter())
        {
            ReturnLocked(ref _spareSends, node);
        }
    }

    private bool TryKeep(SendNode<T> node)
    {
        if (_sendsMade.Read() > 1)
        {
            return _lastSend.TryChange(null, node);
        }

        _lastSend.Write(node);
        return true;
    }

    /// <summary>How many nodes for waiting sends there are; for tests.</summary>
    internal int SendsMade => _sendsMade.Read();

    private SendNode<T> RentSendLocked()
    {
        if (_lastSend.Read() is { } last)
        {
            _lastSend.Write(null);
            return last;
        }

        return RentLocked(ref _spareSends) ?? MakeSendLocked();
    }

    private SendNode<T> MakeSendLocked()
    {
        _sendsMade.Write(_sendsMade.Read() + 1);
        return new SendNode<T>(this);
    }

    internal void Return(ReserveNode<T> node)
    {
        using (_gate.Enter())
        {
            ReturnLocked(ref _spareReserves, node);
        }
    }

    internal void Return(ReceiveOneNode<T> node, bool wasAnnounced)
    {
        if (wasAnnounced)
        {
            ReturnLocked(ref _announcedReceives, node);
            return;
        }

        using (_gate.Enter())
        {
            ReturnLocked(ref _spareReceives, node);
        }
    }

    internal void Return(WatchNode<T> node)
    {
        using (_gate.Enter())
        {
            ReturnLocked(ref _spareWatches, node);
        }
    }

    /// <summary>A free node is in no queue, so its link is free for the pool.</summary>
    private static TNode? RentLocked<TNode>(ref TNode? spares)
        where TNode : WaitNode
    {
        var node = spares;
        if (node is not null)
        {
            if (node.Next is { } next)
            {
                spares = (TNode)next;
                node.Next = null;
            }
            else
            {
                spares = null;
            }
        }

        return node;
    }

    private static void ReturnLocked<TNode>(ref TNode? spares, TNode node)
        where TNode : WaitNode
    {
        if (spares is not null)
        {
            node.Next = spares;
        }

        spares = node;
    }
}
