namespace Lab.Properties.Tasks;

/// <summary>A clock that moves only when it is told to, and has no timers of its own: its alarm is noted, and never rings.</summary>
internal sealed class SteppedClock : TimeProvider
{
    internal long Ticks { get; set; }

    /// <summary>Called whenever its alarm is set: the last thing that a host does before it says that it sleeps.</summary>
    internal Action? AlarmSet { get; set; }

    internal void Pass(double milliseconds) => Ticks += (long)(milliseconds * TimeSpan.TicksPerMillisecond);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Silent(this);

    private sealed class Silent(SteppedClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.AlarmSet?.Invoke();
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
