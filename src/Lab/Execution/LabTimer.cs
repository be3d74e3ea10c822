using Lab.Core.Scheduling;
using Lab.Core.Time;

namespace Lab.Execution;

/// <summary>A timer of the virtual clock, with the contract of <see cref="TimeProvider.CreateTimer"/>.</summary>
internal sealed class LabTimer(LabClock clock, TimerCallback callback, object? state) : TimerEntry, ITimer
{
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private bool _disposed;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        TaskCalls.Entering();
        CheckRange(period, nameof(period));
        var due = clock.Timers.DueAfter(dueTime);
        if (_disposed || clock.IsOutside())
        {
            return !_disposed;
        }

        // A period of zero means none, as in the BCL's timer.
        _period = period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : period;
        if (due == TimerQueue.Never)
        {
            clock.Timers.Cancel(this);
        }
        else
        {
            clock.Timers.Set(this, due);
        }

        return true;
    }

    public void Dispose()
    {
        TaskCalls.Entering();
        _disposed = true;
        if (!clock.IsOutside())
        {
            clock.Timers.Cancel(this);
        }
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    internal override void Fire(long due)
    {
        if (_period != Timeout.InfiniteTimeSpan)
        {
            clock.Timers.Set(this, TimerDriver.Add(due, _period.Ticks));
        }

        if (_context is { } context)
        {
            ExecutionContext.Run(context, static s => ((LabTimer)s!).Call(), this);
        }
        else
        {
            Call();
        }
    }

    private void Call() => callback(state);

    private static void CheckRange(TimeSpan time, string name)
    {
        var milliseconds = (long)time.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, 0xFFFF_FFFE, name);
    }
}
