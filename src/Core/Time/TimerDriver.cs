using System.Runtime.ExceptionServices;
using Lab.Core.Memory;

namespace Lab.Core.Time;

/// <summary>
/// The timers of one runtime over one clock. Time is counted in scheduler ticks (100 ns) since the driver was made; it never goes back and stops at
/// <see cref="long.MaxValue"/> instead of wrapping. Somebody must call <see cref="FireDue"/>: with the system's clock the host parks until
/// <see cref="NextDue"/>; with any other provider one alarm of that provider tells the host through <see cref="NextDueMoved"/>.
/// </summary>
/// <remarks>
/// With the system's clock a timer that is set for a time from now by a step of the host counts from the next <see cref="Look"/> at the clock, which
/// comes soon: most are cancelled before it, and then the clock is never read. Later, never early; what a worker has set is counted in the order of setting.
/// With any other provider, which may be moved by whoever sets the timer, it counts from the call.
/// </remarks>
internal class TimerDriver
{
    private readonly TimeProvider _provider;
    private readonly TimerAlarm? _alarm;
    private readonly long _start;
    private readonly long _frequency;

    /// <summary>What is set for a time from now by a worker may count from the next look.</summary>
    private readonly bool _countsAtLooks;

    /// <summary>1 while a thread fires; firing in order needs one at a time.</summary>
    private AtomicInt32 _firing;

    /// <summary>The last time told; keeps a provider that steps back from taking us along.</summary>
    private AtomicInt64 _lastNow;

    internal TimerDriver(TimeProvider provider)
        : this(provider, hasAlarm: !ReferenceEquals(provider, TimeProvider.System))
    {
    }

    /// <summary>For a host that overrides <see cref="Now"/> and moves time itself.</summary>
    protected TimerDriver(bool countsAtLooks = false)
        : this(TimeProvider.System, hasAlarm: false) =>
        (_frequency, _countsAtLooks) = (TimeSpan.TicksPerSecond, countsAtLooks);

    private TimerDriver(TimeProvider provider, bool hasAlarm)
    {
        _provider = provider;
        _start = provider.GetTimestamp();
        _frequency = provider.TimestampFrequency;
        _alarm = hasAlarm ? new TimerAlarm(this, provider) : null;
        _countsAtLooks = !hasAlarm;
    }

    internal TimerQueue Queue { get; } = new();

    /// <summary>Scheduler ticks since the driver was made.</summary>
    internal virtual long Now => Elapsed();

    /// <summary>The nearest due time; <see cref="TimerQueue.Never"/> if there is none. Looks at the clock if something counts from the next look.</summary>
    internal long NextDue
    {
        get
        {
            if (Queue.HasArrivals)
            {
                Look();
            }

            return Queue.NextDue;
        }
    }

    /// <inheritdoc cref="TimerQueue.HasArrivals"/>
    internal bool HasArrivals => Queue.HasArrivals;

    /// <summary>Something is to fire, now or later.</summary>
    internal bool HasTimers => HasArrivals || Queue.NextDue != TimerQueue.Never;

    /// <summary>True when an idle host must wake by itself at <see cref="NextDue"/>; false when it will be told.</summary>
    internal bool HostKeepsTime => _alarm is null;

    /// <summary>True while some thread is in <see cref="FireDue"/>; what is due now is its affair.</summary>
    internal bool IsFiring => _firing.Read() != 0;

    /// <summary>The nearest due time became earlier, or has come: an idle host must look at the timers. Called on any thread, outside gates.</summary>
    internal Action? NextDueMoved { get; set; }

    /// <summary>Where the calling thread puts what may count from the next look, if it runs the steps of a worker that looks soon. Null: it counts from the call.</summary>
    internal virtual TimerArrivals? Own => TimerArrivals.OfThisThread is { } own && ReferenceEquals(own.Queue, Queue) ? own : null;

    /// <summary>Something has been put among a worker's arrivals: the host sees that somebody looks soon.</summary>
    internal Action? HasArrived { get; set; }

    /// <summary>A timer's callback threw. Without a handler the first exception is rethrown once everything due has fired.</summary>
    internal Action<Exception>? Faulted { get; set; }

    /// <summary>
    /// Fires the entry after <paramref name="due"/>, by <see cref="TimeProvider.CreateTimer"/>'s rules: <see cref="Timeout.InfiniteTimeSpan"/>
    /// disarms it, zero is due at once.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative and not infinite, or longer than 4,294,967,294 ms.</exception>
    internal void Set(TimerEntry entry, TimeSpan due)
    {
        var span = Span(due);
        if (span == TimerQueue.Never)
        {
            Set(entry, span);
        }
        else if (Own is not { } own)
        {
            Set(entry, Add(Now, span));
        }
        else if (!Queue.TrySetAfter(own, entry, span))
        {
            Set(entry, Add(Look(), span));
        }
        else
        {
            HasArrived?.Invoke();
        }
    }

    /// <summary>
    /// What the thread of a worker puts into <see cref="TimerArrivals.OfThisThread"/>; null: with this clock everything counts from the call. Before the workers
    /// start.
    /// </summary>
    internal TimerArrivals? CreateArrivals() => _countsAtLooks ? Queue.CreateArrivals() : null;

    /// <summary>Fires the entry at <paramref name="due"/> (at once if that is past); <see cref="TimerQueue.Never"/> disarms it.</summary>
    internal void Set(TimerEntry entry, long due)
    {
        if (Queue.Set(entry, due))
        {
            _alarm?.Rearm();
            NextDueMoved?.Invoke();
        }
    }

    internal bool Cancel(TimerEntry entry)
    {
        var place = entry.Look();
        return (place.Home == TimerHome.Arrivals && Own is { } own && TimerQueue.TryCancelOwn(own, entry, place.Sequence)) || Queue.Cancel(entry);
    }

    /// <summary>The due time that is <paramref name="due"/> from now; rounded up, so that nothing fires early by a part of a tick.</summary>
    internal long DueAfter(TimeSpan due)
    {
        var span = Span(due);
        return span == TimerQueue.Never ? span : Add(Now, span);
    }

    /// <summary>
    /// Reads the clock, and counts from the reading what was set for a time from now since the last look. Returns the reading. Costs no more than
    /// <see cref="Now"/> when there is nothing of that kind.
    /// </summary>
    internal long Look()
    {
        if (!Queue.HasArrivals)
        {
            return Now;
        }

        var now = Queue.Resolve(this, Own, out var isEarlier);
        if (isEarlier)
        {
            NextDueMoved?.Invoke();
        }

        return now;
    }

    /// <summary>
    /// Fires everything that is due, in order, each outside of every gate. True: something fired. One thread fires at a time; a second one returns
    /// at once, and what became due meanwhile is left to whoever looks next. A worker calls it before it sleeps: what it has set is held no longer.
    /// </summary>
    internal bool FireDue()
    {
        Own?.Trim();
        var now = HasTimers ? Look() : 0;
        if (Queue.NextDue > now)
        {
            _alarm?.Rearm();
            return false;
        }

        if (!_firing.TryChange(0, 1))
        {
            return false;
        }

        try
        {
            return FireUntil(now);
        }
        finally
        {
            _firing.Write(0);
            _alarm?.Rearm();
        }
    }

    /// <summary>
    /// Fires the first timer that is due at <paramref name="now"/>, outside of every gate; false: none is. For a host with one thread that looks at its
    /// clock after each callback; before it sleeps it must <see cref="KeepAlarm"/>.
    /// </summary>
    internal bool FireNext(long now)
    {
        if (!Queue.TryTakeDue(now, out var entry, out var due))
        {
            return false;
        }

        ExceptionDispatchInfo? error = null;
        Fire(entry, due, ref error);
        error?.Throw();
        return true;
    }

    /// <summary>Sees that the provider's alarm rings at the nearest due time.</summary>
    internal void KeepAlarm() => _alarm?.Rearm();

    /// <summary>Gives the alarm back to its provider: the runtime has ended. Nothing wakes an idle host for a timer any more.</summary>
    internal void StopAlarm() => _alarm?.Stop();

    /// <summary>Sum of two times of which neither is negative; stops at the maximum.</summary>
    internal static long Add(long time, long ticks) => time > long.MaxValue - ticks ? long.MaxValue : time + ticks;

    private bool FireUntil(long now)
    {
        var any = false;
        ExceptionDispatchInfo? first = null;
        while (Queue.TryTakeDue(now, out var entry, out var due))
        {
            any = true;
            Fire(entry, due, ref first);
        }

        first?.Throw();
        return any;
    }

    private void Fire(TimerEntry entry, long due, ref ExceptionDispatchInfo? first)
    {
        try
        {
            entry.Fire(due);
        }
        catch (Exception e) when (Faulted is null)
        {
            first ??= ExceptionDispatchInfo.Capture(e);
        }
        catch (Exception e)
        {
            Faulted?.Invoke(e);
        }
    }

    /// <summary>Ticks to wait; <see cref="TimerQueue.Never"/> for infinite.</summary>
    private long Span(TimeSpan due)
    {
        const long MaxMilliseconds = 0xFFFF_FFFE;
        if (due.Ticks is >= 0 and <= MaxMilliseconds * TimeSpan.TicksPerMillisecond)
        {
            return due.Ticks + Rounding;
        }

        var milliseconds = (long)due.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, nameof(due));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, MaxMilliseconds, nameof(due));
        return milliseconds == -1 ? TimerQueue.Never : Math.Max(due.Ticks, 0) + Rounding;
    }

    /// <summary>A clock finer than a tick has gone up to one tick further than <see cref="Now"/> says.</summary>
    private long Rounding => _frequency > TimeSpan.TicksPerSecond ? 1 : 0;

    private long Elapsed()
    {
        var elapsed = ToTicks(_provider.GetTimestamp() - _start, _frequency);
        if (HostKeepsTime)
        {
            // The system's timestamps are monotone by contract: no shared word is touched.
            return elapsed;
        }

        while (true)
        {
            var last = _lastNow.Read();
            if (elapsed <= last)
            {
                return last;
            }

            if (_lastNow.TryChange(last, elapsed))
            {
                return elapsed;
            }
        }
    }

    private static long ToTicks(long elapsed, long frequency)
    {
        if (elapsed <= 0)
        {
            return 0;
        }

        // The usual frequencies are whole multiples of ours: one short division instead of a long one.
        var (multiple, rest) = Math.DivRem(frequency, TimeSpan.TicksPerSecond);
        if (rest == 0)
        {
            return elapsed / multiple;
        }

        var ticks = (Int128)elapsed * TimeSpan.TicksPerSecond / frequency;
        return ticks > long.MaxValue ? long.MaxValue : (long)ticks;
    }
}
