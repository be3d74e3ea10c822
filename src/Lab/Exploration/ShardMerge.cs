using System.Runtime.Versioning;
using Lab.Execution;
using Lab.Oracles;
using Lab.Strategies;

namespace Lab.Exploration;

/// <summary>The parts of a run, joined.</summary>
/// <param name="Result">As of the whole run, as far as it is there.</param>
/// <param name="Missing">Parts of which no file was given.</param>
/// <param name="Unfinished">Parts that ran out of time, or were stopped.</param>
public sealed record MergedShards(ExplorationResult Result, IReadOnlyList<Shard> Missing, IReadOnlyList<Shard> Unfinished)
{
    /// <summary>Whether the result is that of the whole run.</summary>
    public bool IsWhole => Missing.Count + Unfinished.Count == 0;
}

/// <summary>
/// Joins the files of a run's parts (<see cref="ExploreOptions.Shard"/>, <see cref="ExploreOptions.RunFile"/>). What they show together is what the run
/// shows undivided: counts, coverage, failures and their traces. One exception: of a run that ends with its first failure, each part went on to its own,
/// and the counts are of all that was run. Another: the parts of a search number their executions and re-execute samples of their own.
/// </summary>
[UnsupportedOSPlatform("browser")]
public static class ShardMerge
{
    /// <summary>Reads and joins the files; their order does not matter.</summary>
    /// <param name="files">At least one; at most one for each part.</param>
    /// <param name="traceFolder">Gets the traces of failures; null: nobody.</param>
    /// <exception cref="RunFileException">A file is damaged, is not of a part, or is of another run than the first.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static MergedShards Of(IReadOnlyList<string> files, string? traceFolder = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentOutOfRangeException.ThrowIfZero(files.Count, nameof(files));
        var states = new List<RunState>();
        foreach (var file in files)
        {
            var state = RunFile.Load(file);
            Check(state, file, states, files);
            states.Add(state);
        }

        states.Sort(static (a, b) => a.Identity.Shard!.Number.CompareTo(b.Identity.Shard!.Number));
        var there = states.Select(static state => state.Identity.Shard!).ToHashSet();
        var count = there.First().Count;
        var missing = Enumerable.Range(1, count).Select(number => new Shard(number, count)).Where(shard => !there.Contains(shard)).ToList();
        var result = Join(states, isWhole: missing.Count == 0).ToResult();
        return new MergedShards(
            result with
            {
                Failures = [.. result.Failures.Select(failure => TraceFolder.Save(failure, traceFolder))],

                // The parts of a search number their own executions: there is no order of all.
                Growth = states[0].IsSearch ? [] : result.Growth,
            },
            missing,
            [.. states.Where(static state => !state.IsComplete).Select(static state => state.Identity.Shard!)]);
    }

    private static void Check(RunState state, string file, List<RunState> before, IReadOnlyList<string> files)
    {
        if (state.Identity.Shard is not { } shard)
        {
            throw new RunFileException(file, "it is of a whole run, not of a part (--shard)");
        }

        if (before.Count == 0)
        {
            return;
        }

        var first = before[0];
        var difference = (state.Identity with { Shard = null }).DifferenceFrom(first.Identity with { Shard = null })
            ?? (shard.Count != first.Identity.Shard!.Count ? FormattableString.Invariant($"it is one of {shard.Count} parts, not of {first.Identity.Shard.Count}") : null)
            ?? (state.Budget != first.Budget ? FormattableString.Invariant($"it is of {state.Budget} executions, not of {first.Budget}") : null);
        if (difference is not null)
        {
            throw new RunFileException(file, $"it is of another run than {files[0]}: {difference}");
        }

        if (before.FindIndex(other => other.Identity.Shard == shard) is >= 0 and var same)
        {
            throw new RunFileException(file, $"it is of shard {shard}, as {files[same]} is: give each part once");
        }
    }

    private static RunState Join(List<RunState> states, bool isWhole)
    {
        var coverage = new Coverage();
        var isConsistent = states.Aggregate(true, (all, state) => coverage.Join(state.Coverage) && all);
        var judged = new long[LiveOracles.Names.Count];
        foreach (var state in states)
        {
            for (var i = 0; i < judged.Length; i++)
            {
                judged[i] += state.Judged[i];
            }
        }

        return states[0] with
        {
            Identity = states[0].Identity with { Shard = null },
            IsExhausted = isWhole && states.TrueForAll(static state => state.IsExhausted),
            Bound = states.Select(static state => state.Bound).FirstOrDefault(static bound => bound is not null),
            Gap = states.Select(static state => state.Gap).FirstOrDefault(static gap => gap is not null),
            Executions = states.Sum(static state => state.Executions),
            Steps = states.Sum(static state => state.Steps),
            Elapsed = states.Max(static state => state.Elapsed),
            Judged = judged,
            Metrics = states.Select(static state => state.Metrics).Aggregate(StrategyMetrics.Sum),
            Coverage = coverage,
            Failures = Failures(states, isConsistent),
        };
    }

    /// <summary>The first of each kind, by index; of a search, whose parts number their own, by part.</summary>
    private static List<LabResult> Failures(List<RunState> states, bool isConsistent)
    {
        var all = states.SelectMany(static state => state.Failures);
        var failures = new List<LabResult>();
        foreach (var failure in states[0].IsSearch ? all : all.OrderBy(static failure => failure.Index))
        {
            if (!failures.Exists(known => FailureSite.IsOneBug(known.Verdict, failure.Verdict)) && (failures.Count == 0 || states[0].Identity.KeepsGoing))
            {
                failures.Add(failure);
            }
        }

        if (failures.Count == 0 && !isConsistent)
        {
            failures.Add(Inconsistent(states[0].Identity));
        }

        return failures;
    }

    private static LabResult Inconsistent(RunIdentity identity) => new()
    {
        Verdict = new Verdict(
            VerdictKind.UndeclaredSharing,
            "executions of two parts with the same order of declared operations ended with different notes.\n"
            + "Something is shared that the lab cannot see: a field, a collection, a BCL primitive. Explore the whole on one machine to see where."),
        Seed = identity.Seed,
        Strategy = identity.Strategy,
        Index = identity.First,
    };
}
