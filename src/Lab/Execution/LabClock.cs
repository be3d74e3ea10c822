using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Execution;

/// <summary>
/// Virtual time as a <see cref="TimeProvider"/>. It starts at a fixed instant; <see cref="GetTimestamp"/> and <see cref="GetUtcNow"/> agree to the
/// tick. Timers fire in (due, registration) order and each callback sees its own due time as now.
/// </summary>
/// <remarks>
/// A timer that a foreign thread sets is an escape: whoever set it went on outside of the lab, and often nothing else would tell. It never fires.
/// </remarks>
internal sealed class LabClock(LabTimers timers, ForeignPosts? foreign = null) : TimeProvider
{
    /// <summary>What every execution's clock shows at its start.</summary>
    internal static readonly DateTimeOffset Start = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly long s_left = DateTimeOffset.MaxValue.Ticks - Start.Ticks;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    internal LabTimers Timers { get; } = timers;

    /// <summary>Its execution is over and was not clean: whoever still holds it is late, and nobody hears of it.</summary>
    internal bool IsOver { get; set; }

    /// <summary>True on any thread but the lab's, which alone may touch the timers; the attempt is noted.</summary>
    internal bool IsOutside()
    {
        if (foreign is null || foreign.IsHome)
        {
            return false;
        }

        if (!IsOver)
        {
            foreign.NoteTimer();
        }

        return true;
    }

    public override DateTimeOffset GetUtcNow() => At(Read());

    public override long GetTimestamp() => Read();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        TaskCalls.Entering();
        var timer = new LabTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    internal static DateTimeOffset At(long ticks) => Start.AddTicks(Math.Min(ticks, s_left));

    private long Read()
    {
        TaskCalls.Entering();
        Instrumentation.Report(EventKind.ClockRead);
        return Timers.Now;
    }
}
