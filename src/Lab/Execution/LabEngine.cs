using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;
using Lab.Oracles;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Execution;

/// <summary>
/// Runs executions one after the other on the calling thread, which must be its own (<see cref="LabThread{T}"/>). Reused: what an execution used is
/// reset when it ended cleanly and dropped when it did not.
/// </summary>
internal sealed partial class LabEngine
{
    private static readonly ScopeOptions s_rootOptions = new() { Faults = FaultPolicy.CollectAll, Name = "program" };

    private readonly LabOptions _options;
    private readonly LabTimers _timers = new();
    private readonly LabDecisions _decisions = new();
    private readonly Alarm _alarm = new();
    private readonly ForeignPosts _foreign;
    private readonly LiveOracles _oracles;
    private readonly Recorder _recorder;
    private readonly ExploredDispatch _explored;
    private readonly Foresight _foresight;
    private readonly VirtualPump? _virtual;
    private readonly Scheduler _scheduler;
    private readonly LabHost _host;
    private readonly ClockActor _clock;
    private readonly Quiescence _quiescence;
    private Scope? _root;
    private ScopedTask? _program;
    private Verdict? _timerFault;
    private long _executions;
    private bool _isClean = true;

    // Of the present execution.
    private SynchronizationContext? _before;

    // The step before which the loop looks whether it must stop: at the limit, and between any two when there are slices.
    private long _pauseAt;
    private bool _isPaused;
    private volatile bool _isGivenUp;

    internal LabEngine(LabOptions options, Slices? slices = null)
    {
        if (!Instrumentation.IsEnabled)
        {
            throw new LabInstrumentationException();
        }

        _options = options;
        Slices = slices;
        _foreign = new ForeignPosts(_alarm);
        _oracles = new LiveOracles(_alarm);
        var point = new ChoicePoint();
        _recorder = new Recorder(_timers, _oracles, _alarm, point, _foreign);
        _oracles.Gates.Observer = _recorder;
        _explored = new ExploredDispatch(_timers, _foreign, _decisions, point, _recorder);
        _decisions.Point = point;
        _foresight = new Foresight(point);
        IDispatch dispatch = _explored;
        IDecisions decisions = _explored;
        if (options.Dispatch == DispatchKind.WorkStealing)
        {
            _virtual = new VirtualPump(options.Workers, _timers, _foreign, _decisions);
            dispatch = _virtual;
            decisions = _virtual;
        }

        _scheduler = new Scheduler(dispatch, decisions, _timers) { Watch = _oracles.Gates };
        if (_virtual is not null)
        {
            _virtual.Scheduler = _scheduler;
        }

        _host = new LabHost(_scheduler, _timers, _foreign);
        _clock = new ClockActor(_host, TimerFaulted);
        _quiescence = new Quiescence(_recorder, _foreign, _host, options);
        _foreign.Watchdog = options.Watchdog;
        _foreign.IsGuest = slices is not null;
        _foreign.Blocked = (task, stack) => Blocked?.Invoke(Verdicts.BlockingWait(task, stack));
    }

    /// <summary>Raised with every step; a thread that watches it sees when a step does not return.</summary>
    internal long Heartbeat => (Volatile.Read(ref _executions) << 32) + _recorder.Step;

    /// <summary>True while a step of the program runs; for the thread that watches.</summary>
    internal bool IsInStep { get; private set; }

    /// <inheritdoc cref="ForeignPosts.TellsItself"/>
    internal bool TellsItself => _foreign.TellsItself;

    /// <summary>The verdict on a step that does not return; for the thread that watches.</summary>
    internal Verdict Stuck() => Verdicts.Stuck(_recorder, _options.Watchdog);

    /// <summary>Whoever waited for the lab's thread went on without it: should a step ever return, nothing follows it.</summary>
    internal void GiveUp()
    {
        _isGivenUp = true;
        _alarm.Raise();
    }

    /// <summary>Told when a wait blocks the lab's thread for good; on that thread.</summary>
    internal Action<Verdict>? Blocked { get; set; }

    internal LabOptions Options => _options;

    /// <inheritdoc cref="Quiescence.BePatient"/>
    internal void BePatient() => _quiescence.BePatient();

    internal LiveOracles Oracles => _oracles;

    /// <summary>What the last execution taught its strategy; null: nothing.</summary>
    internal object? Lesson { get; private set; }

    /// <summary>The last execution, while its objects are still there: decisions and events are read from here before the next begins.</summary>
    internal LabDecisions Decisions => _decisions;

    internal Recorder Recorder => _recorder;

    /// <summary>Where the thread must be given back now and then: <see cref="RunAsync"/> pauses between steps. Null: never.</summary>
    internal Slices? Slices { get; }

    /// <summary>Runs one execution. What is returned has no trace; see <see cref="TraceBuilder"/>.</summary>
    internal LabResult Run(Func<Cx, Task> program, Strategy strategy, Seed seed, long index, bool recording = false)
    {
        Begin(strategy, seed, index, recording);
        Verdict? verdict;
        try
        {
            StartProgram(program);
            verdict = Proceed();
        }
        catch
        {
            End();
            throw;
        }

        return Finish(verdict!, strategy, seed, index);
    }

    /// <summary>Runs one execution; complete when it returns, unless there are <see cref="Slices"/>.</summary>
    internal ValueTask<LabResult> RunAsync(Func<Cx, Task> program, Strategy strategy, Seed seed, long index, bool recording = false) =>
        Slices is null ? new(Run(program, strategy, seed, index, recording)) : RunInSlices(Slices, program, strategy, seed, index, recording);

    /// <summary>Steps until the execution has ended, and judges it. Null: the slice is over before.</summary>
    private Verdict? Proceed()
    {
        IsInStep = true;
        var ended = Pump();
        IsInStep = false;
        if (_isPaused)
        {
            return null;
        }

        // The last step's context would take the lab's own waits for the program's.
        SynchronizationContext.SetSynchronizationContext(null);
        return ended is null ? _quiescence.Judge(_program!) : Blame(ended);
    }

    private LabResult Finish(Verdict verdict, Strategy strategy, Seed seed, long index)
    {
        if (strategy is Replay { Diverged: null, Left: > 0 and var left } && verdict.Kind is not (VerdictKind.Nondeterministic or VerdictKind.Escape))
        {
            verdict = new Verdict(
                VerdictKind.Nondeterministic, $"the execution ended with {left} recorded decisions left; this time it showed: {verdict}");
        }

        if (verdict.IsFailure && verdict.Kind != VerdictKind.Escape && _quiescence.LeftBehind() is { } leftBehind)
        {
            // Who waits for ever here may not where that goes on.
            verdict = verdict.Kind is VerdictKind.Deadlock or VerdictKind.LostWakeup
                ? new Verdict(VerdictKind.Escape, $"{leftBehind}\nUntil it does, this is how it stands: {verdict.Message}") { Notes = verdict.Notes }
                : verdict.WithNote(leftBehind);
        }

        var result = new LabResult
        {
            Verdict = verdict.IsFailure && _longestHold > 0 ? verdict.WithNote(HoldText()) : verdict,
            Seed = seed,
            Strategy = strategy.Answering.ToString(),
            Index = index,
            Steps = _recorder.Step,
            DecisionCount = _decisions.Count,
            Fingerprint = _recorder.Fingerprint(),
            Outcome = _recorder.Outcome(),
            VirtualTime = new TimeSpan(_timers.Now),
        };
        var facts = new ExecutionFacts
        {
            Index = index,
            Steps = result.Steps,
            Decisions = result.DecisionCount,
            Choices = _decisions.Choices,
            IsFailure = verdict.IsFailure,
            Fingerprint = result.Fingerprint,
            Tasks = _recorder.Tasks,
        };
        strategy.End(facts);
        Lesson = strategy.Learns && index < Strategy.LearningEnds ? strategy.Teach(facts) : null;
        _recorder.Listener = _recorder.Follower = null;
        if (verdict.IsFailure && _options.Unwind && Unwind(seed, index) is { } remains)
        {
            result = result with { Verdict = result.Verdict.WithNote(remains) };
        }

        _isClean = !verdict.IsFailure && _root!.Live == 0 && !_foreign.Any;
        End();
        return result;
    }

    private void End()
    {
        IsInStep = false;
        _foreign.End();
        SynchronizationContext.SetSynchronizationContext(_before);
        Instrumentation.Current = null;
        Instrumentation.Gates = null;
    }

    /// <summary>
    /// What came from outside is the verdict: a rule of the core that is broken, or a decision that differs, is its doing. A fault that nobody has observed is
    /// the verdict, and what became of the rest is a note to it (design D11).
    /// </summary>
    private Verdict Blame(Verdict ended) =>
        ended.Kind != VerdictKind.Escape && _foreign.Any && _quiescence.Escape() is { } escape ? escape
        : ended.Kind is VerdictKind.StepLimit or VerdictKind.TaskLeak or VerdictKind.PermitLeak && _quiescence.PendingFault(_program!) is { } fault
            ? fault.WithNote($"after it: {ended}")
            : ended;

    private void Begin(Strategy strategy, Seed seed, long index, bool recording)
    {
        strategy.Begin(seed, index);
        Volatile.Write(ref _executions, _executions + 1);

        // The records of the previous execution were kept until now, for its trace.
        _alarm.Clear();
        _foreign.Begin(_isClean);
        if (_isGivenUp || _foreign.Any)
        {
            _alarm.Raise();
        }

        var isReusable = _isClean && !_foreign.Any;
        if (isReusable)
        {
            _host.Recycle();
        }
        else
        {
            _host.Discard();
            _recorder.Discard();
        }

        _clock.Renew();
        _host.Epoch = _clock.Epoch = _foreign.Epoch;

        _decisions.Strategy = strategy;
        _decisions.Begin();
        _timers.Reset();
        _oracles.Begin();
        _timerFault = null;
        _longestHold = 0;
        Lag = Lag.None;
        _waitsSince = 0;
        _isPaused = false;
        _isClean = false;
        _explored.Clear(forgetTasks: !isReusable);
        _foresight.Clear();
        _explored.Start = _options.Start;
        _explored.Point.Slack = _options.Time switch { TimeModel.Free => long.MaxValue, TimeModel.Lag => Duration.TicksOf(_options.Lag), _ => -1 };
        _virtual?.Reset();
        _recorder.Listener = strategy.WantsAccesses ? strategy : null;
        _recorder.Follower = strategy.WantsEvents ? strategy : null;
        _recorder.Begin(_clock.Cx, recording, _options.TraceLimit / 64);
        _foreign.Run(_recorder.Execution);
        Instrumentation.Current = _recorder;
        Instrumentation.Gates = _oracles.Gates;
    }

    private void StartProgram(Func<Cx, Task> program)
    {
        _before = SynchronizationContext.Current;
        _pauseAt = Slices is null ? _options.StepLimit : 0;
        var root = _host.Open(null, null, s_rootOptions);
        if (!ReferenceEquals(_root, root))
        {
            _root = root;
        }

        SynchronizationContext.SetSynchronizationContext(_clock);
        using (TestContexts.Isolate())
        {
            // The context that is captured here flows to everything that the program starts. No call of the program's: a line of ours would make traces
            // depend on this file.
            var task = root.Spawn(program, file: "").Task;
            if (!ReferenceEquals(_program, task))
            {
                _program = task;
            }
        }
    }

    /// <summary>Steps until nothing can run. A verdict if something ended the execution before that.</summary>
    private Verdict? Pump()
    {
        while (true)
        {
            if (_alarm.IsRaised && EndsNow() is { } end)
            {
                return end;
            }

            if (_decisions.Strategy.Diverged is { } divergence)
            {
                return new Verdict(VerdictKind.Nondeterministic, divergence);
            }

            if (_recorder.Step >= _pauseAt && EndsHere(out var limit))
            {
                return limit;
            }

            if (!(_virtual is null ? StepExplored() : StepVirtual()))
            {
                _isPaused = Slices is not null && MustWaitOutside(Slices);
                return null;
            }
        }
    }

    /// <summary>The alarm was raised: whether what happened ends the execution. A fault that somebody will observe does not.</summary>
    private Verdict? EndsNow()
    {
        if (_isGivenUp)
        {
            throw new LabThreadGivenUpException();
        }

        if (_decisions.Strategy.Diverged is { } divergence)
        {
            return new Verdict(VerdictKind.Nondeterministic, divergence);
        }

        if ((_oracles.Broken ?? _timerFault) is { } broken)
        {
            return broken;
        }

        if (_foreign.Any && _quiescence.Escape() is { } escape)
        {
            return escape;
        }

        return _options.EndAtFault && _recorder.HasFault ? _quiescence.PendingFault(_program!) : null;
    }

    private void TimerFaulted(Exception error)
    {
        _timerFault ??= Verdicts.OfException(error, "a timer callback threw");
        _alarm.Raise();
    }
}
