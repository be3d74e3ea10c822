namespace Lab.Bench;

/// <summary>One figure: measured, with the goal it is held against (null: for information) and whether it holds.</summary>
internal sealed record Row(string Name, double Value, string Unit, string? Goal = null, bool? Holds = null)
{
    /// <summary>The lower and upper quartile of what <see cref="Value"/> is the median of; null where it is no median.</summary>
    internal (double Lower, double Upper)? Spread { get; init; }

    internal static Row AtLeast(string name, double value, string unit, double goal) =>
        new(name, value, unit, FormattableString.Invariant($">= {goal}"), value >= goal);

    internal static Row AtMost(string name, double value, string unit, double goal) =>
        new(name, value, unit, FormattableString.Invariant($"<= {goal}"), value <= goal);

    internal static Row Exactly(string name, double value, string unit, double goal) =>
        new(name, value, unit, FormattableString.Invariant($"= {goal}"), value == goal);
}
