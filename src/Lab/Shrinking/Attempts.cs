using System.Diagnostics;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
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
    private readonly Steered _steered = new();
    private readonly HashSet<UInt128> _tried = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _steps;
    private long _reserve;
    private long _longest;

    internal Attempts(LabEngine engine, Func<Cx, Task> program, LabResult failure, ShrinkOptions options)
    {
        _engine = engine;
        _program = program;
        _failure = failure;
        _options = options;
        _longest = (3 * failure.Steps) + 1_000;
    }

    internal LabEngine Engine => _engine;

    /// <summary>The smallest failing execution so far; set by <see cref="ConfirmAsync"/>.</summary>
    internal Attempt Best { get; private set; } = null!;

    internal long Executions { get; private set; }

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
        _steered.Follow(plan).Limit(best.Preemptions, _longest, best.Steps);
        var result = await RunAsync(_steered, recording: false);
        if (!result.Verdict.IsSameAs(_failure.Verdict))
        {
            return false;
        }

        return Keep(new Attempt(result, fails: true, _steered));
    }

    /// <summary>Executes a plan for its decisions, whatever comes of it; it may be the best one, too.</summary>
    internal async ValueTask<Attempt> LookAsync(Plan plan)
    {
        var attempt = await ExecuteAsync(_steered.Follow(plan).Limit(int.MaxValue, _longest, _longest), recording: false);
        if (_tried.Add(plan.Key) && attempt.Fails)
        {
            Keep(attempt);
        }

        return attempt;
    }

    /// <summary>Executes the best plan with every event kept, for <see cref="StepGraph"/>.</summary>
    internal ValueTask<Attempt> RecordAsync(Plan plan) => ExecuteAsync(_steered.Follow(plan).Limit(int.MaxValue, _longest, _longest), recording: true);

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
        return new Attempt(result, result.Verdict.IsSameAs(_failure.Verdict), strategy);
    }

    private async ValueTask<LabResult> RunAsync(Steered strategy, bool recording)
    {
        var result = await _engine.RunAsync(_program, strategy, _failure.Seed, _failure.Index, recording);
        Executions++;
        _steps += result.Steps + Overhead;
        return result;
    }
}
