using Lab.Core.Memory;
using Lab.Core.Time;

namespace Lab.Core.Scheduling;

/// <summary>
/// One thread of the native host: step after step; when there is none, search for a moment, then sleep until woken or until the nearest timer.
/// Due timers fire first after a timed sleep, at every search, and every 61st step.
/// </summary>
internal sealed class NativeWorker
{
    private const int TimerInterval = 61;

    /// <summary>Rounds of searching before the worker announces its sleep.</summary>
    private const int SearchRounds = 4;

    /// <summary>From a search's first look at the others' pace to the second, in rounds of spinning: some 2 microseconds, more than a short step takes.</summary>
    private const int FirstWatchRounds = 3;

    /// <summary>The longest time between two looks, some 18 microseconds; it doubles from one to the next while there is work that is left to its owner.</summary>
    private const int LongestWatchRounds = 24;

    /// <summary>
    /// Rounds of the only one that searches: some tens of microseconds. A sleep costs the sleeper a fence in every thread, its waker a call of the system, and
    /// whatever wakes it the time until it is awake; where work comes every few microseconds that would be most of the work.
    /// </summary>
    private const int LoneSearchRounds = 100;

    /// <summary>So often a searcher lets another thread have the processor, if one wants it.</summary>
    private const int RoundsToYield = 8;

    /// <summary>How often the watcher looks for tasks that busy workers keep in their slots.</summary>
    private const long SlotWatchTicks = 2 * TimeSpan.TicksPerMillisecond;

    /// <summary>Or, if it does not sleep because it waits for the owners of queues, after so many looks at their pace; about 2 ms.</summary>
    private const int LooksPerSlotWatch = 128;

    /// <summary>While another thread is firing timers, what is due already is looked at again after this.</summary>
    private const long FiringTicks = TimeSpan.TicksPerMillisecond;

    /// <summary>Steps in one another at most: what a chain of joins needs of the stack. One that goes deeper suspends its joiners, in the same order.</summary>
    private const int DeepestNesting = 64;

    [ThreadStatic]
    private static NativeWorker? t_current;

    private readonly NativeDispatch _dispatch;
    private readonly Parker _parker = new();
    private readonly WorkerThread _thread;

    /// <summary>Per worker: its step count when its slot was last seen full; -1 otherwise. Equal twice: it is stuck in a step.</summary>
    private readonly long[] _stepsSeen;

    private readonly OwnerPace _pace;

    /// <summary>Timers that it has set and nobody has counted yet: it looks every 61st step, and before it sleeps.</summary>
    private readonly TimerArrivals? _arrivals;

    private AtomicInt64 _sleeps;
    private int _sinceTimers;
    private int _nesting;
    private StackRoom _stack;
    private bool _isSearching;

    /// <summary>Nobody woke it when it slept last, and it has found nothing to do since.</summary>
    private bool _roseByItself;

    internal NativeWorker(NativeDispatch dispatch, Worker worker, SpareRecords spares, int workers, ulong seed)
    {
        _dispatch = dispatch;
        Spares = spares;
        Worker = worker;
        Chance = new Xorshift(seed, worker.Index);
        _pace = new OwnerPace(dispatch.Workers);
        _arrivals = dispatch.Timers.CreateArrivals();
        _stepsSeen = new long[workers];
        Array.Fill(_stepsSeen, -1);
        _thread = new WorkerThread($"lab worker {worker.Index}", Run);
    }

    /// <summary>The worker whose thread this is; null on foreign threads.</summary>
    internal static NativeWorker? Current => t_current;

    internal Worker Worker { get; }

    /// <summary>How often it has gone to sleep so far.</summary>
    internal long Sleeps => _sleeps.Read();

    internal NativeDispatch Dispatch => _dispatch;

    /// <summary>Used on its thread only.</summary>
    internal SpareRecords Spares { get; }

    /// <summary>Its own generator; used on its thread only.</summary>
    internal Xorshift Chance;

    internal void Start() => _thread.Start();

    internal void Unpark() => _parker.Unpark();

    /// <summary>Waits until the thread has ended; at once on itself, which ends after its step.</summary>
    internal bool Join(TimeSpan patience) => _thread.IsCurrent || _thread.Join(patience);

    private void Run()
    {
        t_current = this;
        TimerArrivals.OfThisThread = _arrivals;
        while (!_dispatch.IsStopping)
        {
            if (!RunSteps())
            {
                SearchOrSleep();
            }
        }

        if (_dispatch.AbandonLate is { } abandon)
        {
            AbandonQueued(abandon);
        }

        t_current = null;
    }

    /// <summary>Its last step took so long that nobody waited for it: what that has made ready runs nowhere.</summary>
    private void AbandonQueued(Action<RuntimeTask> abandon)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        while (Worker.TryNext(_dispatch, long.MaxValue, out var task))
        {
            abandon(task);
        }
    }

    /// <summary>Steps up to the next look at the timers; false when there was none to run. Not part of the loop that never returns: the compiler optimises what is called often.</summary>
    private bool RunSteps()
    {
        for (var i = 0; i < TimerInterval; i++)
        {
            if (!TryStep())
            {
                return i > 0;
            }
        }

        return true;
    }

    /// <inheritdoc cref="OwnerPace.IsWorthStealing"/>
    internal bool IsWorthStealing(Worker victim)
    {
        var now = WorkerThread.Nanoseconds;
        _pace.RunsOut(Worker.Steps, now);
        if (!_pace.IsWorthStealing(victim, now))
        {
            return false;
        }

        _dispatch.Idle.SetCalm(false);
        return true;
    }

    /// <inheritdoc cref="OwnerPace.HasStolen"/>
    internal void HasStolen(Worker victim, int count, bool haveBegun) =>
        _pace.HasStolen(victim, count, haveBegun, Worker.Steps, WorkerThread.Nanoseconds);

    private bool TryStep()
    {
        FireTimersInTurn();
        if (_dispatch.IsStopping || !Worker.TryNext(_dispatch, _dispatch.NowForLanes, out var task))
        {
            return false;
        }

        RunStep(task);
        return true;
    }

    private void RunStep(RuntimeTask task)
    {
        if (_isSearching)
        {
            _isSearching = false;
            _roseByItself = false;
            _pace.Forget();
            _dispatch.EndSearching();
        }

        _dispatch.Scheduler.RunStep(task);
    }

    /// <inheritdoc cref="IDispatch.RunJoined"/>
    internal JoinedStep RunJoined(RuntimeTask joiner, RuntimeTask joined, int sequence)
    {
        if (_dispatch.IsStopping)
        {
            return JoinedStep.NotRun;
        }

        if (FireTimersInTurn())
        {
            SynchronizationContext.SetSynchronizationContext(joiner);
        }

        if (_nesting >= DeepestNesting || !_stack.IsEnough || !Worker.TryBeginJoined(joiner, joined, sequence, out var displaced))
        {
            if (Worker.TryPutNext(joiner, joined, sequence, out displaced))
            {
                _dispatch.NotifySlot(Worker, displaced);
            }

            return JoinedStep.NotRun;
        }

        if (displaced)
        {
            _dispatch.NotifyLocalWork(Worker);
        }

        _nesting++;
        var hasEnded = _dispatch.Scheduler.RunStep(joined);
        _nesting--;
        Worker.EndJoined(joiner);
        SynchronizationContext.SetSynchronizationContext(joiner);
        if (!hasEnded)
        {
            return JoinedStep.Begun;
        }

        if (!Worker.TryResumeJoiner(joiner, out displaced))
        {
            return JoinedStep.EndedOutOfTurn;
        }

        if (displaced)
        {
            _dispatch.NotifyLocalWork(Worker);
        }

        return JoinedStep.Ended;
    }

    /// <summary>Between two steps: every 61st time, fires what is due. True: it was that time.</summary>
    private bool FireTimersInTurn()
    {
        if (++_sinceTimers < TimerInterval)
        {
            return false;
        }

        FireTimers();
        return true;
    }

    private void FireTimers()
    {
        _sinceTimers = 0;

        // Callbacks belong to no task, whatever ran here last.
        SynchronizationContext.SetSynchronizationContext(null);
        _dispatch.Timers.FireDue();
    }

    private void SearchOrSleep()
    {
        if (!_isSearching)
        {
            _isSearching = true;
            if (_pace.HasLoot)
            {
                _pace.RunsOut(Worker.Steps, WorkerThread.Nanoseconds);
            }

            _dispatch.Idle.BeginSearching();
        }

        FireTimers();
        var watch = 0;
        var looks = 0;

        // Who woke by the clock has no sign of work to come: it looks as a watcher does, and sleeps on.
        var loneRounds = _roseByItself ? 0 : LoneSearchRounds;
        for (var i = 0; i < SearchRounds || (watch == 0 && i < loneRounds && _dispatch.Idle.Searching == 1); i++)
        {
            if (_dispatch.IsStopping || TryStep())
            {
                return;
            }

            if (_dispatch.HasWork)
            {
                // Left to its owner for now. More will follow, and to wake us for it would cost the owner more than to do it.
                watch = watch == 0 ? FirstWatchRounds : Math.Min(2 * watch, LongestWatchRounds);
                i = 0;
            }

            if (watch != 0)
            {
                WatchOwners(watch);
                if (++looks % LooksPerSlotWatch == 0 && TryRunStuckTask())
                {
                    return;
                }
            }
            else
            {
                WorkerThread.SpinBriefly();
                if (i % RoundsToYield == RoundsToYield - 1)
                {
                    WorkerThread.LetOthersRun();
                }
            }
        }

        if (watch != 0)
        {
            _dispatch.Idle.SetCalm(true);
        }

        Sleep();
    }

    /// <summary>Sees how fast the others get on, and meanwhile stays away from the words they work on.</summary>
    private void WatchOwners(int rounds)
    {
        _pace.Look(WorkerThread.Nanoseconds);
        for (var i = 0; i < rounds && !_dispatch.IsStopping && !_dispatch.HasForAnybody; i++)
        {
            WorkerThread.SpinBriefly();
        }

        _pace.Look(WorkerThread.Nanoseconds);
    }

    private void Sleep()
    {
        _sleeps.Write(_sleeps.Read() + 1);
        var watch = _dispatch.Idle.Sleep(Worker.Index);
        _isSearching = false;

        // Entering the gate above is a full fence: what was published with one before a waker counted sleepers without us is seen here. Workers publish
        // without one.
        _dispatch.FenceWorkers();
        var stays = _dispatch.HasSomethingToDo;
        var woken = !stays && _parker.Park(LongestSleep(watch));
        if (!woken && !_dispatch.Idle.TryRise(Worker.Index))
        {
            // A waker chose us in this moment. Its permit must not stay for the next sleep.
            _parker.Park(Parker.Forever);
            woken = true;
        }

        _isSearching = true;
        _roseByItself = !stays && !woken;
        _pace.Forget();
        if (!woken && watch != Watch.Nothing)
        {
            FireTimers();
            if (watch == Watch.TimersAndSlots)
            {
                TryRunStuckTask();
            }
        }
    }

    private long LongestSleep(Watch watch)
    {
        if (watch == Watch.Nothing)
        {
            return Parker.Forever;
        }

        var timers = _dispatch.Timers;
        var longest = watch == Watch.TimersAndSlots ? SlotWatchTicks : Parker.Forever;
        var due = timers.HostKeepsTime ? timers.NextDue : Parker.Forever;
        if (due == Parker.Forever)
        {
            return longest;
        }

        var left = Math.Max(due - timers.Now, timers.IsFiring ? FiringTicks : 0);
        return Math.Min(left, longest);
    }

    /// <summary>Runs a task that has been in the slot of a worker through one whole watch without that worker beginning a step.</summary>
    private bool TryRunStuckTask()
    {
        foreach (var other in _dispatch.Workers)
        {
            ref var seen = ref _stepsSeen[other.Index];
            var steps = other.Steps;
            var isStuck = other.HasSlot && seen == steps;
            seen = other.HasSlot ? steps : -1;
            if (isStuck && other.TryTakeSlot(out var task))
            {
                RunStep(task);
                return true;
            }
        }

        return false;
    }
}
