namespace Lab.Bench;

/// <summary>One figure: measured, with the goal it is held against (null: for information) and whether it holds.</summary>
internal sealed record Row(string Name, double Value, string Unit, string? Goal = null, bool? Holds = null)
{
    internal static Row AtLeast(string name, double value, string unit, double goal) =>
        new(name, value, unit, FormattableString.Invariant($">= {goal}"), value >= goal);

    internal static Row AtMost(string name, double value, string unit, double goal) =>
        new(name, value, unit, FormattableString.Invariant($"<= {goal}"), value <= goal);

    internal static Row Exactly(string name, double value, string unit, double goal) =>
        new(name, value, unit, FormattableString.Invariant($"= {goal}"), value == goal);
}
