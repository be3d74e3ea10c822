using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

// Sends and reservations.
internal sealed partial class ChannelCore<T>
{
    /// <summary>The synchronous send. Nothing happened unless Ok.</summary>
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

    /// <summary>First half of a send that may wait: done (Ok or Closed), or a node to wait with.</summary>
    internal SendStatus Send(T value, bool mayComplete, out SendNode<T>? node)
    {
        var wakes = default(WakeList);
        var status = SendStatus.Full;
        node = null;
        using (_gate.Enter())
        {
            AssertInvariants();
            if (mayComplete && (CanAdmit || IsClosedToSends))
            {
                status = AdmissionLocked();
            }

            switch (status)
            {
                case SendStatus.Ok:
                    AppendLocked(value);
                    AdvanceLocked(ref wakes);
                    break;
                case SendStatus.Full:
                    node = RentLocked(ref _spareSends);
                    break;
            }
        }

        wakes.WakeAll();
        if (status == SendStatus.Full)
        {
            node ??= new SendNode<T>(this);
            node.Value = value;
        }

        return status;
    }

    /// <summary>The synchronous reservation; the permit belongs to <paramref name="taker"/>.</summary>
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

    /// <summary>First half of a reservation that may wait: done (Ok or Closed), or a node to wait with.</summary>
    internal SendStatus Reserve(RuntimeTask taker, bool mayComplete, out Permit<T> permit, out ReserveNode<T>? node)
    {
        var status = SendStatus.Full;
        permit = default;
        node = null;
        using (_gate.Enter())
        {
            AssertInvariants();
            if (mayComplete && (CanAdmit || IsClosedToSends))
            {
                status = AdmissionLocked();
            }

            switch (status)
            {
                case SendStatus.Ok:
                    permit = ReserveLocked(taker);
                    break;
                case SendStatus.Full:
                    node = RentLocked(ref _spareReserves);
                    break;
            }
        }

        if (status == SendStatus.Full)
        {
            node ??= new ReserveNode<T>(this);
        }

        return status;
    }

    /// <summary>A reservation that was given its slot has resumed: the permit, and the node goes back.</summary>
    internal Permit<T> FinishReserve(ReserveNode<T> node)
    {
        using (_gate.Enter())
        {
            var permit = RentPermitLocked(node.Task);
            node.Clear();
            ReturnLocked(ref _spareReserves, node);
            return permit;
        }
    }

    private bool BeginSend(SendNode<T> node)
    {
        var wakes = default(WakeList);
        using (_gate.Enter())
        {
            AssertInvariants();
            if (IsClosedToSends)
            {
                Report(EventKind.ChannelFull, 1);
                node.IsRejected = true;
                node.Settle();
                return true;
            }

            if (!CanAdmit)
            {
                ParkInLineLocked(node);
                return false;
            }

            AppendLocked(node.TakeValue());
            node.Settle();
            AdvanceLocked(ref wakes);
        }

        wakes.WakeAll();
        return true;
    }

    private bool BeginReserve(ReserveNode<T> node)
    {
        using (_gate.Enter())
        {
            AssertInvariants();
            if (IsClosedToSends)
            {
                Report(EventKind.ChannelFull, 1);
                node.IsRejected = true;
                node.Settle();
                return true;
            }

            if (!CanAdmit)
            {
                ParkInLineLocked(node);
                return false;
            }

            // The permit exists from here on, also if nobody ever looks at the result: then the task leaks it, which is reported.
            node.Permit = ReserveLocked(node.Task);
            node.Settle();
            return true;
        }
    }

    private void ParkInLineLocked(WaitNode node)
    {
        _line.Enqueue(node);
        node.Park();
        Report(EventKind.ChannelReserveWaiting);
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
