using System.Globalization;

namespace Lab.Reports;

/// <summary>Times as people write them: <c>0</c>, <c>250 us</c>, <c>1.5 ms</c>, <c>2 s</c>.</summary>
internal static class VirtualTimeText
{
    internal static string Of(long ticks) => ticks switch
    {
        0 => "0",
        >= TimeSpan.TicksPerSecond => In(ticks, TimeSpan.TicksPerSecond, "s"),
        >= TimeSpan.TicksPerMillisecond => In(ticks, TimeSpan.TicksPerMillisecond, "ms"),
        _ => In(ticks, TimeSpan.TicksPerMicrosecond, "us"),
    };

    // Decimal, so that no time is shown with the noise of a binary fraction.
    private static string In(long ticks, long unit, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{decimal.Divide(ticks, unit):0.#######} {name}");
}
