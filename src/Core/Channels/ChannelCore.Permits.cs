using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

// What becomes of a reserved slot: exactly one of send and abort takes effect, whoever comes first under the gate.
internal sealed partial class ChannelCore<T>
{
    private PermitNode<T>? _sparePermits;

    /// <summary>The slot becomes a message. False: the receiver is gone; the slot is given back and the message was not taken.</summary>
    /// <exception cref="InvalidOperationException">The permit was used or disposed before.</exception>
    internal bool SendReserved(PermitNode<T> permit, int version, T value)
    {
        var wakes = default(WakeList);
        bool isDelivered;
        using (_gate.Enter())
        {
            AssertInvariants();
            if (!TryResolveLocked(permit, version))
            {
                Report(EventKind.StateRead);
                throw Permit<T>.Resolved();
            }

            isDelivered = !_disposed;
            if (isDelivered)
            {
                _reserved--;
                AppendLocked(value);
            }
            else
            {
                ReleaseSlotLocked();
            }

            AdvanceLocked(ref wakes);
        }

        wakes.WakeAll();
        return isDelivered;
    }

    /// <summary>Gives the slot back; nothing happens if the permit was resolved before.</summary>
    internal void AbortReserved(PermitNode<T> permit, int version)
    {
        var wakes = default(WakeList);
        using (_gate.Enter())
        {
            AssertInvariants();
            if (TryResolveLocked(permit, version))
            {
                ReleaseSlotLocked();
                AdvanceLocked(ref wakes);
            }
            else
            {
                Report(EventKind.StateRead);
            }
        }

        wakes.WakeAll();
    }

    /// <summary>The taker ended and has the permit off its ledger: nobody else reuses the node, so its version is its state.</summary>
    internal void AbandonReserved(PermitNode<T> permit, bool leaked)
    {
        var wakes = default(WakeList);
        using (_gate.Enter())
        {
            AssertInvariants();
            if (permit.IsLive)
            {
                permit.IsLive = false;
                permit.Version++;
                if (leaked)
                {
                    Report(EventKind.PermitLeaked);
                }

                ReleaseSlotLocked();
                AdvanceLocked(ref wakes);
            }
        }

        wakes.WakeAll();
    }

    private Permit<T> RentPermitLocked(RuntimeTask? taker)
    {
        var permit = _sparePermits;
        if (permit is null)
        {
            permit = new PermitNode<T>(this);
        }
        else
        {
            _sparePermits = permit.NextSpare;
            permit.NextSpare = null;
        }

        permit.IsLive = true;
        permit.Taker = taker;
        taker?.Ledger.Add(permit);
        return new Permit<T>(permit, permit.Version);
    }

    private bool TryResolveLocked(PermitNode<T> permit, int version)
    {
        if (permit.Version != version || !permit.IsLive)
        {
            return false;
        }

        permit.IsLive = false;
        permit.Version++;
        if (permit.Taker is not { } taker || taker.Ledger.Remove(permit))
        {
            // Nobody else refers to it. Otherwise its ending taker is about to abandon it: that one finds it resolved, and the node is not reused.
            permit.Taker = null;
            permit.NextSpare = _sparePermits;
            _sparePermits = permit;
        }

        return true;
    }
}
