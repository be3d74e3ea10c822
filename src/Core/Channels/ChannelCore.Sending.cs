using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

// Sends and reservations.
internal sealed partial class ChannelCore<T>
{
    /// <summary>The send that never waits. Nothing happened unless Ok.</summary>
    internal SendStatus TrySend(T value)
    {
        var wakes = default(WakeList);
        SendStatus status;
        using (_gate.Enter())
        {
            AssertInvariants();
            status = AdmissionLocked();
            if (status == SendStatus.Ok)
            {
                AppendLocked(value);
                AdvanceLocked(ref wakes);
            }
        }

        wakes.WakeAll();
        return status;
    }

    /// <summary>The send of a caller that cannot have <see cref="SendAsync"/> inlined; like <see cref="TryReceiveAtCall"/>.</summary>
    internal bool TrySendAtCall(in Caller caller, T value)
    {
        if (caller.MayComplete && CanAdmit && TrySend(value) == SendStatus.Ok)
        {
            caller.TakeInline();
            return true;
        }

        return false;
    }

    /// <summary>The send that may wait. <paramref name="isWriters"/>: for BCL-style code, which expects exactly the BCL's exception.</summary>
    internal ValueTask SendAsync(in Caller caller, T value, bool isWriters, Sender<T>? sender = null)
    {
        var wakes = default(WakeList);
        var beginning = Beginning.NotYet;
        SendNode<T>? node = null;
        if (caller.Announces)
        {
            node = caller.Task!.Stayed<SendNode<T>>(this) ?? RentLocked(ref _announcedSends) ?? new SendNode<T>(this);
            node.Value = value;
            node.IsWriters = isWriters;
            if (!ReferenceEquals(node.Sender, sender))
            {
                node.Sender = sender;
            }

            caller.Arm(node, this, OperationKind.Send);
            return node.StartSend(Beginning.NotYet);
        }

        using (_gate.Enter())
        {
            AssertInvariants();
            if (caller.MayComplete && CanAdmit && !IsClosedToSends)
            {
                AppendLocked(value);
                AdvanceLocked(ref wakes);
            }
            else
            {
                node = RentSendLocked();
                node.Value = value;
                node.IsWriters = isWriters;
                caller.Arm(node, this, OperationKind.Send);
                if (caller.MayComplete)
                {
                    beginning = BeginSendLocked(node, ref wakes);
                }
            }
        }

        wakes.WakeAll();
        if (node is null)
        {
            caller.TakeInline();
            return default;
        }

        return node.StartSend(beginning);
    }

    /// <summary>The reservation that never waits; the permit belongs to <paramref name="taker"/>.</summary>
    internal SendStatus TryReserve(RuntimeTask? taker, out Permit<T> permit)
    {
        using (_gate.Enter())
        {
            AssertInvariants();
            var status = AdmissionLocked();
            permit = status == SendStatus.Ok ? ReserveLocked(taker) : default;
            return status;
        }
    }

    /// <summary>The reservation that may wait.</summary>
    internal ValueTask<Permit<T>> ReserveAsync(in Caller caller, Sender<T> sender)
    {
        var beginning = Beginning.NotYet;
        ReserveNode<T>? node = null;
        Permit<T> permit = default;
        if (caller.Announces && caller.Task!.Stayed<ReserveNode<T>>(this) is { } stayed)
        {
            stayed.Sender = sender;
            caller.Arm(stayed, this, OperationKind.Reserve);
            return stayed.StartReserve(Beginning.NotYet);
        }

        using (_gate.Enter())
        {
            AssertInvariants();
            if (caller.MayComplete && CanAdmit && !IsClosedToSends)
            {
                permit = ReserveLocked(caller.Task);
            }
            else
            {
                node = RentLocked(ref _spareReserves) ?? new ReserveNode<T>(this);
                if (caller.Announces)
                {
                    node.Sender = sender;
                }

                caller.Arm(node, this, OperationKind.Reserve);
                if (caller.MayComplete)
                {
                    beginning = BeginReserveLocked(node);
                }
            }
        }

        if (node is null)
        {
            caller.TakeInline();
            return new ValueTask<Permit<T>>(permit);
        }

        return node.StartReserve(beginning);
    }

    /// <summary>A reservation that was given its slot has resumed: the permit, and the node goes back.</summary>
    internal Permit<T> FinishReserve(ReserveNode<T> node)
    {
        Permit<T> permit;
        using (_gate.Enter())
        {
            permit = RentPermitLocked(node.Task);
            if (node.Task is not { Announces: true })
            {
                node.Clear();
                ReturnLocked(ref _spareReserves, node);
                return permit;
            }
        }

        node.Free();
        return permit;
    }

    /// <summary>A send takes effect that could not begin at its call, or was not to.</summary>
    internal bool BeginSend(SendNode<T> node)
    {
        var wakes = default(WakeList);
        Beginning beginning;
        using (_gate.Enter(node.Watch))
        {
            AssertInvariants();
            beginning = BeginSendLocked(node, ref wakes);
        }

        wakes.WakeAll();
        return beginning == Beginning.Done;
    }

    /// <summary>Like <see cref="BeginSend"/>.</summary>
    internal bool BeginReserve(ReserveNode<T> node)
    {
        using (_gate.Enter(node.Watch))
        {
            AssertInvariants();
            return BeginReserveLocked(node) == Beginning.Done;
        }
    }

    private Beginning BeginSendLocked(SendNode<T> node, ref WakeList wakes)
    {
        if (IsClosedToSends || node.Sender is { IsEnded: true })
        {
            Report(EventKind.ChannelFull, 1);
            node.IsRejected = true;
        }
        else if (CanAdmit)
        {
            AppendLocked(node.TakeValue());
            AdvanceLocked(ref wakes);
        }
        else
        {
            return ParkInLineLocked(node);
        }

        node.Settle();
        return Beginning.Done;
    }

    private Beginning BeginReserveLocked(ReserveNode<T> node)
    {
        if (IsClosedToSends || node.Sender is { IsEnded: true })
        {
            Report(EventKind.ChannelFull, 1);
            node.IsRejected = true;
        }
        else if (CanAdmit)
        {
            // The permit exists from here on, also if nobody ever looks at the result: then the task leaks it, which is reported.
            node.Permit = ReserveLocked(node.Task);
        }
        else
        {
            return ParkInLineLocked(node);
        }

        node.Settle();
        return Beginning.Done;
    }

    private Beginning ParkInLineLocked(WaitNode node)
    {
        _line.Enqueue(node);
        node.Park();
        Report(EventKind.ChannelReserveWaiting);
        return Beginning.Parked;
    }

    private SendStatus AdmissionLocked()
    {
        if (CanAdmit && !IsClosedToSends)
        {
            return SendStatus.Ok;
        }

        Report(EventKind.ChannelFull, IsClosedToSends ? 1 : 0);
        return IsClosedToSends ? SendStatus.Closed : SendStatus.Full;
    }

    private Permit<T> ReserveLocked(RuntimeTask? taker)
    {
        _reserved++;
        Report(EventKind.ChannelReserved, _reserved);
        return RentPermitLocked(taker);
    }
}
