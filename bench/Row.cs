namespace Lab.Bench;

/// <summary>One figure: measured, with the goal it is held against (null: for information) and whether it holds.</summary>
internal sealed record Row(string Name, double Value, string Unit, string? Goal = null, bool? Holds = null)
{
    /// <summary>The lower and upper quartile of what <see cref="Value"/> is the median of; null where it is no median.</summary>
    internal (double Lower, double Upper)? Spread { get; init; }

    /// <param name="name">What is measured.</param>
    /// <param name="value">What came out.</param>
    /// <param name="unit">Of the value and the goal.</param>
    /// <param name="goal">What was promised.</param>
    /// <param name="judgedAt">
    /// What the value must reach, where the noise of the measurement would else decide whether it holds; the goal's text says so. Null: the goal itself.
    /// </param>
    internal static Row AtLeast(string name, double value, string unit, double goal, double? judgedAt = null) =>
        new(name, value, unit, Text($">= {goal:0.#######}", "from", judgedAt), value >= (judgedAt ?? goal));

    /// <inheritdoc cref="AtLeast"/>
    internal static Row AtMost(string name, double value, string unit, double goal, double? judgedAt = null) =>
        new(name, value, unit, Text($"<= {goal:0.#######}", "up to", judgedAt), value <= (judgedAt ?? goal));

    internal static Row Exactly(string name, double value, string unit, double goal) =>
        new(name, value, unit, FormattableString.Invariant($"= {goal}"), value == goal);

    private static string Text(FormattableString goal, string reach, double? judgedAt) => FormattableString.Invariant(goal)
        + (judgedAt is { } at ? FormattableString.Invariant($" (for noise, holds {reach} {at:0.##})") : "");
}
