using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Sharing;
using Lab.Strategies;

namespace Lab.Execution;

/// <summary>Any enabled task may be next (design D2). Single-threaded; what foreign threads bring goes through a mailbox and is an escape.</summary>
internal sealed class ExploredDispatch(LabTimers timers, ForeignPosts foreign, LabDecisions decisions, ChoicePoint point, Recorder recorder) : IDispatch, IDecisions
{
    private readonly Queue<RuntimeTask> _starting = [];

    internal ChoicePoint Point { get; } = point;

    /// <summary>Set per execution.</summary>
    internal StartMode Start { get; set; }

    public bool Announces => true;

    public bool AwaitsCall(string file, int line) => AwaitedCalls.At(file, line);

    public void Enqueue(RuntimeTask task, ReadyReason reason)
    {
        if (!foreign.IsHome)
        {
            // Kept apart: an escape, and it is noted.
        }
        else if (task.Epoch != foreign.Epoch)
        {
            foreign.Revived(task);
        }
        else if (reason == ReadyReason.Spawned && Start == StartMode.Eager)
        {
            _starting.Enqueue(task);
        }
        else
        {
            Ready(task);
        }
    }

    public void EnqueueAnnounced(RuntimeTask task)
    {
        if (task.IsYielding && !task.Wake.IsNotified)
        {
            Ready(task, OperationKind.Yield, null);
        }
        else if (task.Announced is ModelRequest { MayWait: true } request)
        {
            EnqueueModel(task, request);
        }
        else if (task.Wake.IsNotified)
        {
            Ready(task);
        }
        else
        {
            // Whoever posts to a task wakes it: nothing was posted, and what it announced is next.
            var operation = task.PendingAnnounced(out var target);
            Ready(task, operation, target);
        }
    }

    public void TimersChanged()
    {
    }

    public void ForeignPost(RuntimeTask task) => foreign.Note(task);

    public void ForeignCall(RuntimeTask task) => foreign.Refuse(task);

    public int BlockingWait(RuntimeTask task, IntPtr[] handles, bool waitAll, int millisecondsTimeout) =>
        foreign.BlockingWait(task, handles, waitAll, millisecondsTimeout);

    public ulong Draw(ulong bound) => decisions.Draw(bound);

    public int Victim(int count) => decisions.PickVictim(count);

    /// <summary>Some task must start before the next decision.</summary>
    internal bool HasStarting => _starting.Count != 0;

    /// <summary>A task that must start before the next decision, in order of spawning.</summary>
    internal RuntimeTask TakeStarting() => _starting.Dequeue();

    /// <summary>Again whenever its object changes, and when its task is asked to cancel: enabled only while it could complete.</summary>
    private void EnqueueModel(RuntimeTask task, ModelRequest request)
    {
        if (!foreign.IsHome || task.Epoch != foreign.Epoch)
        {
            // Of an execution that has ended, or told by a thread of its own, which is an escape already.
            return;
        }

        request.On.Pend(request);
        if (request.IsEnabled)
        {
            Ready(task);
        }
        else
        {
            Point.Disable(task, request.Operation, recorder.ShadowOf(request.On).Id.Hash);
        }
    }

    private void Ready(RuntimeTask task)
    {
        var operation = task.Pending(out var target);
        Ready(task, operation, target);
    }

    private void Ready(RuntimeTask task, OperationKind operation, TracedObject? target) =>
        Point.Add(task, timers.Now, operation, target is null ? 0 : recorder.ShadowOf(target).Id.Hash);

    /// <summary>For the next execution. <paramref name="forgetTasks"/>: the records of the one before are dead.</summary>
    internal void Clear(bool forgetTasks)
    {
        _starting.Clear();
        Point.Clear(forgetTasks);
    }
}
