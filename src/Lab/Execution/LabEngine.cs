using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;
using Lab.Oracles;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Execution;

/// <summary>
/// Runs executions one after the other on the calling thread, which must be its own (<see cref="LabThread"/>). Reused: what an execution used is
/// reset when it ended cleanly and dropped when it did not.
/// </summary>
internal sealed class LabEngine
{
    private static readonly ScopeOptions s_rootOptions = new() { Faults = FaultPolicy.CollectAll, Name = "program" };

    private readonly LabOptions _options;
    private readonly LabTimers _timers = new();
    private readonly LabDecisions _decisions = new();
    private readonly ForeignPosts _foreign = new();
    private readonly LiveOracles _oracles = new();
    private readonly Recorder _recorder;
    private readonly ExploredDispatch _explored;
    private readonly VirtualPump? _virtual;
    private readonly Scheduler _scheduler;
    private readonly LabHost _host;
    private readonly ClockActor _clock;
    private readonly Quiescence _quiescence;
    private Scope? _root;
    private ScopedTask? _program;
    private Verdict? _timerFault;
    private long _heartbeat;
    private bool _isClean = true;

    internal LabEngine(LabOptions options)
    {
        if (!Instrumentation.IsEnabled)
        {
            throw new InvalidOperationException(
                "The lab needs the core's instrumentation, which is off in this process: set <LabInstrumentation>true</LabInstrumentation> in the "
                + "project file, or the runtime option Lab.Core.Instrumentation to true.");
        }

        _options = options;
        _recorder = new Recorder(_timers, _oracles);
        _explored = new ExploredDispatch(_timers, _foreign, _decisions, _recorder);
        IDispatch dispatch = _explored;
        IDecisions decisions = _explored;
        if (options.Dispatch == DispatchKind.WorkStealing)
        {
            _virtual = new VirtualPump(options.Workers, _timers, _foreign, _decisions);
            dispatch = _virtual;
            decisions = _virtual;
        }

        _scheduler = new Scheduler(dispatch, decisions, _timers);
        if (_virtual is not null)
        {
            _virtual.Scheduler = _scheduler;
        }

        _host = new LabHost(_scheduler, new LabClock(_timers));
        _clock = new ClockActor(_host, error => _timerFault ??= Verdicts.OfException(error, "a timer callback threw"));
        _quiescence = new Quiescence(_recorder, _foreign, _host, options);
        _foreign.Watchdog = options.Watchdog;
    }

    /// <summary>Raised with every step; a thread that watches it sees when a step does not return.</summary>
    internal long Heartbeat => Volatile.Read(ref _heartbeat);

    /// <summary>True while a step of the program runs; for the thread that watches.</summary>
    internal bool IsInStep { get; private set; }

    /// <summary>The task whose step is running; for the thread that watches.</summary>
    internal string RunningTask => $"{_recorder.Current} ({_recorder.Current.Cx})";

    /// <summary>Told when a wait blocks the lab's thread for good; on that thread.</summary>
    internal Action<Verdict>? Blocked { get; set; }

    internal LabOptions Options => _options;

    /// <summary>The last execution, while its objects are still there: decisions and events are read from here before the next begins.</summary>
    internal LabDecisions Decisions => _decisions;

    internal Recorder Recorder => _recorder;

    /// <summary>Runs one execution. What is returned has no trace; see <see cref="TraceBuilder"/>.</summary>
    internal LabResult Run(Func<Cx, Task> program, Strategy strategy, Seed seed, long index, bool recording = false)
    {
        strategy.Begin(seed, index);
        Begin(strategy, recording);
        var before = SynchronizationContext.Current;
        Verdict verdict;
        try
        {
            _root = new Scope(_host, null, null, s_rootOptions);
            _program = StartProgram(program);
            IsInStep = true;
            var ended = Pump();
            IsInStep = false;
            verdict = ended ?? _quiescence.Judge(_root, _program);
            if (strategy is Replay { Diverged: null, Left: > 0 and var left } && verdict.Kind != VerdictKind.Nondeterministic)
            {
                verdict = new Verdict(
                    VerdictKind.Nondeterministic, $"the execution ended with {left} recorded decisions left; this time it showed: {verdict}");
            }
        }
        finally
        {
            IsInStep = false;
            SynchronizationContext.SetSynchronizationContext(before);
            Instrumentation.Current = null;
        }

        var result = new LabResult
        {
            Verdict = verdict,
            Seed = seed,
            Strategy = strategy.ToString(),
            Index = index,
            Steps = _recorder.Step,
            DecisionCount = _decisions.Count,
            Fingerprint = _recorder.Fingerprint(),
            VirtualTime = new TimeSpan(_timers.Now),
        };
        _isClean = !verdict.IsFailure && _root.Live == 0 && !_foreign.Any;
        return result;
    }

    private void Begin(Strategy strategy, bool recording)
    {
        // The records of the previous execution were kept until now, for its trace.
        if (_isClean)
        {
            _host.Recycle();
            _clock.Renew();
        }
        else
        {
            _host.Discard();
            _clock.Renew();
        }

        _decisions.Strategy = strategy;
        _decisions.Begin();
        _timers.Reset();
        _foreign.Begin();
        _foreign.Blocked = (task, stack) => Blocked?.Invoke(Verdicts.BlockingWait(task, stack));
        _oracles.Begin();
        _timerFault = null;
        _explored.Clear();
        _explored.Start = _options.Start;
        _virtual?.Reset();
        _recorder.Begin(_clock.Cx, recording, _options.TraceLimit / 64);
        Instrumentation.Current = _recorder;
    }

    private ScopedTask StartProgram(Func<Cx, Task> program)
    {
        SynchronizationContext.SetSynchronizationContext(_clock);
        return _root!.Spawn(program).Task;
    }

    /// <summary>Steps until nothing can run. A verdict if something ended the execution before that.</summary>
    private Verdict? Pump()
    {
        while (true)
        {
            if (_decisions.Strategy.Diverged is { } divergence)
            {
                return new Verdict(VerdictKind.Nondeterministic, divergence);
            }

            if (_oracles.Broken is { } broken)
            {
                return broken;
            }

            if (_timerFault is not null)
            {
                return _timerFault;
            }

            if (_foreign.Any && _quiescence.Escape() is { } escape)
            {
                return escape;
            }

            if (_recorder.Step >= _options.StepLimit)
            {
                return Verdicts.StepLimit(_options.StepLimit, _recorder);
            }

            if (!(_virtual is null ? StepExplored() : StepVirtual()))
            {
                return null;
            }
        }
    }

    private bool StepExplored()
    {
        if (_explored.TryTakeStarting(out var starting))
        {
            Run(starting!);
            return true;
        }

        var point = _explored.Point;
        point.HasClock = MayAdvance(point.TaskCount != 0, _timers.NextDue == long.MaxValue ? 0 : point.OldestReadySince);
        if (point.Count == 0)
        {
            return false;
        }

        point.Step = _recorder.Step;
        var index = _decisions.Choose(point);
        if (_recorder.IsRecording && point.WouldPreempt(index))
        {
            _recorder.On(EventKind.TaskPreempted, null, (long)point.Current!.PendingOperation, 0);
        }

        if (index == point.ClockIndex)
        {
            point.Current = null;
            Advance();
            return true;
        }

        var task = point[index].Task;
        point.Remove(task);
        point.Current = task;
        Run(task);
        return true;
    }

    private bool StepVirtual()
    {
        var busy = _virtual!.Look();
        var hasClock = MayAdvance(busy, _virtual.BusySince);
        if (!busy && !hasClock)
        {
            return false;
        }

        var worker = _virtual.Choose(hasClock);
        if (worker < 0 || !busy)
        {
            Advance();
            return true;
        }

        _virtual.CurrentWorker = worker;
        if (_virtual.TryNext(worker) is { } task)
        {
            BeginStep(task);
            _scheduler.RunStep(task);
        }

        _virtual.CurrentWorker = -1;
        return true;
    }

    private void Run(RuntimeTask task)
    {
        BeginStep(task);
        if (task.Wake.IsNotified)
        {
            task.Wake.TryBegin(task.Wake.Sequence);
            _scheduler.RunStep(task);
        }
        else
        {
            _scheduler.RunAnnouncedStep(task);
            if (!task.Wake.IsIdle && task.Wake.IsPolling)
            {
                // It ended, although something in its last step woke it.
                _explored.Point.Remove(task);
            }
        }
    }

    private void BeginStep(RuntimeTask task)
    {
        _recorder.Step++;
        Volatile.Write(ref _heartbeat, _heartbeat + 1);
        _recorder.Enter(task);
    }

    /// <summary>Whether the clock is an alternative now, by the time model.</summary>
    private bool MayAdvance(bool anyReady, long oldestReadySince)
    {
        var due = _timers.NextDue;
        if (due == long.MaxValue)
        {
            return false;
        }

        return !anyReady || _options.Time switch
        {
            TimeModel.Free => true,
            TimeModel.Lag => due - oldestReadySince <= _options.Lag.Ticks,
            _ => false,
        };
    }

    /// <summary>The clock was chosen: time moves to the nearest due time and that one timer fires, as a step of the clock.</summary>
    private void Advance()
    {
        _recorder.Step++;
        Volatile.Write(ref _heartbeat, _heartbeat + 1);
        _recorder.EnterClock();
        var due = _timers.NextDue;
        if (due > _timers.Now)
        {
            var from = _timers.Now;
            _timers.AdvanceTo(due);
            _recorder.On(EventKind.ClockAdvanced, null, from, due);
        }

        SynchronizationContext.SetSynchronizationContext(_clock);
        if (_timers.Queue.TryTakeDue(_timers.Now, out var timer, out var fired))
        {
            try
            {
                timer.Fire(fired);
            }
            catch (Exception e)
            {
                _clock.Escaped(e);
            }
        }
    }
}
