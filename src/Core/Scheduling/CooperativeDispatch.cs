using Lab.Core.Memory;
using Lab.Core.Time;

namespace Lab.Core.Scheduling;

/// <summary>
/// A host without threads: whoever has one lends it for a while (a page between two frames, a UI or game loop). The queues, lanes and bounds are those
/// of one native worker, and so is the order; due timers fire between steps, one at a time, so that each look at the clock is one callback apart.
/// Asleep means that the lender was told there is nothing to do. No wake-up is lost: a waker publishes its entry, fences and then looks whether the host
/// sleeps; the host says that it sleeps, fences, and looks at every queue again.
/// </summary>
internal sealed class CooperativeDispatch : VirtualDispatch, IRuntimeDispatch
{
    private const int Nobody = 0;
    private const int Stopped = -1;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly TimerDriver _timers;

    /// <summary>For whoever pumps: one thread at a time.</summary>
    private readonly TimerArrivals? _arrivals;
    private readonly Gate _chanceGate = new();
    private readonly Parker _stopper = new();
    private readonly SpareRecords _spares = new(new SpareRecords.Store());
    private Xorshift _chance;

    /// <summary>The managed id of the thread that pumps; or one of the two constants.</summary>
    private AtomicInt32 _pumping = new(Nobody);

    /// <summary>1: the next thing to do must be told to <see cref="Woken"/>. Exchanged to 0 by exactly one waker.</summary>
    private AtomicInt32 _asleep = new(1);

    private AtomicInt32 _stopping;

    /// <summary>Written once, by whoever stopped it; read by the pump at its end.</summary>
    private AtomicReference<Action<RuntimeTask>> _abandon;

    internal CooperativeDispatch(ulong seed, TimerDriver timers)
        : base(workers: 1)
    {
        _timers = timers;
        _arrivals = timers.CreateArrivals();
        _chance = new Xorshift(Xorshift.SeedOr(seed), stream: 0);
    }

    /// <summary>There is something to do for a host that sleeps. On any thread, outside gates; never throws.</summary>
    internal Action? Woken { get; set; }

    internal bool IsStopping => _stopping.Read() != 0;

    /// <summary>Somebody could run. Only where it is pumped, between pumps.</summary>
    internal bool CanRun => !IsStopping && CanStep(0);

    internal TimerDriver Timers => _timers;

    public void Start(Scheduler scheduler)
    {
        Scheduler = scheduler;
        _timers.NextDueMoved = TimersChanged;

        // The pump looks after each of its steps, and only then tells its caller anything.
    }

    public void AbandonQueued(Action<RuntimeTask> abandon) => _abandon.Write(abandon);

    /// <summary>
    /// Runs steps and due timers until nothing can run, or until <paramref name="budget"/> ticks have passed: looked at after each, so that it is overrun
    /// by less than one of them, and at least one is run if there is one. True: the budget ended it.
    /// </summary>
    /// <param name="steps">How many were run.</param>
    /// <param name="elapsed">Ticks on the timers' clock.</param>
    /// <exception cref="InvalidOperationException">It is being pumped already.</exception>
    internal bool Run(long budget, out long steps, out long elapsed)
    {
        steps = 0;
        var start = _timers.Now;
        var now = start;
        var hasMore = false;
        if (TryEnter())
        {
            var context = SynchronizationContext.Current;
            var arrivals = TimerArrivals.OfThisThread;
            TimerArrivals.OfThisThread = _arrivals;
            try
            {
                hasMore = RunUntil(TimerDriver.Add(start, budget), ref now, ref steps);
            }
            finally
            {
                TimerArrivals.OfThisThread = arrivals;
                SynchronizationContext.SetSynchronizationContext(context);
                Leave();
            }
        }

        elapsed = now - start;
        return hasMore;
    }

    private bool RunUntil(long end, ref long now, ref long steps)
    {
        // Whoever publishes from now on is seen by this loop.
        _asleep.Exchange(0);
        CurrentWorker = 0;
        var hasFired = false;
        while (!IsStopping)
        {
            // In turns: neither a timer that is due again and again nor tasks that are always ready keep the other waiting.
            if (!hasFired && Fire(now))
            {
                hasFired = true;
            }
            else if (TryNext(0, now) is { } task)
            {
                hasFired = false;
                Scheduler!.RunStep(task);
            }
            else if (hasFired)
            {
                hasFired = false;
                continue;
            }
            else if (FallsAsleep())
            {
                return false;
            }
            else
            {
                now = _timers.Now;
                continue;
            }

            _arrivals?.Trim();
            steps++;
            now = _timers.Look();
            if (now >= end)
            {
                return true;
            }
        }

        if (_abandon.Read() is { } abandon)
        {
            SynchronizationContext.SetSynchronizationContext(null);
            while (TryNext(0, long.MaxValue) is { } queued)
            {
                abandon(queued);
            }
        }

        return false;
    }

    private bool Fire(long now)
    {
        if (_timers.NextDue > now)
        {
            return false;
        }

        // Callbacks belong to no task, whatever ran here last.
        SynchronizationContext.SetSynchronizationContext(null);
        return _timers.FireNext(now);
    }

    private bool FallsAsleep()
    {
        _timers.KeepAlarm();

        // A full fence: pairs with the waker's, which publishes before it looks whether somebody sleeps.
        _asleep.Exchange(1);
        if (!CanStep(0) && _timers.NextDue > _timers.Now)
        {
            return true;
        }

        _asleep.Exchange(0);
        return false;
    }

    public override void Enqueue(RuntimeTask task, ReadyReason reason)
    {
        base.Enqueue(task, reason);
        if (CurrentWorker < 0)
        {
            Wake();
        }
    }

    public override void TimersChanged()
    {
        if (CurrentWorker < 0)
        {
            Wake();
        }
    }

    public bool Stop(TimeSpan? patience = null)
    {
        _stopping.Exchange(1);
        _timers.StopAlarm();
        if (_pumping.Read() == Environment.CurrentManagedThreadId)
        {
            return true;
        }

#pragma warning disable RS0030 // Real time is the point: a thread is waited for, and a test clock would wait for ever.
        var end = Environment.TickCount64 + (long)(patience ?? s_patience).TotalMilliseconds;
        while (!_pumping.TryChange(Nobody, Stopped))
        {
            var left = end - Environment.TickCount64;
#pragma warning restore RS0030
            if (left <= 0)
            {
                return false;
            }

            _stopper.Park(left * TimeSpan.TicksPerMillisecond);
        }

        return true;
    }

    public RuntimeTask? RentSpare() => CurrentWorker < 0 ? null : _spares.Rent();

    public void ReturnSpare(RuntimeTask task)
    {
        if (CurrentWorker >= 0)
        {
            _spares.Return(task);
        }
    }

    public ulong Draw(ulong bound)
    {
        // Programs outside of the runtime may draw, too.
        using (_chanceGate.Enter())
        {
            return _chance.Next(bound);
        }
    }

    public int Victim(int count) => (int)Draw((ulong)count);

    private void Wake()
    {
        // Pairs with the host's, which says that it sleeps before it looks at the queues for the last time.
        Fence.Full();
        if (_asleep.Read() != 0 && _asleep.TryChange(1, 0))
        {
            Woken?.Invoke();
        }
    }

    /// <summary>False: it has stopped.</summary>
    private bool TryEnter()
    {
        if (IsStopping)
        {
            return false;
        }

        if (_pumping.TryChange(Nobody, Environment.CurrentManagedThreadId))
        {
            return true;
        }

        return _pumping.Read() == Stopped ? false : throw new InvalidOperationException(
            "The runtime is being pumped already: on another thread, or by the caller, who is inside one of its steps.");
    }

    private void Leave()
    {
        CurrentWorker = -1;
        _pumping.Exchange(Nobody);
        if (IsStopping)
        {
            _stopper.Unpark();
        }
    }
}
