using System.Diagnostics;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Oracles;
using Lab.Strategies;

namespace Lab.Exploration;

/// <summary>
/// Runs a program under one schedule after the other until it fails or the budget is used up. Every failing execution is re-executed from its
/// decisions with everything recorded; if that shows something else, the program is nondeterministic, and that is the verdict.
/// </summary>
public sealed class Explorer
{
    internal const string Undeclared =
        "an execution with the same order of declared operations passed: something is shared that was not declared (use Shared<T>)";

    private readonly Func<Cx, Task> _program;
    private readonly ExploreOptions _options;
    private readonly LabEngine _engine;
    private readonly Strategy _strategy;
    private readonly string _asked;
    private readonly FirstExecution _first;
    private readonly Coverage _coverage = new();
    private readonly List<LabResult> _failures = [];
    private long _executions;
    private long _steps;
    private long _started;
    private bool _isExhausted;

    private Explorer(Func<Cx, Task> program, ExploreOptions options)
    {
        _program = program;
        _options = options;
        _strategy = StrategySpec.Parse(options.Strategy);
        _asked = _strategy.ToString();
        _first = new FirstExecution(_strategy);
        _engine = new LabEngine(options.Lab);
    }

    /// <summary>Explores <paramref name="program"/>, which is called once per execution and must build all its state anew.</summary>
    /// <exception cref="ArgumentException">An option is out of range or names nothing; says which.</exception>
    public static ExplorationResult Explore(Func<Cx, Task> program, ExploreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        options ??= new ExploreOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Executions, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.First);
        ArgumentOutOfRangeException.ThrowIfNegative(options.LinearisationSamples);
        OracleCounts.CheckNames(options.Require);
        var explorer = new Explorer(program, options);
        var (result, givenUp) = new LabThread<ExplorationResult>().Run(explorer._engine, explorer.Loop);
        return result ?? explorer.Result(givenUp);
    }

    private ExplorationResult Loop()
    {
        _started = Stopwatch.GetTimestamp();
        var lessons = new List<object>();
        for (var i = 0L; i < _options.Executions; i++)
        {
            var index = _options.First + i;
            if (_strategy.Learns && index <= Strategy.LearningEnds && index > 0 && (index & (index - 1)) == 0)
            {
                _strategy.Learn(lessons);
                lessons.Clear();
            }

            // Powers of two are executed twice: a sample that shows a nondeterministic program even when it passes.
            var result = Execute(index, verify: (i & (i - 1)) == 0, lessons);
            if (result.Verdict.IsFailure && Add(result) && !_options.KeepGoing)
            {
                break;
            }

            if (_strategy.IsExhausted)
            {
                _isExhausted = true;
                break;
            }

            if ((i & 255) == 255 && OutOfTime())
            {
                break;
            }
        }

        return Result(null);
    }

    private LabResult Execute(long index, bool verify, List<object> lessons)
    {
        var strategy = index == 0 && !_strategy.IsSearch ? _first : _strategy;
        var result = _engine.Run(_program, strategy, _options.Seed.ForExecution(index), index);
        if (_engine.Lesson is { } lesson)
        {
            lessons.Add(lesson);
        }

        _executions++;
        _steps += result.Steps;
        if (result.Verdict.IsFailure)
        {
            return Failed(result);
        }

        var isKnown = _coverage.Add(result.Fingerprint, result.Outcome);
        if (isKnown && !verify)
        {
            return result;
        }

        var recorded = Reexecution.Run(_engine, _program, result, _options, isKnown ? null : OtherOutcome());
        return recorded.Verdict.IsFailure ? recorded : Linearisations.Check(_engine, _program, result, _options) ?? recorded;
    }

    private LabResult Failed(LabResult result)
    {
        var hasPassed = _coverage.Contains(result.Fingerprint);
        var recorded = Reexecution.Run(_engine, _program, result, _options);
        return hasPassed && recorded.Verdict.Kind != VerdictKind.Nondeterministic
            ? recorded with { Verdict = recorded.Verdict.WithNote(Undeclared) }
            : recorded;
    }

    private static Verdict OtherOutcome() => new(
        VerdictKind.UndeclaredSharing,
        "two executions with the same order of declared operations ended with different notes.\n"
        + "Something is shared that the lab cannot see: a field, a collection, a BCL primitive. Use Shared<T> or a primitive of the core.");

    /// <summary>True when this failure is a new one.</summary>
    private bool Add(LabResult failure)
    {
        if (_failures.Exists(known => known.Verdict.IsSameAs(failure.Verdict)))
        {
            return false;
        }

        _failures.Add(TraceFolder.Save(failure, _options.Lab.TraceDirectory));
        return true;
    }

    private bool OutOfTime()
    {
        var elapsed = Stopwatch.GetElapsedTime(_started);
        _options.Progress?.Invoke(new ExplorationProgress(_executions, _coverage.Distinct, _steps, _failures.Count, elapsed));
        return _options.Time is { } limit && elapsed >= limit;
    }

    private ExplorationResult Result(Verdict? givenUp)
    {
        var failures = new List<LabResult>(_failures);
        if (givenUp is not null)
        {
            failures.Insert(0, Outside(givenUp));
        }

        var counts = OracleCounts.Of(_engine);
        if (failures.Count == 0 && OracleCounts.Missing(counts, _options.Require, _executions) is { } missing)
        {
            failures.Add(Outside(missing));
        }

        return new ExplorationResult
        {
            Scenario = _options.Scenario,
            Strategy = _asked,
            Seed = _options.Seed,
            End = failures.Count > 0 ? ExplorationEnd.Found : _isExhausted ? ExplorationEnd.Exhausted : ExplorationEnd.OutOfBudget,
            Executions = _executions + (givenUp is null ? 0 : 1),
            Steps = _steps,
            Distinct = _coverage.Distinct,
            DistinctIsExact = _coverage.IsExact,
            Elapsed = Stopwatch.GetElapsedTime(_started),
            Failures = failures,
            Oracles = counts,
        };
    }

    /// <summary>A verdict without an execution that could be repeated.</summary>
    private LabResult Outside(Verdict verdict) => new()
    {
        Verdict = verdict,
        Seed = _options.Seed.ForExecution(_options.First + _executions),
        Strategy = _strategy.Answering.ToString(),
        Index = _options.First + _executions,
    };
}
