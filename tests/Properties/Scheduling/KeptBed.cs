using Lab.Core.Scheduling;
using Lab.Core.Time;

namespace Lab.Properties.Scheduling;

/// <summary>Workers that keep tasks, and nobody's thread: which worker's it is for now is <see cref="Here"/>. Steps are picked and run by hand.</summary>
internal sealed class KeptBed : IDispatch
{
    private readonly PickBed.QueuedVictims _decisions = new([]);
    private readonly Injector _injector = new();

    internal KeptBed()
    {
        Scheduler = new Scheduler(this, _decisions, new TimerDriver(TimeProvider.System));
        Workers = Worker.CreateAll(2, _injector);
        Array.ForEach(Workers, worker => worker.Keeps = true);
        Here = Workers[0];
    }

    public bool Announces => false;

    internal Scheduler Scheduler { get; }

    internal Worker[] Workers { get; }

    /// <summary>Whose thread this is for now; null: a stranger's.</summary>
    internal Worker? Here { get; set; }

    /// <summary>The entries that were made, but for those of kept tasks.</summary>
    internal List<ReadyReason> Entries { get; } = [];

    /// <summary>Called when a wake is told, which is after what it brings was put into its place.</summary>
    internal Action? Woken { get; set; }

    public bool IsHere(Worker worker) => ReferenceEquals(worker, Here);

    public void EnqueueKept(Worker worker, RuntimeTask task) => worker.PushSlot(task);

    public void Enqueue(RuntimeTask task, ReadyReason reason)
    {
        Entries.Add(reason);
        Put(task, reason);
    }

    /// <summary>Makes an entry, and says so to nobody.</summary>
    internal void Put(RuntimeTask task, ReadyReason reason)
    {
        if (_injector.TryPushToOwnLane(task))
        {
            return;
        }

        if (Here is null)
        {
            _injector.PushReady(new QueueEntry(task));
        }
        else if (reason == ReadyReason.Woken)
        {
            Here.PushSlot(task);
        }
        else
        {
            Here.Push(task);
        }
    }

    public void ForeignPost(RuntimeTask task) => Woken?.Invoke();

    public void EnqueueAnnounced(RuntimeTask task) => throw new NotSupportedException();

    public void TimersChanged()
    {
    }

    public void ForeignCall(RuntimeTask task)
    {
    }

    public int BlockingWait(RuntimeTask task, IntPtr[] handles, bool waitAll, int millisecondsTimeout) => throw new NotSupportedException();

    /// <summary>A task that has had its first step, and waits.</summary>
    internal ScriptedTask Task(Action<ScriptedTask> step)
    {
        var task = new ScriptedTask(Scheduler, "t", step);
        Scheduler.StartTask(task);
        Run(1);
        Entries.Clear();
        return task;
    }

    /// <summary>A task that worker 0 keeps, and that waits.</summary>
    internal ScriptedTask Kept(Action<ScriptedTask>? step = null)
    {
        var task = Task(step ?? (static _ => { }));
        WakeAndRun(task, Keeping.FirstPatience);
        Entries.Clear();
        return task;
    }

    /// <summary>A kept task in the slot of worker 0.</summary>
    internal ScriptedTask Ready(Action<ScriptedTask>? step = null)
    {
        var task = Kept(step);
        task.Resume();
        return task;
    }

    internal void WakeAndRun(ScriptedTask task, int times)
    {
        for (var i = 0; i < times; i++)
        {
            task.Resume();
            Run(1);
        }
    }

    /// <summary>Lets the worker take and run its next steps; how many there were.</summary>
    internal int Run(int most = int.MaxValue, int worker = 0)
    {
        var steps = 0;
        var here = Here;
        Here = Workers[worker];
        while (steps < most && Here.TryNext(_decisions, now: 0, out var task))
        {
            Scheduler.RunStep(task);
            SynchronizationContext.SetSynchronizationContext(null);
            steps++;
        }

        Here = here;
        return steps;
    }

    /// <summary>Takes the worker's next step without running it.</summary>
    internal RuntimeTask? Take(int worker = 0) => Workers[worker].TryNext(_decisions, now: 0, out var task) ? task : null;

    /// <summary>Runs a step that was taken.</summary>
    internal void RunTaken(RuntimeTask task)
    {
        Scheduler.RunStep(task);
        SynchronizationContext.SetSynchronizationContext(null);
    }

    internal void Promote(RuntimeTask task) => Scheduler.Promote(task);

    /// <summary>Something that would run is in the lane of those that are asked to cancel.</summary>
    internal bool HasLiveInItsLane => _injector.Cancel.HasLive();

    /// <summary>What is done on a thread that is no worker's.</summary>
    internal void AsStranger(Action action)
    {
        var here = Here;
        Here = null;
        action();
        Here = here;
    }
}
