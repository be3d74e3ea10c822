using Lab.Execution;
using Lab.Oracles;
using Lab.Strategies;

namespace Lab.Exploration;

/// <summary>A run, or a part of one, as far as it got: to go on from, or to be joined with others.</summary>
internal sealed record RunState
{
    internal required RunIdentity Identity { get; init; }

    /// <summary>Executions at most, of the whole run; long.MaxValue: no limit.</summary>
    internal required long Budget { get; init; }

    /// <summary>This run's own executions that were counted.</summary>
    internal required long Counted { get; init; }

    /// <summary>A failure ended it, or the search has no schedule left: a larger budget changes nothing.</summary>
    internal required bool HasEnded { get; init; }

    internal required bool IsExhausted { get; init; }

    /// <summary>The search is one, whose executions are not numbered across its parts.</summary>
    internal required bool IsSearch { get; init; }

    internal required string? Bound { get; init; }

    /// <summary>Why a search that is exhausted may have missed something all the same.</summary>
    internal required string? Gap { get; init; }

    /// <summary>Where the search is; null for strategies that need only the next index.</summary>
    internal required string? Search { get; init; }

    internal required long Executions { get; init; }

    internal required long Steps { get; init; }

    internal required TimeSpan Elapsed { get; init; }

    /// <summary>By the order of the live oracles.</summary>
    internal required long[] Judged { get; init; }

    /// <summary>What the strategy decided; null if it does not count.</summary>
    internal required StrategyMetrics? Metrics { get; init; }

    internal required Coverage Coverage { get; init; }

    /// <summary>One per different verdict, in the order of executions.</summary>
    internal required IReadOnlyList<LabResult> Failures { get; init; }

    /// <summary>Every execution that the budget allows was run. A sample without a limit on executions is complete whenever its time is over.</summary>
    internal bool IsComplete => HasEnded || (!IsSearch && (Budget == long.MaxValue || Counted >= Share));

    /// <summary>This part's; the parts of a search have the whole budget each.</summary>
    private long Share => IsSearch ? Budget : Identity.Shard?.Share(Budget) ?? Budget;

    private bool IsExhaustive => IsExhausted && Gap is null && Failures.All(static failure => !IsCut(failure.Verdict.Kind));

    internal ExplorationResult ToResult() => new()
    {
        Scenario = Identity.Scenario,
        Strategy = Identity.Strategy,
        Seed = Identity.Seed,
        End = Failures.Count > 0 ? ExplorationEnd.Found : IsExhausted ? ExplorationEnd.Exhausted : ExplorationEnd.OutOfBudget,
        Executions = Executions,
        Budget = Budget == long.MaxValue ? null : Share,
        Steps = Steps,
        Distinct = Coverage.Distinct,
        DistinctError = Coverage.Error,
        Growth = Coverage.Growth(Executions),
        Richness = IsSearch ? null : Coverage.Richness(Executions),
        IsExhaustive = IsExhaustive,
        Bound = Bound,
        Gap = IsExhausted ? Gap : null,
        Shard = Identity.Shard,
        Elapsed = Elapsed,
        Failures = Failures,
        Oracles = OracleCounts.Of(Judged),
        Metrics = Metrics?.ByName(),
    };

    /// <summary>An execution that ended like this says nothing of how its interleaving would have gone on.</summary>
    private static bool IsCut(VerdictKind kind) =>
        kind is VerdictKind.StepLimit or VerdictKind.Nondeterministic or VerdictKind.UndeclaredSharing or VerdictKind.Escape or VerdictKind.BlockingWait;
}
