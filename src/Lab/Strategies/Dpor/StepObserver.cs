using Lab.Causality;
using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;

namespace Lab.Strategies.Dpor;

/// <summary>
/// Makes of one running step's events what it depends on: the accesses of <see cref="Accesses"/>, and beside them the <see cref="Facet"/>s that no
/// access shows because the step could not have run at all, or would have gone another way.
/// </summary>
internal sealed class StepObserver(FootprintTable footprints, Processes processes, SearchPath path)
{
    private readonly int _time = footprints.NumberOf(EntityId.Clock.Hash);
    private readonly int _ready = footprints.NumberOf(Facet.Ready);
    private readonly int _outside = footprints.NumberOf(Facet.Outside);
    private RuntimeTask? _task;

    private SearchStep? _step;
    private int _outsideSeen;

    /// <summary>Whether steps of tasks and of the clock depend on one another: the time model holds the clock back for a task that is ready.</summary>
    internal bool HoldsClock { get; set; }

    /// <summary>In some step an object of the BCL resumed a task that is not the one which ran.</summary>
    internal bool HasMetTheBcl { get; set; }

    /// <summary>What happens from here on belongs to this step. <paramref name="task"/> is null for the clock.</summary>
    internal void Begin(SearchStep step, RuntimeTask? task)
    {
        step.OutsideBefore = _outsideSeen;
        _step = step;
        _task = task;
        footprints.Clear();
        if (task is null)
        {
            return;
        }

        task.HasLooked = false;
        Layer(task);
        footprints.Add(Of(Recorded(task), Facet.Inbox), task.Wake.IsNotified);
        if (task.PendingTarget is { Shadow: ObjectShadow target })
        {
            Waits(step, target, task);
        }
    }

    /// <summary>The execution goes back to before a step that had seen this many objects from outside.</summary>
    internal void CutTo(SearchStep step)
    {
        _outsideSeen = step.OutsideBefore;
        _step = null;
    }

    internal void Restart() => _outsideSeen = 0;

    internal void OnEvent(EventKind kind, ObjectShadow? target, AccessKind access, long a)
    {
        if (_step is null || target is null)
        {
            return;
        }

        if (access != AccessKind.None)
        {
            footprints.Add(footprints.NumberOf(target.Id.Hash), access == AccessKind.Write);
            if (target.Creator is null && target.Ordinal > _outsideSeen && target is not TaskShadow && target.Id != EntityId.Clock)
            {
                _outsideSeen = target.Ordinal;
                footprints.Add(_outside, isWrite: true);
            }
        }

        switch (kind)
        {
            case EventKind.TaskWoken or EventKind.TaskSpawned:
                Woken((TaskShadow)target);
                break;
            case EventKind.TaskCompleted or EventKind.ScopeClosed or EventKind.ScopeClosing or EventKind.RaceDecided:
                Ended(kind, target, a);
                break;
            case EventKind.CancelRequested or EventKind.CancelStrengthened:
                footprints.Add(Of(target, Facet.Flag), isWrite: true);
                Interrupts(target);
                break;
            case EventKind.TimerSet or EventKind.TimerCanceled or EventKind.TimerFired:
                Timer(kind, target, a);
                break;
            case EventKind.ModelAcquired:
                _step.Acquired = footprints.NumberOf(target.Id.Hash);
                break;
            case EventKind.ModelReleased when a <= 1:
                _step.Released = footprints.NumberOf(target.Id.Hash);
                break;
        }
    }

    /// <summary>The step has ended.</summary>
    internal Footprint End()
    {
        if (_task is { HasLooked: true } task)
        {
            footprints.Add(Of(Recorded(task), Facet.Flag), isWrite: false);
            Layer(task);
        }

        if (HoldsClock)
        {
            footprints.Add(_ready, isWrite: _task is null);
        }

        _step = null;
        return footprints.Take();
    }

    /// <summary>A footprint of before it was known that the clock is held back.</summary>
    internal Footprint WithClock(SearchStep step)
    {
        footprints.Clear();
        footprints.Add(step.Footprint);
        footprints.Add(_ready, isWrite: step.Process == Processes.Clock);
        return footprints.Take();
    }

    /// <summary>What firing a timer touches for certain.</summary>
    internal Footprint Firing(int timer)
    {
        footprints.Clear();
        footprints.Add(_time, isWrite: true);
        footprints.Add(timer, isWrite: true);
        if (HoldsClock)
        {
            footprints.Add(_ready, isWrite: true);
        }

        return footprints.Take();
    }

    /// <summary>What taking a model object touches for certain.</summary>
    internal Footprint Taking(int target)
    {
        footprints.Clear();
        footprints.Add(target, isWrite: true);
        return footprints.Take();
    }

    private void Waits(SearchStep step, ObjectShadow target, RuntimeTask task)
    {
        step.Target = footprints.NumberOf(target.Id.Hash);

        // With several waits the task goes on for any of them: what this one waits for is touched, and is not what lets the task go on.
        var isOnly = !task.HadSeveralWaits;
        if (step.Operation == OperationKind.Close)
        {
            var live = Of(target, Facet.Live);
            footprints.Add(live, isWrite: true);
            step.EnablingObject = isOnly ? live : -1;
        }
        else if (step.Operation == OperationKind.Join)
        {
            var done = Of(target, Facet.Done);
            if (isOnly)
            {
                step.Joined = done;
                step.Flag = Of(Recorded(task), Facet.Flag);
            }

            if (!task.IsPendingCanceled)
            {
                footprints.Add(done, isWrite: false);
                step.EnablingObject = isOnly ? done : -1;
            }
        }
    }

    /// <summary>Cancellation of the scope whose body runs in the task shows in the task.</summary>
    private void Layer(RuntimeTask task)
    {
        if (((Cx)task.Node).Layer is { Shadow: ObjectShadow layer })
        {
            footprints.Add(Of(layer, Facet.Flag), isWrite: false);
        }
    }

    private void Woken(TaskShadow target)
    {
        var task = target.Cx.Task;
        if (target.Id == EntityId.Clock || ReferenceEquals(task, _task))
        {
            return;
        }

        // Also of a timer of its own: that may be the first of two, a limit of WaitAsync or one in a WhenAny, and who comes second leaves no trace.
        HasMetTheBcl |= task.IsPosted;

        if (!task.IsLabEnabled)
        {
            // With several waits at once (branches of a WhenAll or WhenAny) it goes on in the order of the wakes, and the last of them is one of that order.
            var isOnly = !task.HadSeveralWaits;
            if (isOnly && task.PendingOperation == OperationKind.Join)
            {
                // It goes on when the end or its cancellation has come, and which of them it sees is an access.
                return;
            }

            path.Wake(processes.NumberOf(target.Id.Hash));
            if (isOnly && task.PendingOperation == OperationKind.Close)
            {
                // Of the children of a scope the last one wakes, whoever that is.
                return;
            }
        }
        else if (task.Pending(out var pending) is OperationKind.Join or OperationKind.Close && pending is { Shadow: ObjectShadow ended })
        {
            // It has been told of that end already: what comes now (a continuation of the BCL, mostly) comes after it.
            var isClose = task.PendingOperation == OperationKind.Close;
            footprints.Add(Of(ended, isClose ? Facet.Live : Facet.Done), isClose);
        }

        footprints.Add(Of(target, Facet.Inbox), isWrite: true);
    }

    /// <summary>A request that comes after the wake finds no wait to cancel any more; before it, it would have.</summary>
    private void Interrupts(ObjectShadow target)
    {
        if (target is TaskShadow { Cx.Task: { } task } && !ReferenceEquals(task, _task) && task.Wake.IsNotified && (task.HadSeveralWaits || IsInterruptible(task)))
        {
            footprints.Add(Of(target, Facet.Inbox), isWrite: false);
        }
    }

    private static bool IsInterruptible(RuntimeTask task) => !task.IsPendingWithdrawn
        && task.PendingOperation is OperationKind.Delay or OperationKind.Send or OperationKind.Reserve or OperationKind.Receive or OperationKind.Wait
            or OperationKind.Acquire or OperationKind.Lock;

    private void Ended(EventKind kind, ObjectShadow target, long a)
    {
        switch (kind)
        {
            case EventKind.TaskCompleted:
                footprints.Add(Of(target, Facet.Done), isWrite: true);
                Leaves(((TaskShadow)target).Cx.Task.Scope);
                break;
            case EventKind.ScopeClosed:
                var scope = (Scope)target.Target!;
                Leaves(scope.Outer);
                if (scope.Outer is null && scope.Owner is { Shadow: ObjectShadow owner })
                {
                    footprints.Add(Of(owner, Facet.Flag), isWrite: false);
                }

                break;
            case EventKind.ScopeClosing when ((Scope)target.Target!).Owner is { Phase: TaskPhase.Finalizing }:
                // Nobody waits for its children: whoever ends last closes it.
                footprints.Add(Of(target, Facet.Live), isWrite: true);
                break;
            case EventKind.RaceDecided when a == 1:
                footprints.Add(Of(target, Facet.Done), isWrite: true);
                break;
        }
    }

    /// <summary>A child of this scope ended: one less to wait for, and one less to be told of its cancellation.</summary>
    private void Leaves(Scope? scope)
    {
        if (scope is { Shadow: ObjectShadow left })
        {
            // Which of the children was the last is seen where nobody waits for them, and where the owner waits for something else as well.
            footprints.Add(Of(left, Facet.Live), isWrite: scope.IsForgotten || scope.Owner is { Task.HadSeveralWaits: true });
            footprints.Add(Of(left, Facet.Flag), isWrite: false);
        }
    }

    private void Timer(EventKind kind, ObjectShadow target, long due)
    {
        var timer = footprints.NumberOf(target.Id.Hash);
        var step = path.Count - 1;
        if (kind == EventKind.TimerFired && target is { Target: ITimer, Creator: { } owner })
        {
            // It calls back into the BCL (a Task.Delay, a WhenAny), which may take what the owner's steps do there for the first, or for too late, without a wake.
            footprints.Add(Of(owner, Facet.Inbox), isWrite: true);
        }

        if (kind != EventKind.TimerSet)
        {
            path.Timers.Remove(step, timer, fired: kind == EventKind.TimerFired);
            return;
        }

        path.Timers.Set(step, timer, due);
        footprints.Add(_time, isWrite: false);
        if (due != long.MaxValue)
        {
            footprints.Add(footprints.NumberOf(EntityId.Instant(due).Hash), isWrite: true);
        }
    }

    private int Of(ObjectShadow target, ulong facet) => footprints.NumberOf(target.Id.Hash ^ facet);

    private static TaskShadow Recorded(RuntimeTask task) => (TaskShadow)task.Node.Shadow!;
}
