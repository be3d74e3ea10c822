namespace Lab.Strategies;

/// <summary>What a strategy decided over a number of executions (<c>+metrics</c>).</summary>
internal readonly record struct StrategyMetrics
{
    /// <summary>Executions that were counted.</summary>
    public long Executions { get; init; }

    /// <summary>Choices of who proceeds, among at least two.</summary>
    public long Choices { get; init; }

    /// <summary>Alternatives over all choices; divided by <see cref="Choices"/> it is how wide the tree of schedules is.</summary>
    public long Alternatives { get; init; }

    /// <summary>The most that one choice had.</summary>
    public int MostAlternatives { get; init; }

    /// <summary>Choices by which another than the task that ran last proceeded.</summary>
    public long Switches { get; init; }

    /// <summary>Those of them away from a task that could have continued.</summary>
    public long Preemptions { get; init; }

    /// <summary>Choices by which the clock moved.</summary>
    public long ClockSteps { get; init; }

    /// <summary>Random numbers that the program drew.</summary>
    public long Draws { get; init; }

    /// <summary>As the sum of both; null where nobody counted.</summary>
    internal static StrategyMetrics? Sum(StrategyMetrics? left, StrategyMetrics? right) => left is { } a && right is { } b ? a + b : left ?? right;

    /// <summary>By name, for summaries.</summary>
    internal IReadOnlyDictionary<string, long> ByName() => new Dictionary<string, long>
    {
        ["executions"] = Executions,
        ["choices"] = Choices,
        ["alternatives"] = Alternatives,
        ["most-alternatives"] = MostAlternatives,
        ["switches"] = Switches,
        ["preemptions"] = Preemptions,
        ["clock-steps"] = ClockSteps,
        ["draws"] = Draws,
    };

    /// <summary>The counts of two parts of a run together.</summary>
    public static StrategyMetrics operator +(StrategyMetrics left, StrategyMetrics right) => Add(left, right);

    /// <inheritdoc cref="op_Addition"/>
    public static StrategyMetrics Add(StrategyMetrics left, StrategyMetrics right) => new()
    {
        Executions = left.Executions + right.Executions,
        Choices = left.Choices + right.Choices,
        Alternatives = left.Alternatives + right.Alternatives,
        MostAlternatives = Math.Max(left.MostAlternatives, right.MostAlternatives),
        Switches = left.Switches + right.Switches,
        Preemptions = left.Preemptions + right.Preemptions,
        ClockSteps = left.ClockSteps + right.ClockSteps,
        Draws = left.Draws + right.Draws,
    };
}
