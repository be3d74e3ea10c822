using System.Diagnostics.CodeAnalysis;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

// Receives, and those who only want to be told.
internal sealed partial class ChannelCore<T>
{
    /// <summary>The receive that never waits.</summary>
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

    /// <summary>
    /// The receive of a caller that cannot have <see cref="ReceiveAsync"/> inlined, for which this way is the shorter one. False: nothing happened, and it
    /// takes the other way. The first look is without the gate, and only a hint.
    /// </summary>
    internal bool TryReceiveAtCall(in Caller caller, [MaybeNullWhen(false)] out T value)
    {
        if (caller.MayComplete && HasUnclaimed && TryReceive(out value!) == ReceiveStatus.Ok)
        {
            caller.TakeInline();
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>The receive that may wait.</summary>
    internal ValueTask<T> ReceiveAsync(in Caller caller)
    {
        var wakes = default(WakeList);
        var beginning = Beginning.NotYet;
        ReceiveOneNode<T>? node = null;
        T value = default!;
        if (caller.Announces)
        {
            node = caller.Task!.Stayed<ReceiveOneNode<T>>(this) ?? RentLocked(ref _announcedReceives) ?? new ReceiveOneNode<T>(this);
            caller.Arm(node, this, OperationKind.Receive);
            return node.StartReceive(Beginning.NotYet);
        }

        using (_gate.Enter())
        {
            AssertInvariants();
            if (caller.MayComplete && HasUnclaimed)
            {
                value = TakeLocked();
                AdvanceLocked(ref wakes);
            }
            else
            {
                node = RentLocked(ref _spareReceives) ?? new ReceiveOneNode<T>(this);
                caller.Arm(node, this, OperationKind.Receive);
                if (caller.MayComplete)
                {
                    beginning = BeginReceiveLocked(node, ref wakes);
                }
            }
        }

        wakes.WakeAll();
        if (node is null)
        {
            caller.TakeInline();
            return new ValueTask<T>(value);
        }

        return node.StartReceive(beginning);
    }

    /// <summary>The receive of an enumeration, which brings its own node. A message that is there at the call is returned: then nothing is to be awaited.</summary>
    internal bool TryReceiveNext(in Caller caller, ReceiveNextNode<T> node, [MaybeNullWhen(false)] out T value, out ValueTask<bool> next)
    {
        var wakes = default(WakeList);
        var beginning = Beginning.NotYet;
        var hasValue = false;
        value = default;
        if (caller.Announces)
        {
            caller.Arm(node, this, OperationKind.Receive);
            next = node.StartNext(Beginning.NotYet);
            return false;
        }

        using (_gate.Enter())
        {
            AssertInvariants();
            if (caller.MayComplete && HasUnclaimed)
            {
                value = TakeLocked();
                hasValue = true;
                AdvanceLocked(ref wakes);
            }
            else
            {
                caller.Arm(node, this, OperationKind.Receive);
                if (caller.MayComplete)
                {
                    beginning = BeginReceiveLocked(node, ref wakes);
                }
            }
        }

        wakes.WakeAll();
        next = hasValue ? default : node.StartNext(beginning);
        return hasValue;
    }

    /// <summary>A receive has resumed: takes the oldest message, unless it has one or came to the end; the node goes back.</summary>
    internal bool FinishReceive(ReceiveNode<T> node, [MaybeNullWhen(false)] out T value)
    {
        var wakes = default(WakeList);
        bool hasValue;
        var wasAnnounced = node.Task is { Announces: true };
        if (node.HasValue && wasAnnounced)
        {
            // It came with the step that this is: no other has been since.
            value = node.Value;
            node.Free();
            return true;
        }

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

            if (!wasAnnounced)
            {
                node.Clear();
                if (node is ReceiveOneNode<T> one)
                {
                    ReturnLocked(ref _spareReceives, one);
                }
            }
        }

        wakes.WakeAll();
        if (wasAnnounced)
        {
            node.Free();
        }

        return hasValue;
    }

    /// <summary>Waits to be told. <paramref name="isPlain"/>: for BCL-style code, which gets the completion's error as it is.</summary>
    internal ValueTask<bool> WatchAsync(in Caller caller, bool forRoom, bool isPlain)
    {
        var beginning = Beginning.NotYet;
        WatchNode<T> node;
        if (caller.Announces && caller.Task!.Stayed<WatchNode<T>>(this) is { } stayed)
        {
            ArmWatch(stayed, caller, forRoom, isPlain);
            return stayed.StartWatch(Beginning.NotYet);
        }

        using (_gate.Enter())
        {
            AssertInvariants();
            if (caller.MayComplete && IsWatchOver(forRoom, out var goOn) && goOn)
            {
                Report(EventKind.StateRead);
                caller.TakeInline();
                return new ValueTask<bool>(true);
            }

            node = RentLocked(ref _spareWatches) ?? new WatchNode<T>(this);
            ArmWatch(node, caller, forRoom, isPlain);
            if (caller.MayComplete)
            {
                beginning = BeginWatchLocked(node);
            }
        }

        return node.StartWatch(beginning);
    }

    private void ArmWatch(WatchNode<T> node, in Caller caller, bool forRoom, bool isPlain)
    {
        node.ForRoom = forRoom;
        node.IsPlain = isPlain;
        caller.Arm(node, this, forRoom ? OperationKind.Send : OperationKind.Receive);
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

    /// <summary>A receive takes effect that could not begin at its call, or was not to.</summary>
    internal bool BeginReceive(ReceiveNode<T> node)
    {
        var wakes = default(WakeList);
        Beginning beginning;
        using (_gate.Enter(node.Watch))
        {
            AssertInvariants();
            beginning = BeginReceiveLocked(node, ref wakes);
        }

        wakes.WakeAll();
        return beginning == Beginning.Done;
    }

    /// <summary>Like <see cref="BeginReceive"/>.</summary>
    internal bool BeginWatch(WatchNode<T> node)
    {
        using (_gate.Enter(node.Watch))
        {
            AssertInvariants();
            return BeginWatchLocked(node) == Beginning.Done;
        }
    }

    private Beginning BeginReceiveLocked(ReceiveNode<T> node, ref WakeList wakes)
    {
        if (!HasUnclaimed)
        {
            return BeginWithoutMessageLocked(node);
        }

        node.Value = TakeLocked();
        node.HasValue = true;
        AdvanceLocked(ref wakes);
        node.Settle();
        return Beginning.Done;
    }

    private Beginning BeginWithoutMessageLocked(ReceiveNode<T> node)
    {
        if (HasEnded)
        {
            NothingLocked();
            node.HasEnded = true;
            node.Settle();
            return Beginning.Done;
        }

        _receivers.Enqueue(node);
        node.Park();
        Report(EventKind.ChannelReceiveWaiting);
        return Beginning.Parked;
    }

    private Beginning BeginWatchLocked(WatchNode<T> node)
    {
        if (IsWatchOver(node.ForRoom, out var goOn))
        {
            Report(EventKind.StateRead);
            node.Argument = goOn ? 1 : 0;
            node.Settle();
            return Beginning.Done;
        }

        (node.ForRoom ? ref _writable : ref _readable).Enqueue(node);
        node.Park();
        Report(node.ForRoom ? EventKind.ChannelReserveWaiting : EventKind.ChannelReceiveWaiting);
        return Beginning.Parked;
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
