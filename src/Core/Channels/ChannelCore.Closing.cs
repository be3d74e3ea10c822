using System.Threading.Channels;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

// The ways a channel ends.
internal sealed partial class ChannelCore<T>
{
    private CompletionNode? _completion;
    private Task? _completed;

    /// <summary>The first error a sender completed with.</summary>
    internal Exception? Error
    {
        get
        {
            using (_gate.Enter())
            {
                return _error;
            }
        }
    }

    /// <summary>Ends when the channel has ended, with the first error if there is one.</summary>
    internal Task Completion
    {
        get
        {
            var wakes = default(WakeList);
            using (_gate.Enter())
            {
                Report(EventKind.StateRead);
                if (_completed is null)
                {
                    _completion = new CompletionNode();
                    _completed = _completion.Task;
                    AdvanceLocked(ref wakes);
                }
            }

            wakes.WakeAll();
            return _completed;
        }
    }

    /// <summary>What a receive at the end throws.</summary>
    internal ChannelClosedException EndError() => Error is { } error ? new ChannelClosedException(error) : new ChannelClosedException();

    internal SendRejectedException<T> Rejection(T value) => new(value, Error);

    /// <summary>A sender that had ended was used: that it had ended before is an order that counts, although nothing changes.</summary>
    internal void ReportEnded()
    {
        if (Instrumentation.IsEnabled)
        {
            using (_gate.Enter())
            {
                Report(EventKind.StateRead);
            }
        }
    }

    /// <summary>Another sender, whose like has not ended.</summary>
    internal void Fork()
    {
        using (_gate.Enter())
        {
            // The writer may have ended the channel for all; then this one is born ended.
            if (_senders > 0)
            {
                _senders++;
                Report(EventKind.ChannelForked, _senders);
            }
            else
            {
                Report(EventKind.StateRead);
            }
        }
    }

    /// <summary>One sender has ended. Who stands in line stays there: those sends were made before.</summary>
    internal void EndSender(Exception? error)
    {
        var wakes = default(WakeList);
        using (_gate.Enter())
        {
            AssertInvariants();
            if (_senders > 0)
            {
                _senders--;
                _error ??= error;
                Report(EventKind.ChannelSenderClosed, _senders);
                AdvanceLocked(ref wakes);
            }
            else
            {
                Report(EventKind.StateRead);
            }
        }

        wakes.WakeAll();
    }

    /// <summary>The writer ends the channel for all senders; who stands in line is refused. False: no sender was left, or the receiver had closed.</summary>
    internal bool TryComplete(Exception? error)
    {
        var wakes = default(WakeList);
        using (_gate.Enter())
        {
            AssertInvariants();
            if (IsClosedToSends)
            {
                Report(EventKind.StateRead);
                return false;
            }

            _senders = 0;
            _error ??= error;
            Report(EventKind.ChannelSenderClosed);
            CloseLocked(ref wakes);
        }

        wakes.WakeAll();
        return true;
    }

    /// <summary>The receiver takes no new sends and reservations; what is buffered and permitted still arrives.</summary>
    internal void CloseReceiver()
    {
        var wakes = default(WakeList);
        using (_gate.Enter())
        {
            AssertInvariants();
            if (!_closed)
            {
                Report(EventKind.ChannelReceiverClosed);
                CloseLocked(ref wakes);
            }
            else
            {
                Report(EventKind.StateRead);
            }
        }

        wakes.WakeAll();
    }

    /// <summary>The receiver is gone: buffered messages are dropped, and permits cannot deliver any more.</summary>
    internal void DisposeReceiver()
    {
        var wakes = default(WakeList);
        T[] dropped;
        using (_gate.Enter())
        {
            AssertInvariants();
            if (_disposed)
            {
                Report(EventKind.StateRead);
                return;
            }

            if (!_closed)
            {
                Report(EventKind.ChannelReceiverClosed);
            }

            Report(EventKind.ChannelDropped, _count);
            dropped = _ring;
            _ring = [];
            _head = _count = _claimed = 0;
            _disposed = true;
            CloseLocked(ref wakes);
        }

        // Messages are let go outside of the gate, in case letting go ever means more than clearing.
        Array.Clear(dropped);
        wakes.WakeAll();
    }

    private void CloseLocked(ref WakeList wakes)
    {
        _closed = true;
        while (_line.Dequeue() is { } node)
        {
            Report(EventKind.ChannelFull, 1);
            if (node is SendNode<T> send)
            {
                send.IsRejected = true;
            }
            else
            {
                ((ReserveNode<T>)node).IsRejected = true;
            }

            node.Settle();
            wakes.Add(node);
        }

        AdvanceLocked(ref wakes);
    }

    private void CompleteLocked(ref WakeList wakes)
    {
        _completion!.Error = _error;
        _completion.Settle();
        wakes.Add(_completion);
        _completion = null;
    }
}
