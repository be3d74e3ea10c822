using Lab.Causality;

namespace Lab.Oracles;

/// <summary>
/// Waiters and permits of each Notify are conserved: who is woken was waiting, nobody waits while a permit is stored, and a permit that a cancelled
/// waiter passed on reaches the next waiter or is stored.
/// Counter0: waiters; Counter1: 1 while a permit is stored; Counter2: 1 while a permit is being passed on; Counter3: permits that waits were given.
/// </summary>
internal sealed class NotifyPermits(Breach breach) : LiveOracle("notify-permits", breach)
{
    // The notify whose permit is on its way from a cancelled waiter.
    private ObjectShadow? _passing;

    internal void Begin() => _passing = null;

    internal void Waiting(ObjectShadow notify)
    {
        Judge(notify);
        if (notify.Counter1 != 0)
        {
            Break($"a task waits on {notify} although a permit is stored");
        }

        notify.Counter0++;
    }

    internal void PermitTaken(ObjectShadow notify)
    {
        Judge(notify);
        if (notify.Counter1 == 0)
        {
            Break($"a wait on {notify} took a permit that was not stored");
        }

        notify.Counter1 = 0;
        notify.Counter3++;
    }

    internal void WokeOne(ObjectShadow notify)
    {
        Arrived(notify);
        Judge(notify);
        Leave(notify, 1, "woke one");
        notify.Counter3++;
    }

    internal void Stored(ObjectShadow notify, bool wasStored)
    {
        Arrived(notify);
        Judge(notify);
        if (wasStored != (notify.Counter1 != 0))
        {
            Break($"{notify} says that a permit was {(wasStored ? "" : "not ")}stored; it was{(wasStored ? " not" : "")}");
        }
        else if (notify.Counter0 > 0)
        {
            Break($"{notify} stored a permit although {notify.Counter0} wait: a lost wake-up");
        }

        notify.Counter1 = 1;
    }

    internal void WokeAll(ObjectShadow notify, long woken)
    {
        Judge(notify);
        if (woken != notify.Counter0)
        {
            Break($"{notify} woke {woken} of {notify.Counter0} waiters with NotifyWaiters");
        }

        notify.Counter0 = 0;
    }

    internal void PassedOn(ObjectShadow notify)
    {
        Judge(notify);
        if (--notify.Counter3 < 0)
        {
            Break($"a cancelled wait on {notify} passed on a permit that it was never given");
        }

        notify.Counter2 = 1;
        _passing = notify;
    }

    internal void Canceled(ObjectShadow notify)
    {
        Judge(notify);
        Leave(notify, 1, "lost a cancelled waiter");
    }

    /// <summary>At the end of an execution.</summary>
    internal void End()
    {
        if (_passing is { } notify)
        {
            Break($"a permit of {notify} that a cancelled waiter passed on is gone");
        }
    }

    private void Arrived(ObjectShadow notify)
    {
        notify.Counter2 = 0;
        _passing = ReferenceEquals(_passing, notify) ? null : _passing;
    }

    private void Judge(ObjectShadow notify)
    {
        Judged++;
        if (notify.Counter2 != 0)
        {
            Break($"a permit of {notify} was passed on and reached nobody");
        }
    }

    private void Leave(ObjectShadow notify, long waiters, string what)
    {
        notify.Counter0 -= waiters;
        if (notify.Counter0 < 0)
        {
            Break($"{notify} {what}, but nobody waited");
        }
    }
}
