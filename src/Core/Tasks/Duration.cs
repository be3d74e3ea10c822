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

    /// <summary>The same, if it keeps the rule for a budget, which no timer counts: it has no upper end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative and not infinite.</exception>
    internal static TimeSpan CheckedBudget(TimeSpan time, [CallerArgumentExpression(nameof(time))] string? name = null) =>
        time >= TimeSpan.Zero || time == Timeout.InfiniteTimeSpan
            ? time
            : throw new ArgumentOutOfRangeException(name, time, "A time is zero or more, or Timeout.InfiniteTimeSpan, which means never.");

    /// <summary>For comparisons: what is infinite is longer than everything.</summary>
    internal static long TicksOf(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? long.MaxValue : time.Ticks;

    /// <summary>For waits of the BCL that take milliseconds; <see cref="Timeout.Infinite"/> for ever, and for more than those can.</summary>
    internal static int MillisecondsOf(TimeSpan time) =>
        time == Timeout.InfiniteTimeSpan || time.TotalMilliseconds > int.MaxValue ? Timeout.Infinite : (int)time.TotalMilliseconds;

    private static void CheckSlow(TimeSpan time, string? name)
    {
        if (time != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                name, time, $"A time is from zero to {Cx.MaxDelay}, or Timeout.InfiniteTimeSpan, which means never.");
        }
    }
}
