using Lab.Causality;
using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;
using Lab.Oracles;
using Lab.Strategies;

namespace Lab.Execution;

// One step: of a task, of a virtual worker, or of the clock.
internal sealed partial class LabEngine
{
    // The longest that a ready task was held back while the clock moved: who, and for how long. For reports.
    private TaskShadow? _held;
    private long _longestHold;

    /// <summary>Of the execution so far; until the next one begins.</summary>
    internal Lag Lag { get; private set; }

    /// <summary>What <see cref="Lag"/> would be if the clock took the next step.</summary>
    internal Lag LagOfAdvance
    {
        get
        {
            var ready = _virtual is null ? _explored.Point.TaskCount : _virtual.IsBusy ? 1 : 0;
            var due = _timers.NextDue;
            return ready == 0 || due <= _timers.Now ? Lag : Lag.With(due - _timers.Now, ready, due - OldestReadySince <= _options.Lag.Ticks);
        }
    }

    /// <summary>Since when the ready task that has been held back longest has been ready; the greatest value if none is.</summary>
    private long OldestReadySince => _virtual is null ? _explored.Point.OldestReadySince : _virtual.IsBusy ? _virtual.BusySince : long.MaxValue;

    private bool StepExplored()
    {
        if (_explored.HasStarting)
        {
            var starting = _explored.TakeStarting();
            BeginStep(starting);
            Step(starting);
            return true;
        }

        var point = _explored.Point;
        if (point.HasTimer || _timers.NextDue != long.MaxValue)
        {
            LookAtClock(point);
        }

        var count = point.Count;
        if (count == 0)
        {
            return false;
        }

        point.Step = _recorder.Step;
        var index = _decisions.Choose(point, count);
        if (_recorder.IsRecording && point.WouldPreempt(index))
        {
            _recorder.On(EventKind.TaskPreempted, null, (long)point.Current!.PendingOperation, 0);
        }

        if (index == point.TaskCount)
        {
            _decisions.KeepClock(count);
            point.TakeClock();
            Advance();
            return true;
        }

        ref readonly var taken = ref point.Take(index, out var slot);
        _decisions.KeepTask(count, slot, in taken);
        var task = taken.Task;
        if (count > Foresight.WorthWhile)
        {
            _foresight.Look(_decisions.Strategy);
        }

        _recorder.Step++;
        _recorder.EnterChosen();
        Step(task);
        return true;
    }

    /// <summary>A timer stands, or did: whether the clock is an alternative, by the time model.</summary>
    private void LookAtClock(ChoicePoint point)
    {
        point.HasTimer = _timers.NextDue != long.MaxValue;
        point.HasClock = point.HasTimer && MayAdvance(point.TaskCount != 0, point.OldestReadySince);
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
        if (Dispatch(worker) is { } task)
        {
            BeginStep(task);
            _scheduler.RunStep(task);
        }

        _virtual.CurrentWorker = -1;
        return true;
    }

    /// <summary>The worker's own choice, checked against the bounds of its lanes.</summary>
    private RuntimeTask? Dispatch(int worker)
    {
        var fairness = _oracles.Fairness;
        var isAtBound = fairness.IsAtBound(worker);
        var slot = _virtual!.SlotOf(worker);
        var slotLane = _virtual.IsSlotJoined(worker) ? Lane.Joined : Lane.Slot;
        if (_virtual.TryNext(worker) is not { } task)
        {
            return null;
        }

        var lane = task.IsPromoted ? Lane.Cancel : task.Deadline != long.MaxValue ? Lane.Timed : ReferenceEquals(task, slot) ? slotLane : Lane.Ready;
        fairness.Dispatched(
            worker,
            lane,
            timedWaits: isAtBound && _virtual.HasTimed(),
            readyWaits: isAtBound && _virtual.HasReady(worker),
            queuedWaits: isAtBound && _virtual.HasQueued(worker));
        return task;
    }

    private void Step(RuntimeTask task)
    {
        if (task.HadSeveralWaits)
        {
            _recorder.GoesOnWith(task);
        }

        if (task.Wake.IsNotified)
        {
            task.Wake.BeginAnnounced();
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
            TimeModel.Lag => due - oldestReadySince <= Duration.TicksOf(_options.Lag),
            _ => false,
        };
    }

    /// <summary>The clock was chosen: time moves to the nearest due time and that one timer fires, as a step of the clock.</summary>
    private void Advance()
    {
        _recorder.Step++;
        _recorder.EnterClock();
        var due = _timers.NextDue;
        if (due > _timers.Now)
        {
            var from = _timers.Now;
            Hold(due);
            _timers.AdvanceTo(due);
            _recorder.Advanced(from, due, _recorder.IsRecording ? HeldBack(due) : null);
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

    /// <summary>The clock moves to <paramref name="due"/> although somebody could run; at most one task needs to be looked at.</summary>
    private void Hold(long due)
    {
        Lag = LagOfAdvance;
        var held = due - OldestReadySince;
        if (held > _longestHold)
        {
            var point = _explored.Point;
            _longestHold = held;
            _held = _virtual is null ? Recorder.ShadowOf(point[point.OldestIndex].Task) : null;
        }
    }

    private string HoldText() =>
        $"{(_held is { } task ? TaskText.Of(task) : "some task")} was ready for {Milliseconds(_longestHold)} while the clock moved; could a machine be that slow?";

    /// <summary>Who could have run and how long they have been able to; for the trace.</summary>
    private string? HeldBack(long due)
    {
        if (_virtual is not null)
        {
            return _virtual.IsBusy ? $"some task was ready for {Milliseconds(due - _virtual.BusySince)}" : null;
        }

        var ready = new List<Alternative>();
        for (var i = 0; i < _explored.Point.TaskCount; i++)
        {
            ready.Add(_explored.Point[i]);
        }

        ready.Sort(static (a, b) => a.ReadySequence.CompareTo(b.ReadySequence));
        var texts = ready.ConvertAll(task => $"{TaskText.Of(Recorder.ShadowOf(task.Task))} was ready for {Milliseconds(due - task.ReadySince)}");

        return texts.Count == 0 ? null : string.Join(", ", texts);
    }

    private static string Milliseconds(long ticks) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(decimal)ticks / TimeSpan.TicksPerMillisecond:0.####} ms");
}
