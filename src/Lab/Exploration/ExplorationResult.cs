using Lab.Execution;
using Lab.Seeds;

namespace Lab.Exploration;

/// <summary>Why an exploration ended.</summary>
public enum ExplorationEnd
{
    /// <summary>A failure was found.</summary>
    Found,

    /// <summary>The strategy has no schedule left, and none failed: within what it searches, the program is right.</summary>
    Exhausted,

    /// <summary>The executions or the time ran out.</summary>
    OutOfBudget,
}

/// <summary>What an exploration showed.</summary>
public sealed record ExplorationResult
{
    public required string Scenario { get; init; }

    public required string Strategy { get; init; }

    public required Seed Seed { get; init; }

    public required ExplorationEnd End { get; init; }

    /// <summary>Executions run, failing ones included; re-executions for recording and checking are not counted.</summary>
    public required long Executions { get; init; }

    public required long Steps { get; init; }

    /// <summary>Different fingerprints seen; exact if <see cref="DistinctIsExact"/>, a lower bound beyond.</summary>
    public required long Distinct { get; init; }

    public required bool DistinctIsExact { get; init; }

    public required TimeSpan Elapsed { get; init; }

    /// <summary>The failures, each with its trace: one per different verdict, the first found of each.</summary>
    public required IReadOnlyList<LabResult> Failures { get; init; }

    /// <summary>What each live oracle judged, and how often; 0 is said as "not exercised".</summary>
    public IReadOnlyDictionary<string, long> Oracles { get; init; } = new Dictionary<string, long>();

    public LabResult? Failure => Failures.Count == 0 ? null : Failures[0];
}
