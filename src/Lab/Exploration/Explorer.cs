using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Oracles;

namespace Lab.Exploration;

/// <summary>
/// Runs a program under one schedule after the other until it fails, the strategy has no schedule left, or the budget is used up. Every failing
/// execution is re-executed from its decisions with everything recorded; if that shows something else, the program is nondeterministic, and that is
/// the verdict. What is found does not depend on the number of threads.
/// </summary>
public sealed class Explorer
{
    private readonly Func<Cx, Task> _program;
    private readonly ExploreOptions _options;
    private readonly List<ExplorationWorker> _workers = [];
    private readonly ExplorationWorker _first;

    // Without what is learnt on the way: the results of executions say that.
    private readonly string _asked;
    private readonly Tally _tally;
    private readonly ExplorationRun _run;
    private readonly long _resumed;
    private string? _stuck;

    private Explorer(Func<Cx, Task> program, ExploreOptions options)
    {
        _program = program;
        _options = options;
        _first = new ExplorationWorker(program, options);
        _asked = _first.Strategy.ToString();
        Divide();
        _tally = new Tally(options);
        _run = new ExplorationRun(options, _tally, _first, from: 0);
        _resumed = _tally.Executions;
    }

    /// <summary>Explores <paramref name="program"/>, which is called once per execution and must build all its state anew.</summary>
    /// <exception cref="ArgumentException">An option is out of range or names nothing; says which.</exception>
    /// <exception cref="IOException">The trace of a failure cannot be written.</exception>
    public static ExplorationResult Explore(Func<Cx, Task> program, ExploreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        options ??= new ExploreOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Executions, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.First);
        ArgumentOutOfRangeException.ThrowIfNegative(options.LinearisationSamples);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Workers, 1);
        OracleCounts.CheckNames(options.Require);
        return new Explorer(program, options).Run();
    }

    private void Divide()
    {
        if (_options.Shard is { } shard && _first.Strategy.IsSearch && !_first.Strategy.TryDivide(shard.Number - 1, shard.Count))
        {
            throw new ArgumentException($"the strategy {_first.Strategy} cannot be divided into shards: run it on one machine, or use another strategy.");
        }
    }

    private ExplorationResult Run()
    {
        var threads = new List<LabThread<object>>();
        var count = _first.Strategy.IsSearch ? 1 : (int)Math.Min(_options.Workers, _options.Executions);
        for (var i = 0; i < count; i++)
        {
            var worker = i == 0 ? _first : NewWorker();
            _workers.Add(worker);
            threads.Add(LabThread<object>.Start(worker.Engine, () =>
            {
                _run.Work(worker);
                return worker;
            }));
        }

        Join(threads);
        return Result();
    }

    private ExplorationWorker NewWorker() => new(_program, _options);

    /// <summary>Waits for all threads; one that is stuck is given up, and the others end.</summary>
    private void Join(List<LabThread<object>> threads)
    {
        var live = Enumerable.Range(0, threads.Count).ToList();
        for (var i = 0; live.Count > 0; i = (i + 1) % Math.Max(1, live.Count))
        {
            var n = live[i % live.Count];
            if (!threads[n].HasEnded(milliseconds: Math.Max(1, 50 / live.Count)))
            {
                continue;
            }

            live.Remove(n);
            if (threads[n].GivenUp is { } verdict)
            {
                _stuck = _workers[n].Strategy.Answering.ToString();
                _run.GiveUp(_workers[n], verdict, NewWorker);
            }
        }

        threads.ForEach(static thread => thread.ThrowIfFaulted());
    }

    private ExplorationResult Result()
    {
        var strategy = _first.Strategy;
        var counts = OracleCounts.Of(_tally.Judged);
        var isExhaustive = _tally is { IsExhausted: true, GivenUp: null } && _tally.Failures.TrueForAll(static failure => !IsCut(failure.Verdict.Kind));
        var failures = Failures(counts);
        return new ExplorationResult
        {
            Scenario = _options.Scenario,
            Strategy = _asked,
            Seed = _options.Seed,
            End = failures.Count > 0 ? ExplorationEnd.Found : isExhaustive ? ExplorationEnd.Exhausted : ExplorationEnd.OutOfBudget,
            Executions = _tally.Executions,
            Steps = _tally.Steps,
            Distinct = _tally.Coverage.Distinct,
            DistinctError = _tally.Coverage.Error,
            Growth = strategy.IsSearch && _options.Shard is not null ? [] : _tally.Coverage.Growth(_tally.Executions),
            Richness = strategy.IsSearch ? null : _tally.Coverage.Richness(_tally.Executions),
            IsExhaustive = isExhaustive,
            Bound = strategy.Bound,
            WasStopped = _run.WasStopped,
            Shard = _options.Shard,
            Resumed = _resumed,
            Elapsed = _run.Elapsed,
            Failures = failures,
            Oracles = counts,
        };
    }

    /// <summary>An execution that ended like this says nothing of how its interleaving would have gone on.</summary>
    private static bool IsCut(VerdictKind kind) =>
        kind is VerdictKind.StepLimit or VerdictKind.Nondeterministic or VerdictKind.UndeclaredSharing or VerdictKind.Escape or VerdictKind.BlockingWait;

    private List<LabResult> Failures(IReadOnlyDictionary<string, long> counts)
    {
        var failures = new List<LabResult>(_tally.Failures);
        if (_tally.GivenUp is { } verdict)
        {
            failures.Insert(0, Outside(verdict, _tally.Executions - 1));
        }

        if (failures.Count == 0 && _options.Shard is null && Missing(counts) is { } missing)
        {
            failures.Add(Outside(missing, _tally.Executions));
        }

        return failures;
    }

    private Verdict? Missing(IReadOnlyDictionary<string, long> counts) =>
        _tally.Executions == 0
            ? new Verdict(VerdictKind.NotExercised, "the time was over before the first execution: nothing was run, so that nothing failed says nothing.")
            : OracleCounts.Missing(counts, _options.Require, _tally.Executions);

    /// <summary>A verdict without an execution that could be repeated.</summary>
    private LabResult Outside(Verdict verdict, long ordinal) => new()
    {
        Verdict = verdict,
        Seed = _options.Seed.ForExecution(_options.First + ordinal),
        Strategy = _stuck ?? _asked,
        Index = _options.First + ordinal,
    };
}
