namespace Lab.Properties.Exploration;

/// <summary>Goes on by a step whenever it is looked at.</summary>
internal sealed class RestlessClock(TimeSpan step) : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Add(ref _ticks, step.Ticks);
}
