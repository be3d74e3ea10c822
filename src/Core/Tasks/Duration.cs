using System.Runtime.CompilerServices;

namespace Lab.Core.Tasks;

/// <summary>
/// The one rule for whatever takes a length of time: zero (at once) to <see cref="Cx.MaxDelay"/>, or <see cref="Timeout.InfiniteTimeSpan"/> (never).
/// It is the rule of the BCL's delays, without their rounding: a part of a millisecond below zero is negative too.
/// </summary>
internal static class Duration
{
    internal const long MaxTicks = 0xFFFF_FFFE * TimeSpan.TicksPerMillisecond;

    /// <summary>The same, if it keeps the rule.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not.</exception>
    internal static TimeSpan Checked(TimeSpan time, [CallerArgumentExpression(nameof(time))] string? name = null)
    {
        // Unsigned: what is negative is too long.
        if ((ulong)time.Ticks > MaxTicks)
        {
            CheckSlow(time, name);
        }

        return time;
    }

    private static void CheckSlow(TimeSpan time, string? name)
    {
        if (time != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                name, time, $"A time is from zero to {Cx.MaxDelay}, or Timeout.InfiniteTimeSpan, which means never.");
        }
    }
}
