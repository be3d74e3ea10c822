namespace Lab.Properties.Tasks;

/// <summary>A clock that moves only when it is told to, and has no timers of its own: its alarm is noted, and never rings.</summary>
internal sealed class SteppedClock : TimeProvider
{
    internal long Ticks { get; set; }

    internal void Pass(double milliseconds) => Ticks += (long)(milliseconds * TimeSpan.TicksPerMillisecond);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Silent();

    private sealed class Silent : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
