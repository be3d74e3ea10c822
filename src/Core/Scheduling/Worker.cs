using System.Diagnostics.CodeAnalysis;
using Lab.Core.Memory;

namespace Lab.Core.Scheduling;

/// <summary>
/// One worker's choice of the next task; the same for native threads and virtual workers. Lanes: cancel, then timed when due, then ready (the LIFO
/// slot, the local queue, the injector, other workers' queues), then timed before it is due. Three bounds keep a busy lane from starving the rest:
/// cancel and timed streaks of 16, a slot streak of 3, and a look at the injector first every 61st step. A streak is counted when its lane had to be
/// used for want of anything else, too; only a step of a lower lane ends it. Stale entries are dropped and change nothing.
/// </summary>
internal sealed class Worker
{
    internal const int LongestCancelStreak = 16;
    internal const int LongestTimedStreak = 16;
    internal const int LongestSlotStreak = 3;

    /// <summary>Steps from one look at the injector to the next.</summary>
    internal const int InjectorInterval = 61;

    private readonly Injector _injector;

    /// <summary>All workers by index, this one included.</summary>
    private readonly Worker[] _workers;

    /// <summary>
    /// The task woken last; the sequence of its entry is in the task (<see cref="RuntimeTask.SlotSequence"/>, written before the store that publishes it).
    /// The owner fills and empties it with plain stores; others only empty it, by an exchange. So the owner and another may both find the same task
    /// here, or in the queue where the owner put what it displaced: one of them claims it, for the other it is stale.
    /// </summary>
    private AtomicReference<RuntimeTask> _slot;

    private AtomicInt64 _steps;
    private int _cancelStreak;
    private int _timedStreak;
    private int _slotStreak;

    /// <summary>The step at which the next look is due (or later, when a higher lane takes that step).</summary>
    private long _nextLook = InjectorInterval;
    private bool _looksAtTimedFirst;

    internal Worker(int index, Worker[] workers, Injector injector)
    {
        Index = index;
        _workers = workers;
        _injector = injector;
    }

    internal int Index { get; }

    /// <summary>Ready tasks in order; others may steal from it.</summary>
    internal LocalQueue Queue { get; } = new();

    internal bool HasSlot => _slot.Read() is not null;

    /// <summary>Steps begun; others read it to see whether this worker gets on.</summary>
    internal long Steps => _steps.Read();

    /// <summary>Makes workers that know each other.</summary>
    internal static Worker[] CreateAll(int count, Injector injector)
    {
        var workers = new Worker[count];
        for (var i = 0; i < count; i++)
        {
            workers[i] = new Worker(i, workers, injector);
        }

        return workers;
    }

    /// <summary>Puts a woken task into the slot; what was there goes to the end of the queue. True: something did. Owner only.</summary>
    internal bool PushSlot(RuntimeTask task)
    {
        task.SlotSequence = task.Wake.Sequence;
        var displaced = _slot.Read();
        _slot.Write(task);
        if (displaced is null)
        {
            return false;
        }

        Displace(displaced);
        return true;
    }

    private void Displace(RuntimeTask displaced)
    {
        Queue.Push(new QueueEntry(displaced, displaced.SlotSequence), _injector);
    }

    /// <summary>Puts a task at the end of the queue. Owner only.</summary>
    internal void Push(RuntimeTask task) => Queue.Push(new QueueEntry(task), _injector);

    /// <summary>Chooses and claims the next task; false when there is nothing for this worker anywhere. Owner only.</summary>
    internal bool TryNext(IDecisions decisions, long now, [NotNullWhen(true)] out RuntimeTask? task)
    {
        if (!TryPick(decisions, now, out task))
        {
            return false;
        }

        _steps.Write(_steps.Read() + 1);
        return true;
    }

    /// <summary>
    /// Claims <paramref name="task"/> if it is what the owner would choose next, were its present step over: nothing is in the slot or in another lane, and
    /// the task is the oldest of the queue. Owner only.
    /// </summary>
    internal bool TryNextIs(RuntimeTask task)
    {
        if (_injector.HasOwnLanes || _slot.Read() is not null || _steps.Read() + 1 >= _nextLook || !Queue.TryPopIf(task, out var entry) || !entry.TryBegin())
        {
            return false;
        }

        _steps.Write(_steps.Read() + 1);
        EndStreaks();
        return true;
    }

    /// <summary>
    /// A step that another one of the same worker interrupted goes on: as if its task had been woken into the slot by that other step, and had been chosen
    /// from there. What is in the slot is displaced, and the slot's turn is counted. True: something was. Owner only.
    /// </summary>
    internal bool ResumeInterrupted()
    {
        _steps.Write(_steps.Read() + 1);
        _slotStreak++;
        if (_slot.Read() is not { } displaced)
        {
            return false;
        }

        _slot.Write(null);
        Displace(displaced);
        return true;
    }

    /// <summary>Takes the slot's task for a step of the caller; not the owner, which is stuck in a step (or was a moment ago).</summary>
    internal bool TryTakeSlot([NotNullWhen(true)] out RuntimeTask? task)
    {
        task = _slot.Read() is null ? null : _slot.Exchange(null);
        return task is not null && task.Wake.TryBegin(task.SlotSequence);
    }

    /// <summary>Whether <see cref="TryNext"/> would find something; only for virtual workers, where nothing changes meanwhile.</summary>
    internal bool CanStep() => LiveSlot is not null || HasStealable() || _injector.HasLive();

    /// <summary>The slot's task, if its entry would run; only for virtual workers.</summary>
    internal RuntimeTask? LiveSlot => _slot.Read() is { } slot && slot.Wake.IsQueuedAs(slot.SlotSequence) ? slot : null;

    /// <summary>Whether this worker has a ready task in its queue or the injector, before it looks at slot and victims; only for virtual workers.</summary>
    internal bool HasQueued() => Queue.HasLive() || _injector.Ready.HasLive();

    /// <summary>Whether this worker could get a ready task from anywhere; only for virtual workers.</summary>
    internal bool HasReady() => LiveSlot is not null || HasStealable() || _injector.Ready.HasLive();

    private bool HasStealable()
    {
        foreach (var worker in _workers)
        {
            if (worker.Queue.HasLive())
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>As newly made, and empty.</summary>
    internal void Reset()
    {
        _slot.Write(null);
        while (Queue.TryPop(out _))
        {
        }

        _steps.Write(0);
        _cancelStreak = _timedStreak = _slotStreak = 0;
        _nextLook = InjectorInterval;
        _looksAtTimedFirst = false;
    }

    private bool TryPick(IDecisions decisions, long now, [NotNullWhen(true)] out RuntimeTask? task) =>
        _injector.HasOwnLanes
            ? TryPickByLane(decisions, now, out task)
            : TryReady(decisions, out task) || TryTimed(long.MaxValue, out task) || TryCancel(out task);

    private bool TryPickByLane(IDecisions decisions, long now, [NotNullWhen(true)] out RuntimeTask? task) =>
        (_cancelStreak < LongestCancelStreak && TryCancel(out task))
        || (_timedStreak < LongestTimedStreak && TryTimed(now, out task))
        || TryReady(decisions, out task)
        || TryTimed(long.MaxValue, out task)
        || TryCancel(out task);

    private bool TryCancel([NotNullWhen(true)] out RuntimeTask? task)
    {
        while (_injector.Cancel.TryPop(out var entry))
        {
            if (TryClaim(entry, out task))
            {
                _cancelStreak++;
                return true;
            }
        }

        task = null;
        return false;
    }

    private bool TryTimed(long limit, [NotNullWhen(true)] out RuntimeTask? task)
    {
        while (_injector.Timed.TryPop(limit, out var entry))
        {
            if (TryClaim(entry, out task))
            {
                _cancelStreak = 0;
                _timedStreak++;
                return true;
            }
        }

        task = null;
        return false;
    }

    private bool TryReady(IDecisions decisions, [NotNullWhen(true)] out RuntimeTask? task)
    {
        if (_steps.Read() + 1 >= _nextLook && TryLook(out task))
        {
            return true;
        }

        var isSlotTurn = _slotStreak < LongestSlotStreak;
        return (isSlotTurn && TrySlot(out task))
            || TryLocal(out task)
            || TryInjected(out task)
            || (!isSlotTurn && TrySlot(out task))
            || TrySteal(decisions, out task);
    }

    /// <summary>The 61st step's look: injected and not yet due tasks, each lane first every other time. It is no way around the timed bound.</summary>
    private bool TryLook([NotNullWhen(true)] out RuntimeTask? task)
    {
        _nextLook = _steps.Read() + 1 + InjectorInterval;
        var timedFirst = _looksAtTimedFirst;
        _looksAtTimedFirst = !timedFirst;
        if (_timedStreak >= LongestTimedStreak)
        {
            return TryInjectedOne(out task);
        }

        return timedFirst
            ? TryTimed(long.MaxValue, out task) || TryInjectedOne(out task)
            : TryInjectedOne(out task) || TryTimed(long.MaxValue, out task);
    }

    private bool TrySlot([NotNullWhen(true)] out RuntimeTask? task)
    {
        task = _slot.Read();
        if (task is null)
        {
            return false;
        }

        _slot.Write(null);
        if (!task.Wake.TryBegin(task.SlotSequence))
        {
            task = null;
            return false;
        }

        _cancelStreak = _timedStreak = 0;
        _slotStreak++;
        return true;
    }

    private bool TryLocal([NotNullWhen(true)] out RuntimeTask? task)
    {
        while (Queue.TryPop(out var entry))
        {
            if (TryClaim(entry, out task))
            {
                EndStreaks();
                return true;
            }
        }

        task = null;
        return false;
    }

    private bool TryInjectedOne([NotNullWhen(true)] out RuntimeTask? task)
    {
        while (_injector.Ready.TryPop(out var entry))
        {
            if (TryClaim(entry, out task))
            {
                EndStreaks();
                return true;
            }
        }

        task = null;
        return false;
    }

    private bool TryInjected([NotNullWhen(true)] out RuntimeTask? task)
    {
        while (_injector.Ready.TryPopBatch(Queue, _workers.Length, out var entry))
        {
            if (TryClaim(entry, out task))
            {
                EndStreaks();
                return true;
            }

            if (TryLocal(out task))
            {
                return true;
            }
        }

        task = null;
        return false;
    }

    /// <summary>The fuller of two others chosen by chance, then the rest in order. Nobody is asked when there is nothing to steal.</summary>
    private bool TrySteal(IDecisions decisions, [NotNullWhen(true)] out RuntimeTask? task)
    {
        var others = _workers.Length - 1;
        for (var first = FirstVictim(decisions, others); first >= 0; first = FirstVictim(decisions, others))
        {
            var stolen = 0;
            for (var i = 0; i < others && stolen == 0; i++)
            {
                var victim = Other((first + i) % others);
                stolen = HasLoot(decisions, victim) ? victim.Queue.StealInto(Queue) : 0;
            }

            if (stolen == 0)
            {
                break;
            }

            if (TryLocal(out task))
            {
                return true;
            }
        }

        task = null;
        return false;
    }

    private int FirstVictim(IDecisions decisions, int others)
    {
        var any = false;
        for (var i = 0; i < others && !any; i++)
        {
            any = HasLoot(decisions, Other(i));
        }

        if (!any)
        {
            return -1;
        }

        if (others == 1)
        {
            return 0;
        }

        var (one, two) = (decisions.Victim(others), decisions.Victim(others));
        return Other(two).Queue.Count > Other(one).Queue.Count ? two : one;
    }

    private static bool HasLoot(IDecisions decisions, Worker victim) => !victim.Queue.IsEmpty && decisions.IsWorthStealing(victim);

    private Worker Other(int position) => _workers[position < Index ? position : position + 1];

    private void EndStreaks() => _cancelStreak = _timedStreak = _slotStreak = 0;

    private static bool TryClaim(in QueueEntry entry, [NotNullWhen(true)] out RuntimeTask? task)
    {
        task = entry.TryBegin() ? entry.Task : null;
        return task is not null;
    }
}
