using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Tasks;

/// <summary>
/// A <see cref="Random"/> whose every draw is answered by the runtime: natively by the worker's generator, in the lab by the strategy, recorded
/// and replayed. Draws are unbiased. Not for cryptography.
/// </summary>
internal sealed class CxRandom(IDecisions decisions) : Random
{
    public override int Next() => (int)Draw(int.MaxValue);

    public override int Next(int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return maxValue <= 1 ? 0 : (int)Draw((ulong)maxValue);
    }

    public override int Next(int minValue, int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return maxValue == minValue ? minValue : (int)(minValue + (long)Draw((ulong)((long)maxValue - minValue)));
    }

    public override long NextInt64() => (long)Draw(long.MaxValue);

    public override long NextInt64(long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return maxValue <= 1 ? 0 : (long)Draw((ulong)maxValue);
    }

    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return maxValue == minValue ? minValue : unchecked(minValue + (long)Draw((ulong)(maxValue - minValue)));
    }

    public override double NextDouble() => Draw(1UL << 53) * (1.0 / (1UL << 53));

    public override float NextSingle() => Draw(1UL << 24) * (1.0f / (1UL << 24));

    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    public override void NextBytes(Span<byte> buffer)
    {
        foreach (ref var b in buffer)
        {
            b = (byte)Draw(256);
        }
    }

    protected override double Sample() => NextDouble();

    private ulong Draw(ulong bound)
    {
        TaskCalls.Entering();
        var value = decisions.Draw(bound);
        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(EventKind.RandomDrawn, null, (long)bound, (long)value);
        }

        return value;
    }
}
