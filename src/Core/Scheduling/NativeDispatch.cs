using System.Runtime.InteropServices;
using Lab.Core.Memory;
using Lab.Core.Time;

namespace Lab.Core.Scheduling;

/// <summary>
/// The native host: threads, their queues, and who is woken for what. A task made ready by a worker stays with that worker (a woken one in its slot,
/// others at the end of its queue), one from outside goes to the injector, one that must cancel or has a deadline to the lane of its own. An idle
/// worker is woken whenever there is something that another could do; a task that is alone in the slot of its waker is the waker's next step, and
/// others take it only if that step does not come.
/// </summary>
internal sealed class NativeDispatch : IRuntimeDispatch
{
    /// <summary>How long <see cref="Stop"/> waits for steps in progress if nothing else is said.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly Injector _injector = new();
    private readonly NativeWorker[] _natives;
    private readonly SpareRecords.Store _spares = new();
    private readonly Gate _foreignGate = new();
    private Xorshift _foreignChance;
    /// <summary>Written once, by whoever stopped the workers; read by each of them when it ends.</summary>
    private AtomicReference<Action<RuntimeTask>> _abandon;

    private AtomicInt32 _stopping;
    private Scheduler? _scheduler;

    /// <summary>Makes the host; no thread yet. A <paramref name="seed"/> of zero is replaced by one from the operating system.</summary>
    internal NativeDispatch(int workers, ulong seed, TimerDriver timers)
    {
        seed = Xorshift.SeedOr(seed);
        Timers = timers;
        Idle = new IdleWorkers(workers);
        Workers = Worker.CreateAll(workers, _injector);
        _foreignChance = new Xorshift(seed, workers);
        _natives = new NativeWorker[workers];
        for (var i = 0; i < workers; i++)
        {
            // Elsewhere a process-wide fence may be made of something that is none, where the system forbids the real one.
            Workers[i].Keeps = RuntimeInformation.ProcessArchitecture == Architecture.X64;
            _natives[i] = new NativeWorker(this, Workers[i], new SpareRecords(_spares), workers, seed);
        }
    }

    internal Worker[] Workers { get; }

    internal IdleWorkers Idle { get; }

    internal TimerDriver Timers { get; }

    internal Scheduler Scheduler => _scheduler!;

    /// <summary>How often a worker has gone to sleep so far; for measurements.</summary>
    internal long Sleeps
    {
        get
        {
            var sleeps = 0L;
            foreach (var worker in _natives)
            {
                sleeps += worker.Sleeps;
            }

            return sleeps;
        }
    }

    internal bool IsStopping => _stopping.Read() != 0;

    /// <summary>The time for the timed lane; the clock is read only if that has entries.</summary>
    internal long NowForLanes => _injector.Timed.IsEmpty ? 0 : Timers.Now;

    /// <summary>
    /// The last look of a worker that has announced its sleep. Slots are not in it: their owners come to them. Nor are queues, in a calm: their owners get on,
    /// and a watcher looks after them, if there is one.
    /// </summary>
    internal bool HasSomethingToDo
    {
        get
        {
            var leavesQueues = Idle.IsCalm && Idle.Watched == Watch.TimersAndSlots;
            return IsStopping || (leavesQueues ? HasInjected : HasWork) || IsTimerDue;
        }
    }

    /// <summary>Between the announcement of a sleep and the last look: what workers have put into their queues without a fence is seen in that look.</summary>
    internal void FenceWorkers()
    {
        // A lone worker puts everything there itself, and what comes from outside comes with a fence.
        if (Workers.Length > 1)
        {
            Fence.EveryThread();
        }
    }

    public bool Announces => false;

    /// <summary>Something is in the injector, for whoever comes first.</summary>
    internal bool HasInjected => !_injector.IsEmpty;

    /// <inheritdoc cref="Injector.IsForAnybody"/>
    internal bool HasForAnybody => _injector.IsForAnybody;

    /// <summary>Something is in the injector or in a worker's queue.</summary>
    internal bool HasWork
    {
        get
        {
            if (!_injector.IsEmpty)
            {
                return true;
            }

            foreach (var worker in Workers)
            {
                if (!worker.Queue.IsEmpty)
                {
                    return true;
                }
            }

            return false;
        }
    }

    private bool IsAnySlotFull
    {
        get
        {
            foreach (var worker in Workers)
            {
                if (worker.HasSlot)
                {
                    return true;
                }
            }

            return false;
        }
    }

    private bool IsTimerDue
    {
        get
        {
            // Asked for even while another thread fires: what was set and not counted yet is counted before anybody sleeps towards what is known.
            var due = Timers.NextDue;
            return due != TimerQueue.Never && !Timers.IsFiring && due <= Timers.Now;
        }
    }

    /// <summary>Starts the threads. Once.</summary>
    public void Start(Scheduler scheduler)
    {
        _scheduler = scheduler;
        Timers.NextDueMoved = TimersChanged;
        Timers.HasArrived = SeeThatOthersWatch;
        foreach (var worker in _natives)
        {
            worker.Start();
        }
    }

    /// <summary>
    /// Workers end after their current step; what is queued stays there. True: all have ended. False: a step took longer than
    /// <paramref name="patience"/> (5 s of real time unless given); its thread is a background thread and ends after that step.
    /// </summary>
    public bool Stop(TimeSpan? patience = null)
    {
        _stopping.Exchange(1);
        foreach (var worker in _natives)
        {
            worker.Unpark();
        }

        Timers.StopAlarm();
#pragma warning disable RS0030 // Real time is the point: threads are waited for here, not tasks, and a test clock would wait for ever.
        var end = Environment.TickCount64 + (long)(patience ?? s_patience).TotalMilliseconds;
        var all = true;
        foreach (var worker in _natives)
        {
            all &= worker.Join(TimeSpan.FromMilliseconds(Math.Max(end - Environment.TickCount64, 0)));
        }
#pragma warning restore RS0030

        return all;
    }

    public void AbandonQueued(Action<RuntimeTask> abandon) => _abandon.Write(abandon);

    /// <summary>What becomes of tasks that are queued when a worker ends; null: nothing yet, whoever stopped the workers finds them.</summary>
    internal Action<RuntimeTask>? AbandonLate => _abandon.Read();

    public void Enqueue(RuntimeTask task, ReadyReason reason)
    {
        var worker = Here?.Worker;
        if (_injector.TryPushToOwnLane(task))
        {
            NotifyWork();
        }
        else if (worker is null)
        {
            _injector.PushReady(new QueueEntry(task));
            NotifyWork();
        }
        else if (reason == ReadyReason.Woken || (reason == ReadyReason.Requeued && worker.HasInterrupted(task)))
        {
            PushWoken(worker, task);
        }
        else if (reason == ReadyReason.Spawned)
        {
            worker.PushSpawned(task);
            NotifyLocalWork(worker);
        }
        else
        {
            worker.Push(task);

            // A task requeued at the end of its step is what this worker takes next, unless it has more, or is in the middle of another step.
            if (reason != ReadyReason.Requeued || worker.HasSlot || worker.Queue.Count > 1 || worker.IsInterrupted)
            {
                NotifyLocalWork(worker);
            }
        }
    }

    public JoinedStep RunJoined(RuntimeTask joiner, RuntimeTask joined, int sequence) => Here?.RunJoined(joiner, joined, sequence) ?? JoinedStep.NotRun;

    public bool IsHere(Worker worker) => NativeWorker.Current is { } current && ReferenceEquals(current.Worker, worker);

    public void EnqueueKept(Worker worker, RuntimeTask task) => PushWoken(worker, task);

    public RuntimeTask? RentSpare() => Here?.Spares.Rent();

    public void ReturnSpare(RuntimeTask task) => Here?.Spares.Return(task);

    /// <summary>The worker of this host whose thread this is.</summary>
    private NativeWorker? Here => NativeWorker.Current is { } current && ReferenceEquals(current.Dispatch, this) ? current : null;

    /// <summary>The last searcher found work: if there is more, or timers that nobody watches, another one must search.</summary>
    internal void EndSearching()
    {
        if (!Idle.EndSearching() || !Idle.IsAnyAsleep)
        {
            return;
        }

        var watched = Idle.Watched;
        if (watched != Watch.TimersAndSlots)
        {
            // Whoever fills its slot, sets a timer or, in a calm, pushes does that without a fence and then looks whether somebody watches. It may have seen
            // the watcher that has risen since, which was this searcher or one before it: then what it has stored is seen below.
            FenceWorkers();
        }

        var lacksWatcher = (watched == Watch.Nothing && Timers.HostKeepsTime && Timers.HasTimers)
            || (watched != Watch.TimersAndSlots && (IsAnySlotFull || Timers.HasArrivals));
        if (lacksWatcher || HasWork)
        {
            WakeOne();
        }
    }

    public void TimersChanged()
    {
        // Pairs with the sleeper's announcement: the due time is out before we count sleepers, and a sleeper reads it after it was counted.
        Fence.Full();
        if (Idle.TryWakeWatcher(out var worker))
        {
            _natives[worker].Unpark();
        }
    }

    public void EnqueueAnnounced(RuntimeTask task) =>
        throw new InvalidOperationException("[lab bug] an operation was announced to the native dispatch");

    public void ForeignPost(RuntimeTask task)
    {
        // Foreign threads are ordinary company here: their posts enter through the injector.
    }

    public void ForeignCall(RuntimeTask task)
    {
    }

    public int BlockingWait(RuntimeTask task, IntPtr[] handles, bool waitAll, int millisecondsTimeout) =>
        RuntimeTask.Block(handles, waitAll, millisecondsTimeout);

    public ulong Draw(ulong bound)
    {
        if (Here is { } current)
        {
            return current.Chance.Next(bound);
        }

        using (_foreignGate.Enter())
        {
            return _foreignChance.Next(bound);
        }
    }

    public int Victim(int count) => (int)Draw((ulong)count);

    public bool IsWorthStealing(Worker victim) => NativeWorker.Current!.IsWorthStealing(victim);

    public void HasStolen(Worker victim, int count, bool haveBegun) => NativeWorker.Current!.HasStolen(victim, count, haveBegun);

    private void PushWoken(Worker worker, RuntimeTask task) => NotifySlot(worker, worker.PushSlot(task));

    /// <summary>A worker has filled its slot, and maybe displaced what was there to its queue.</summary>
    internal void NotifySlot(Worker worker, bool displaced)
    {
        if (displaced)
        {
            NotifyLocalWork(worker);
        }
        else
        {
            SeeThatOthersWatch();
        }
    }

    /// <summary>
    /// This worker keeps something that others take over if its step is a long one: a task in its slot, a timer that nobody has counted yet. For that case a
    /// sleeper watches, every few milliseconds.
    /// </summary>
    private void SeeThatOthersWatch()
    {
        if (Idle.IsAnyAsleep && Idle.Watched != Watch.TimersAndSlots)
        {
            WakeWatcherSlow();
        }
    }

    private void WakeWatcherSlow()
    {
        // Pairs with the end of a search: the slot is full before we count searchers. One that we count watches slots when it sleeps, or looks at them when
        // it has found work and was the last.
        Fence.Full();
        if (Idle.Searching == 0 && Idle.TryWakeWatcher(out var watcher))
        {
            _natives[watcher].Unpark();
        }
    }

    /// <summary>
    /// A worker has more than it can do next. While nobody sleeps that costs one load: no fence, because whoever goes to sleep fences every thread between
    /// its announcement and its last look. In a calm (<see cref="IdleWorkers.IsCalm"/>) a few entries wake nobody: see that somebody watches.
    /// </summary>
    internal void NotifyLocalWork(Worker worker)
    {
        if (!Idle.IsAnyAsleep)
        {
            return;
        }

        if (Idle.IsCalm && worker.Queue.Count < OwnerPace.Lasting)
        {
            SeeThatOthersWatch();
        }
        else
        {
            NotifyWork();
        }
    }

    private void NotifyWork()
    {
        // Pairs with the sleeper's announcement: the entry is out before we count sleepers and searchers.
        Fence.Full();
        WakeOne();
    }

    private void WakeOne()
    {
        if (Idle.TryWakeOne(out var worker))
        {
            _natives[worker].Unpark();
        }
    }
}
