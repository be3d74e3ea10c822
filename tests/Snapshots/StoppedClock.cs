namespace Lab.Snapshots;

/// <summary>Always the same moment: what is measured by it took no time, on every machine.</summary>
internal sealed class StoppedClock : TimeProvider
{
    internal static readonly StoppedClock Instance = new();

    public override long GetTimestamp() => 0;
}
