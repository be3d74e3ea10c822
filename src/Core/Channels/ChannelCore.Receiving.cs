using System.Diagnostics.CodeAnalysis;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

// Receives, and those who only want to be told.
internal sealed partial class ChannelCore<T>
{
    /// <summary>The synchronous receive.</summary>
    internal ReceiveStatus TryReceive([MaybeNull] out T value)
    {
        var wakes = default(WakeList);
        using (_gate.Enter())
        {
            AssertInvariants();
            if (!HasUnclaimed)
            {
                value = default;
                return NothingLocked();
            }

            value = TakeLocked();
            AdvanceLocked(ref wakes);
        }

        wakes.WakeAll();
        return ReceiveStatus.Ok;
    }

    /// <summary>First half of a receive that may wait: done (Ok or Ended), or a node to wait with (null for an enumeration, which has its own).</summary>
    internal ReceiveStatus Receive(bool mayComplete, bool forStream, [MaybeNull] out T value, out ReceiveOneNode<T>? node)
    {
        var wakes = default(WakeList);
        var status = ReceiveStatus.Empty;
        node = null;
        value = default;
        using (_gate.Enter())
        {
            AssertInvariants();
            if (mayComplete && HasUnclaimed)
            {
                value = TakeLocked();
                status = ReceiveStatus.Ok;
                AdvanceLocked(ref wakes);
            }
            else if (mayComplete && HasEnded)
            {
                status = NothingLocked();
            }
            else if (!forStream)
            {
                node = RentLocked(ref _spareReceives) ?? new ReceiveOneNode<T>(this);
            }
        }

        wakes.WakeAll();
        return status;
    }

    /// <summary>A receive has resumed: takes the oldest message, unless it has one or came to the end; the node goes back.</summary>
    internal bool FinishReceive(ReceiveNode<T> node, [MaybeNullWhen(false)] out T value)
    {
        var wakes = default(WakeList);
        bool hasValue;
        using (_gate.Enter())
        {
            AssertInvariants();
            hasValue = node.HasValue;
            value = node.Value;

            // Disposing the receiver drops claimed messages too.
            if (!hasValue && !node.HasEnded && !_disposed)
            {
                _claimed--;
                value = TakeLocked();
                hasValue = true;
                AdvanceLocked(ref wakes);
            }

            node.Clear();
            if (node is ReceiveOneNode<T> one)
            {
                ReturnLocked(ref _spareReceives, one);
            }
        }

        wakes.WakeAll();
        return hasValue;
    }

    /// <summary>First half of a wait to be told. Null: done, and <paramref name="goOn"/> says whether there is a point in trying.</summary>
    internal WatchNode<T>? Watch(bool forRoom, bool mayComplete, out bool goOn)
    {
        using (_gate.Enter())
        {
            AssertInvariants();
            if (mayComplete && IsWatchOver(forRoom, out goOn))
            {
                Report(EventKind.StateRead);
                return null;
            }

            goOn = false;
            var node = RentLocked(ref _spareWatches) ?? new WatchNode<T>(this);
            node.ForRoom = forRoom;
            return node;
        }
    }

    /// <summary>The message that the next receive would take, without taking it.</summary>
    internal bool TryPeek([MaybeNullWhen(false)] out T value)
    {
        using (_gate.Enter())
        {
            AssertInvariants();
            Report(EventKind.StateRead);
            value = HasUnclaimed ? _ring[Wrap(_head + _claimed)] : default;
            return HasUnclaimed;
        }
    }

    private bool BeginReceive(ReceiveNode<T> node)
    {
        var wakes = default(WakeList);
        using (_gate.Enter())
        {
            AssertInvariants();
            if (HasUnclaimed)
            {
                node.Value = TakeLocked();
                node.HasValue = true;
                AdvanceLocked(ref wakes);
            }
            else if (HasEnded)
            {
                NothingLocked();
                node.HasEnded = true;
            }
            else
            {
                _receivers.Enqueue(node);
                node.Park();
                Report(EventKind.ChannelReceiveWaiting);
                return false;
            }

            node.Settle();
        }

        wakes.WakeAll();
        return true;
    }

    private bool BeginWatch(WatchNode<T> node)
    {
        using (_gate.Enter())
        {
            AssertInvariants();
            if (IsWatchOver(node.ForRoom, out var goOn))
            {
                Report(EventKind.StateRead);
                node.Argument = goOn ? 1 : 0;
                node.Succeed();
                return true;
            }

            (node.ForRoom ? ref _writable : ref _readable).Enqueue(node);
            node.Park();
            Report(node.ForRoom ? EventKind.ChannelReserveWaiting : EventKind.ChannelReceiveWaiting);
            return false;
        }
    }

    private bool IsWatchOver(bool forRoom, out bool goOn)
    {
        goOn = forRoom ? CanAdmit && !IsClosedToSends : HasUnclaimed;
        return goOn || (forRoom ? IsClosedToSends : HasEnded);
    }

    private ReceiveStatus NothingLocked()
    {
        Report(EventKind.ChannelEmpty, HasEnded ? 1 : 0);
        return HasEnded ? ReceiveStatus.Ended : ReceiveStatus.Empty;
    }
}
