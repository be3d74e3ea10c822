namespace Lab.Core.Scheduling;

/// <summary>
/// Virtual workers: the native queues, lanes and bounds without threads. Whoever pumps it decides which worker steps; the scheduler's
/// <see cref="IDecisions"/> say whom it steals from. Tasks made ready inside a step go where that worker would put them natively, all others to the
/// injector. With one worker, or with a pump that answers as threads would, the order is the native one.
/// </summary>
internal class VirtualDispatch : IDispatch
{
    /// <summary>The worker whose step runs on this thread, so that a foreign thread's wake in the middle of a step is told from the step's own.</summary>
    [ThreadStatic]
    private static Worker? t_stepping;

    [ThreadStatic]
    private static VirtualDispatch? t_dispatch;

    private readonly Injector _injector = new();
    private readonly Worker[] _workers;

    internal VirtualDispatch(int workers)
    {
        _workers = Worker.CreateAll(workers, _injector);
    }

    internal int Workers => _workers.Length;

    /// <summary>The worker whose step runs on this thread; -1 outside of steps. The pump may set it around work that a worker does between steps.</summary>
    internal int CurrentWorker
    {
        get => Stepping?.Index ?? -1;
        set
        {
            t_dispatch = this;
            t_stepping = value < 0 ? null : _workers[value];
        }
    }

    /// <summary>Set once, before the first task: the scheduler is made over its dispatch.</summary>
    internal Scheduler? Scheduler { get; set; }

    public bool Announces => false;

    private Worker? Stepping => ReferenceEquals(t_dispatch, this) ? t_stepping : null;

    /// <summary>Whether the worker has a task to run: its own, an injected one, or one that it can steal.</summary>
    internal bool CanStep(int worker) => _workers[worker].CanStep();

    /// <summary>What a worker's next choice has before it, for whoever checks the bounds: its slot's task, and what waits where.</summary>
    internal RuntimeTask? SlotOf(int worker) => _workers[worker].LiveSlot;

    internal bool IsSlotJoined(int worker) => _workers[worker].IsSlotJoined;

    internal bool HasTimed() => _injector.Timed.NearestLive() != long.MaxValue;

    internal bool HasReady(int worker) => _workers[worker].HasReady();

    internal bool HasQueued(int worker) => _workers[worker].HasQueued();

    /// <summary>Lets one worker choose its next task, and runs that task's step. False: there is nothing for it.</summary>
    internal bool TryStep(int worker)
    {
        var task = TryNext(worker);
        if (task is null)
        {
            return false;
        }

        var before = CurrentWorker;
        CurrentWorker = worker;
        try
        {
            Scheduler!.RunStep(task);
        }
        finally
        {
            CurrentWorker = before;
        }

        return true;
    }

    /// <summary>Lets one worker choose its next task, claimed for a step that the caller runs (inside <see cref="CurrentWorker"/>); null: none.</summary>
    internal RuntimeTask? TryNext(int worker) => TryNext(worker, Scheduler!.Timers.Now);

    /// <inheritdoc cref="TryNext(int)"/>
    /// <param name="now">The time, where the caller knows it.</param>
    internal RuntimeTask? TryNext(int worker, long now) => _workers[worker].TryNext(Scheduler!.Decisions, now, out var task) ? task : null;

    public virtual void Enqueue(RuntimeTask task, ReadyReason reason)
    {
        if (_injector.TryPushToOwnLane(task))
        {
            return;
        }

        if (Stepping is not { } worker)
        {
            _injector.PushReady(new QueueEntry(task));
        }
        else if (reason == ReadyReason.Woken)
        {
            worker.PushSlot(task);
        }
        else if (reason == ReadyReason.Spawned)
        {
            worker.PushSpawned(task);
        }
        else
        {
            worker.Push(task);
        }
    }

    public JoinedStep RunJoined(RuntimeTask joiner, RuntimeTask joined, int sequence)
    {
        Stepping?.TryPutNext(joiner, joined, sequence, out _);
        return JoinedStep.NotRun;
    }

    public void EnqueueAnnounced(RuntimeTask task) =>
        throw new InvalidOperationException("[lab bug] an operation was announced to virtual workers, which do not announce");

    public virtual void TimersChanged()
    {
    }

    public virtual void ForeignPost(RuntimeTask task)
    {
    }

    public virtual void ForeignCall(RuntimeTask task)
    {
    }

    public virtual int BlockingWait(RuntimeTask task, IntPtr[] handles, bool waitAll, int millisecondsTimeout) =>
        RuntimeTask.Block(handles, waitAll, millisecondsTimeout);

    /// <summary>Drops every entry and every streak, for another execution.</summary>
    internal virtual void Reset()
    {
        _injector.Clear();
        foreach (var worker in _workers)
        {
            worker.Reset();
        }
    }
}
