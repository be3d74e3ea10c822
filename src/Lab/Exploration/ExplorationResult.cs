using Lab.Execution;
using Lab.Seeds;

namespace Lab.Exploration;

/// <summary>Why an exploration ended.</summary>
public enum ExplorationEnd
{
    /// <summary>A failure was found.</summary>
    Found,

    /// <summary>The strategy has no schedule left, and none failed: within what it searches, the program is right (but see <see cref="ExplorationResult.Gap"/>).</summary>
    Exhausted,

    /// <summary>The executions or the time ran out, or somebody stopped it.</summary>
    OutOfBudget,
}

/// <summary>What an exploration showed.</summary>
public sealed record ExplorationResult
{
    /// <summary>The program's name, as traces and reports say it.</summary>
    public required string Scenario { get; init; }

    /// <summary>Who answered, as the command line spells it.</summary>
    public required string Strategy { get; init; }

    /// <summary>The run's seed; together with the strategy it determines every execution.</summary>
    public required Seed Seed { get; init; }

    /// <summary>Why it ended.</summary>
    public required ExplorationEnd End { get; init; }

    /// <summary>Executions run, failing ones included; re-executions for recording and checking are not counted.</summary>
    public required long Executions { get; init; }

    /// <summary>Executions that it might have run, of a part of a run those of the part; null: no limit.</summary>
    public long? Budget { get; init; }

    /// <summary>Steps of all executions together.</summary>
    public required long Steps { get; init; }

    /// <summary>Different fingerprints seen, those of failures included; an estimate when there were more than 2^20.</summary>
    public required long Distinct { get; init; }

    /// <summary>They were counted and not estimated.</summary>
    public bool DistinctIsExact => DistinctError == 0;

    /// <summary>Standard error of <see cref="Distinct"/>, as a share of it.</summary>
    /// <value>0: exact. Otherwise 0.0041, that of HyperLogLog with 2^16 registers.</value>
    public double DistinctError { get; init; }

    /// <summary>Different interleavings among the first 1, 2, 4, ... and among all executions. Of a part of a run: where these stand in the whole.</summary>
    public IReadOnlyList<GrowthPoint> Growth { get; init; } = [];

    /// <summary>What the sample says of the interleavings that it did not meet; null for a search, which does not sample.</summary>
    public Richness? Richness { get; init; }

    /// <summary>
    /// Every interleaving was explored, up to declared sharing and within <see cref="Bound"/>: the search has nothing left, and no execution was cut off.
    /// May be true of a run that failed and went on.
    /// </summary>
    public bool IsExhaustive { get; init; }

    /// <summary>What an exhaustive search left out, as it stands after "every interleaving": <c>with at most 2 pre-emptions</c>. Null: nothing.</summary>
    public string? Bound { get; init; }

    /// <summary>
    /// Why the search is not exhaustive although it has nothing left, as a sentence: <c>dpor</c> saw a task resumed by an object of the BCL that another task
    /// or a timer of the BCL set. Null: it is, or it was not finished.
    /// </summary>
    public string? Gap { get; init; }

    /// <summary>Somebody stopped the run (<see cref="ExploreOptions.Stop"/>).</summary>
    public bool WasStopped { get; init; }

    /// <summary>Which part of a divided run this is; null: all of it.</summary>
    public Shard? Shard { get; init; }

    /// <summary>Executions that an earlier run did, from whose file this one went on; part of <see cref="Executions"/>.</summary>
    public long Resumed { get; init; }

    /// <summary>Why <see cref="ExploreOptions.RunFile"/> could not be written; null if it was, or if there is none.</summary>
    public string? RunFileError { get; init; }

    /// <summary>Real time of the run, that of an earlier run it went on from included; the one figure here in which equal runs differ.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The failures, each with its trace: one per different verdict, the first found of each.</summary>
    public required IReadOnlyList<LabResult> Failures { get; init; }

    /// <summary>What each live oracle judged, and how often; 0 is said as "not exercised".</summary>
    public IReadOnlyDictionary<string, long> Oracles { get; init; } = new Dictionary<string, long>();

    /// <summary>
    /// What the strategy decided, if it counts (<c>+metrics</c>): <c>executions</c>, <c>choices</c> among at least two, their <c>alternatives</c> together and
    /// the <c>most-alternatives</c> of one, <c>switches</c> to another task, <c>preemptions</c> among them, <c>clock-steps</c>, <c>draws</c>. The run's first
    /// execution is not the strategy's own and is left out. Null: it does not count.
    /// </summary>
    public IReadOnlyDictionary<string, long>? Metrics { get; init; }

    /// <summary>The first of <see cref="Failures"/>; null if there is none.</summary>
    public LabResult? Failure => Failures.Count == 0 ? null : Failures[0];
}
