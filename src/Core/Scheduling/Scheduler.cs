using System.Runtime.CompilerServices;
using Lab.Core.Memory;
using Lab.Core.Observing;
using Lab.Core.Time;

namespace Lab.Core.Scheduling;

/// <summary>
/// What both hosts share: the wake, the step, and task accounting. A host supplies threads (or one virtual loop), an <see cref="IDispatch"/> that
/// says where ready tasks go, <see cref="IDecisions"/>, and a clock.
/// </summary>
internal sealed class Scheduler
{
    internal Scheduler(IDispatch dispatch, IDecisions decisions, TimerDriver timers)
    {
        Dispatch = dispatch;
        Decisions = decisions;
        Timers = timers;
        Announces = dispatch.Announces;
        InlineBudget = dispatch.Announces ? 0 : RuntimeTask.InlineBudget;
    }

    internal IDispatch Dispatch { get; }

    internal IDecisions Decisions { get; }

    internal TimerDriver Timers { get; }

    /// <summary>The dispatch's own answer, which never changes.</summary>
    internal bool Announces { get; }

    /// <summary>Operations per step that may complete inline; 0 where every awaited operation is a scheduling point.</summary>
    internal int InlineBudget { get; }

    /// <summary>Lab: of the thread that runs all steps. An operation of a task with a context begins nowhere else: a call from elsewhere is refused.</summary>
    internal GateWatch? Watch { get; set; }

    /// <summary>Something happened that the task must look at. On any thread; never runs user code.</summary>
    internal void WakeTask(RuntimeTask task)
    {
        ReportWake(task);
        if (task.Wake.TryWake(out var isKept) || (isKept && task.TryWakeKept()))
        {
            Dispatch.Enqueue(task, ReadyReason.Woken);
        }
    }

    /// <summary>Tells an observer that the task was woken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void ReportWake(RuntimeTask task)
    {
        if (Instrumentation.IsEnabled)
        {
            if (Instrumentation.Current is { } observer)
            {
                observer.On(EventKind.TaskWoken, task.Node, 0, 0);
            }
            else
            {
                Dispatch.ForeignPost(task);
            }
        }
    }

    /// <summary>Makes a new task runnable for the first time.</summary>
    internal void StartTask(RuntimeTask task)
    {
        if (Announces)
        {
            task.Wake.StartAnnounced();
        }
        else if (!task.Wake.TryStart())
        {
            return;
        }

        Dispatch.Enqueue(task, ReadyReason.Spawned);
    }

    /// <summary>The task was asked to cancel: its entries go to the cancel lane from now on, and one that is queued already moves there.</summary>
    internal void Promote(RuntimeTask task)
    {
        task.IsPromoted = true;

        // Pairs with the exchange of a wake, which its enqueuer does before it reads the mark: one of the two sees the other.
        Fence.Full();
        if (task.Wake.TryPromote(out var isChanging) || (isChanging && !ReferenceEquals(SynchronizationContext.Current, task) && task.TryPromoteChanging()))
        {
            Dispatch.Enqueue(task, ReadyReason.Promoted);
        }
    }

    /// <summary>One step of a task whose entry was claimed (<see cref="QueueEntry.TryBegin"/>): start, or one continuation. True: it has ended the task.</summary>
    internal bool RunStep(RuntimeTask task)
    {
        SynchronizationContext.SetSynchronizationContext(task);
        try
        {
            task.RunOne();
        }
        catch (Exception e)
        {
            task.Escaped(e);
        }

        return EndStep(task);
    }

    /// <summary>Lab: one step of an idle task whose announced operation was chosen.</summary>
    internal void RunAnnouncedStep(RuntimeTask task)
    {
        SynchronizationContext.SetSynchronizationContext(task);
        try
        {
            task.RunAnnounced();
        }
        catch (Exception e)
        {
            task.Escaped(e);
        }

        // The wake state stays idle meanwhile: there is one thread, and a wake that comes during the step enqueues at once.
        if (task.IsBodyDone)
        {
            task.TakeAnnouncedEffect();
            task.Wake.Retire();
            task.Complete();
            return;
        }

        task.AwaitBodyLater();
        if (task.AwaitsAnnounced)
        {
            Dispatch.EnqueueAnnounced(task);
        }
        else
        {
            task.TakeAnnouncedEffect();
        }
    }

    private bool EndStep(RuntimeTask task)
    {
        if (task.IsBodyDone)
        {
            // The word stays Polling for ever: late wakes find a task that never becomes idle again and enqueue nothing.
            task.TakeAnnouncedEffect();
            if (task.Wake.IsKept)
            {
                task.Wake.EndKeeping();
            }

            task.Complete();
            return true;
        }

        if (Instrumentation.IsEnabled)
        {
            task.AwaitBodyLater();
            if (!task.AwaitsAnnounced)
            {
                task.TakeAnnouncedEffect();
            }
        }

        // Read before the state is released: afterwards another worker may be running the task.
        var announced = Instrumentation.IsEnabled && task.HasAnnounced;
        if (task.HasContinuations)
        {
            task.Wake.FinishNotified();
            Dispatch.Enqueue(task, ReadyReason.Requeued);
        }
        else if (!(Announces && Instrumentation.IsEnabled ? task.Wake.TryFinishAnnounced() : task.TryFinish()))
        {
            Dispatch.Enqueue(task, ReadyReason.Requeued);
        }
        else if (announced)
        {
            Dispatch.EnqueueAnnounced(task);
        }

        return false;
    }
}
