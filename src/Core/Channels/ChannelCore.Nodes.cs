using Lab.Core.Memory;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

// Wait nodes are pooled per channel, so memory is bounded by the peak number of simultaneous waits.
internal sealed partial class ChannelCore<T>
{
    private SendNode<T>? _spareSends;

    // The send's node that came back last, without the gate. It is taken under it, and two that come back at once may lose one: then that is made anew.
    private AtomicReference<SendNode<T>> _lastSend;
    private ReserveNode<T>? _spareReserves;
    private ReceiveOneNode<T>? _spareReceives;
    private WatchNode<T>? _spareWatches;

    // Those of announced operations, which need no gate; also touched without it.
    private SendNode<T>? _announcedSends;
    private ReceiveOneNode<T>? _announcedReceives;

    internal void Return(SendNode<T> node, bool wasAnnounced)
    {
        if (wasAnnounced)
        {
            ReturnLocked(ref _announcedSends, node);
            return;
        }

        if (_lastSend.Read() is null)
        {
            _lastSend.Write(node);
            return;
        }

        using (_gate.Enter())
        {
            ReturnLocked(ref _spareSends, node);
        }
    }

    private SendNode<T>? RentSendLocked()
    {
        if (_lastSend.Read() is not { } node)
        {
            return RentLocked(ref _spareSends);
        }

        _lastSend.Write(null);
        return node;
    }

    private void ReturnAnnounced(ReceiveNode<T> node)
    {
        if (node is ReceiveOneNode<T> one)
        {
            ReturnLocked(ref _announcedReceives, one);
        }
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
            spares = (TNode?)node.Next;
            node.Next = null;
        }

        return node;
    }

    private static void ReturnLocked<TNode>(ref TNode? spares, TNode node)
        where TNode : WaitNode
    {
        node.Next = spares;
        spares = node;
    }
}
