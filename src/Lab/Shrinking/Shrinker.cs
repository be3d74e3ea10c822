using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;

namespace Lab.Shrinking;

/// <summary>
/// Makes a failing schedule small, with the same verdict: least lag, then fewest pre-emptions, then fewest steps, then fewest other switches, then the
/// lexicographically least (<see cref="Score"/>). Independent steps are regrouped into runs, deviations from the non-pre-emptive default removed,
/// schedules drawn in which the clock stays behind, then those near the best one and near the default are tried, again and again until a whole round
/// changes nothing. That is a local minimum: no deviation less, no one other in its place and no run elsewhere is smaller. Where few schedules ask for
/// no more, all of those are tried at last, and it is the least (<see cref="ShrinkingFacts.IsLeast"/>). Deterministic as long as the time does not run
/// out; shrinking what was shrunk to the end changes nothing. The result is confirmed by strict replay, or it is not used.
/// </summary>
internal sealed class Shrinker
{
    // Shares of the budget that are kept for what comes after the search.
    private const double KeptFromSearch = 0.3;
    private const double KeptFromWideSearch = 0.4;

    // A longer execution is not regrouped: its graph alone would cost more than the budget.
    private const long LongestGraph = 50_000;

    private readonly Attempts _attempts;
    private readonly WithoutHaste _withoutHaste;
    private readonly LabResult _failure;
    private readonly ExploreOptions _options;
    private readonly Func<Cx, Task> _program;

    private Shrinker(LabEngine engine, Func<Cx, Task> program, LabResult failure, ExploreOptions options)
    {
        _program = program;
        _failure = failure;
        _options = options;
        _attempts = new Attempts(engine, program, failure, options.Shrink!);
        _withoutHaste = new WithoutHaste(_attempts, failure.Seed);
    }

    /// <summary>The smallest failing execution that was found, recorded, with what is to be said about it; the failure itself where shrinking is out of place.</summary>
    internal static Task<LabResult> ShrinkAsync(LabEngine engine, Func<Cx, Task> program, LabResult failure, ExploreOptions options) =>
        CanShrink(failure) && options.Shrink is not null ? new Shrinker(engine, program, failure, options).RunAsync() : Task.FromResult(failure);

    // What depends on real time or on two executions is not a property of one schedule.
    private static bool CanShrink(LabResult failure) => failure.Trace is not null && failure.Verdict.Kind is not
        (VerdictKind.Passed or VerdictKind.Escape or VerdictKind.BlockingWait or VerdictKind.Nondeterministic or VerdictKind.UndeclaredSharing or VerdictKind.NotExercised);

    private async Task<LabResult> RunAsync()
    {
        var (fails, verdict) = await _attempts.ConfirmAsync();
        if (!fails)
        {
            return Unshrunk($"repeated, it showed something else: {verdict.FirstLine}");
        }

        var found = Facts(_attempts.Best);
        var isLeast = await ReduceAsync();
        var isComplete = !_attempts.IsOver;
        var executions = _attempts.Executions;
        var (confirmed, difference) = await ConfirmedAsync();
        if (confirmed is null)
        {
            return Unshrunk(difference);
        }

        var ofBoth = _failure.Verdict.Notes.Where(static note => note.StartsWith(Tally.Undeclared, StringComparison.Ordinal));
        return confirmed with
        {
            Verdict = ofBoth.Aggregate(confirmed.Verdict, static (verdict, note) => verdict.WithNote(note)),
            Shrinking = found with { Executions = executions, IsComplete = isComplete, IsLeast = isLeast },
            Cause = await NearestPassing.FindAsync(_attempts, confirmed, _options),
        };
    }

    /// <summary>True when nothing smaller is left.</summary>
    private async ValueTask<bool> ReduceAsync()
    {
        while (true)
        {
            await RoundsAsync();
            var best = _attempts.Best;
            var isLeast = await Everything.TryAsync(_attempts);
            if (isLeast || ReferenceEquals(best, _attempts.Best) || _attempts.IsOver)
            {
                return isLeast;
            }
        }
    }

    private async ValueTask RoundsAsync()
    {
        Attempt before;
        do
        {
            before = _attempts.Best;
            await RoundAsync();
        }
        while (!ReferenceEquals(before, _attempts.Best) && !_attempts.IsOver);
    }

    private async ValueTask RoundAsync()
    {
        HashSet<ulong> contested = [];
        if (_attempts.Best.Result.Steps <= LongestGraph)
        {
            contested = await RegroupAsync();
        }

        _attempts.Reserve(KeptFromSearch);
        await DeviationRemoval.RunAsync(_attempts);
        await _withoutHaste.RunAsync();
        await DeviationRemoval.RunAsync(_attempts);
        await new FewDeviations(_attempts, contested, maxDeviations: 1).RunAsync();
        var insertion = new Insertion(_attempts, contested);
        while (await insertion.TwoForOneAsync())
        {
            await DeviationRemoval.RunAsync(_attempts);
        }

        _attempts.Reserve(KeptFromWideSearch);
        await new FewDeviations(_attempts, contested, maxDeviations: 3).RunAsync();
        _attempts.Reserve(0);
        await DeviationRemoval.RunAsync(_attempts);
        await insertion.OneForOneAsync();
        await RunMoves.RunAsync(_attempts);
        await Polish.RunAsync(_attempts);
    }

    private async ValueTask<HashSet<ulong>> RegroupAsync()
    {
        await _attempts.RecordAsync(_attempts.Best.Plan);
        var graph = new StepGraph(_attempts.Engine.Recorder);
        var isEager = _options.Lab.Start == StartMode.Eager;
        foreach (var rule in Enum.GetValues<Regrouping.Rule>())
        {
            await _attempts.ImproveAsync(Regrouping.PlanOf(graph, Regrouping.Order(graph, rule), isEager));
        }

        return graph.Contested;
    }

    /// <summary>The best schedule as a trace of its own: executed once more, and then strictly from its decisions.</summary>
    private async ValueTask<(LabResult? Confirmed, string Difference)> ConfirmedAsync()
    {
        var best = await _attempts.LookAsync(_attempts.Best.Plan);
        var result = await Reexecution.RunAsync(_attempts.Engine, _program, best.Result with { Strategy = _failure.Strategy }, _options);
        var difference = best.Score.CompareTo(_attempts.Best.Score) != 0 ? "the same schedule led elsewhere"
            : !FailureSite.IsOneBug(result.Verdict, _failure.Verdict) ? $"the shrunk schedule showed something else when it was confirmed: {result.Verdict.FirstLine}"
            : "";
        return (difference.Length == 0 ? result : null, difference);
    }

    private ShrinkingFacts Facts(Attempt first) => new()
    {
        FoundMessage = first.Result.Verdict.FirstLine,
        FoundSteps = first.Result.Steps,
        FoundPreemptions = first.Strain.Preemptions,
        FoundEarlyAdvances = first.Strain.Lag.Advances,
        FoundSwitches = ContextSwitches.In(_attempts.Engine.Recorder.StepTasks),
    };

    private LabResult Unshrunk(string why) => _failure with { Shrinking = new ShrinkingFacts { NotShrunk = why, Executions = _attempts.Executions } };
}
