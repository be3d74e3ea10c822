using System.Diagnostics;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Shrinking;

/// <summary>Executes plans, remembers which were tried, keeps the best that fails as the first one did, and stops when the budget is used up.</summary>
internal sealed class Attempts
{
    // Small programs are shrunk to the end however slow the machine is just now: for the first steps only a multiple of the time counts.
    private const long StepsBeforeTime = 50_000;
    private const int Patience = 10;

    // What an execution costs beside its steps, in steps.
    private const long Overhead = 40;

    private readonly LabEngine _engine;
    private readonly Func<Cx, Task> _program;
    private readonly LabResult _failure;
    private readonly ShrinkOptions _options;
    private readonly Steered _steered;
    private readonly HashSet<UInt128> _tried = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _steps;
    private long _reserve;
    private readonly long _longest;

    internal Attempts(LabEngine engine, Func<Cx, Task> program, LabResult failure, ShrinkOptions options)
    {
        _engine = engine;
        _steered = new Steered(engine);
        _program = program;
        _failure = failure with { Verdict = FailureSite.Kept(failure.Verdict) };
        _options = options;
        _longest = (3 * failure.Steps) + 1_000;
    }

    internal LabEngine Engine => _engine;

    /// <summary>The smallest failing execution so far; set by <see cref="ConfirmAsync"/>.</summary>
    internal Attempt Best { get; private set; } = null!;

    internal long Executions { get; private set; }

    /// <summary>A failing execution that takes more steps than this is none.</summary>
    internal long Longest => _longest;

    /// <summary>Executions of <paramref name="steps"/> steps that <paramref name="share"/> (0 to 1) of the whole budget is enough for.</summary>
    internal long Affordable(double share, long steps) => (long)Math.Min(_options.Executions * share, _options.Steps * share / (steps + Overhead));

    internal bool IsOver => Executions >= _options.Executions || _steps >= _options.Steps - _reserve || IsOutOfTime;

    private bool IsOutOfTime => _options.Time is { } limit && limit != Timeout.InfiniteTimeSpan
        && Stopwatch.GetElapsedTime(_started) is var elapsed && elapsed >= (_steps < StepsBeforeTime ? limit * Patience : limit);

    /// <summary>Keeps a part of the budget (a share of all of it, 0 to 1) for what comes after.</summary>
    internal void Reserve(double share) => _reserve = (long)(_options.Steps * share);

    /// <summary>Repeats the recorded execution, which is the first best one. False when it ends otherwise.</summary>
    internal async ValueTask<(bool Fails, Verdict Verdict)> ConfirmAsync()
    {
        var attempt = await ExecuteAsync(_steered.Follow(new Replay(_failure.Trace!.Decisions)), recording: true);
        Best = attempt;
        return (attempt.Fails, attempt.Result.Verdict);
    }

    /// <summary>Executes a plan unless that was done before; true when it is the best one now.</summary>
    internal async ValueTask<bool> ImproveAsync(Plan plan)
    {
        if (IsOver || !_tried.Add(plan.Key))
        {
            return false;
        }

        var best = Best.Score;
        return await ImproveAsync(_steered.Follow(plan).Limit(best.Strain, _longest, best.Steps));
    }

    /// <summary>Walks at random, with less lag than the best one has; true when that fails, for then it is the best one now.</summary>
    internal async ValueTask<bool> WalkAsync(Seed seed, int goesOn) => !IsOver
        && await ImproveAsync(_steered.Walk(Best.Plan, Best.Strain.Lag, seed, goesOn).Limit(Best.Strain, _longest, Best.Score.Steps));

    /// <summary>Executes a plan for its decisions, whatever comes of it; it may be the best one, too.</summary>
    /// <param name="plan">The schedule.</param>
    /// <param name="onlyBetter">Ends it where it can be no improvement any more; its log ends there, too.</param>
    internal async ValueTask<Attempt> LookAsync(Plan plan, bool onlyBetter = false)
    {
        var (most, steps) = onlyBetter ? (Best.Strain, Best.Score.Steps) : (Strain.Most, _longest);
        var attempt = await ExecuteAsync(_steered.Follow(plan).Limit(most, _longest, steps), recording: false);
        if (_tried.Add(plan.Key) && attempt.Fails)
        {
            Keep(attempt);
        }

        return attempt;
    }

    /// <summary>Executes the best plan with every event kept, for <see cref="StepGraph"/>.</summary>
    internal ValueTask<Attempt> RecordAsync(Plan plan) => ExecuteAsync(_steered.Follow(plan).Limit(Strain.Most, _longest, _longest), recording: true);

    private async ValueTask<bool> ImproveAsync(Steered strategy)
    {
        var result = await RunAsync(strategy, recording: false);
        return FailureSite.IsOneBug(result.Verdict, _failure.Verdict) && Keep(new Attempt(result, fails: true, strategy));
    }

    private bool Keep(Attempt attempt)
    {
        if (attempt.Score.CompareTo(Best.Score) >= 0)
        {
            return false;
        }

        Best = attempt;
        return true;
    }

    private async ValueTask<Attempt> ExecuteAsync(Steered strategy, bool recording)
    {
        var result = await RunAsync(strategy, recording);
        return new Attempt(result, FailureSite.IsOneBug(result.Verdict, _failure.Verdict), strategy);
    }

    private async ValueTask<LabResult> RunAsync(Steered strategy, bool recording)
    {
        var result = await _engine.RunAsync(_program, strategy, _failure.Seed, _failure.Index, recording);
        Executions++;
        _steps += result.Steps + Overhead;
        return result;
    }
}
