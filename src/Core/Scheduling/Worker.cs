using System.Diagnostics.CodeAnalysis;
using Lab.Core.Memory;

namespace Lab.Core.Scheduling;

/// <summary>
/// One worker's choice of the next task; the same for native threads and virtual workers. Lanes: cancel, then timed when due, then ready (the LIFO
/// slot, the local queue, the injector, other workers' queues), then timed before it is due. Bounds keep a busy lane from starving the rest:
/// cancel and timed streaks of 16, a slot streak of 3, and a look at the injector first every 61st step. A streak is counted when its lane had to be
/// used for want of anything else, too; only a step of a lower lane ends it. Stale entries are dropped and change nothing.
/// <para>Joins. A step that joins a task which is ready and has not begun makes that one the worker's next: it goes into the slot, and when it ends in its
/// first step, its joiner goes on from there. So a tree of tasks is walked in depth, and what is alive at once is a path of it. In the queue's order it
/// would be the whole frontier: the newest are joined first. These steps have a streak of their own, which is long, since each turn that it leaves to the
/// oldest of the queue opens another branch; it ends as well when nothing but the slot is ready.</para>
/// </summary>
internal sealed partial class Worker
{
    internal const int LongestCancelStreak = 16;
    internal const int LongestTimedStreak = 16;
    internal const int LongestSlotStreak = 3;

    /// <summary>Steps in a row that joins may take, of tasks that they begin and of joiners that go on.</summary>
    internal const int LongestJoinStreak = 1024;

    /// <summary>Steps from one look at the injector to the next.</summary>
    internal const int InjectorInterval = 61;

    private readonly Injector _injector;

    /// <summary>All workers by index, this one included.</summary>
    private readonly Worker[] _workers;

    /// <summary>
    /// The task woken last. The owner fills and empties it with plain stores; others only empty it, by an exchange. So the owner and another may both find
    /// the same task here, or in the queue where the owner put what it displaced: one of them claims it, for the other it is stale.
    /// </summary>
    private AtomicReference<RuntimeTask> _slot;

    /// <summary>
    /// The sequence of the slot's entry; the owner's alone. It is not in the task: two workers whose tasks join the same one may both put it into their slots,
    /// and then one entry is dead.
    /// </summary>
    private int _slotSequence;

    private AtomicInt64 _steps;
    private int _cancelStreak;
    private int _timedStreak;
    private int _slotStreak;
    private int _joinStreak;

    /// <summary>What is in the slot was put there by a join: the task that it begins, or the joiner that goes on.</summary>
    private bool _isSlotJoined;

    /// <summary>
    /// Who joined the task whose step runs now, and goes on if it ends before anything else but joins has had a step; null if nobody. Once such a task
    /// joins another, it is in <see cref="StepRecord.Joiner"/> until it goes on itself.
    /// </summary>
    private RuntimeTask? _joiner;

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

    /// <summary>It keeps tasks: it has a thread of its own.</summary>
    internal bool Keeps { get; set; }

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
        _isSlotJoined = ReferenceEquals(task, _joiner);
        return Place(task);
    }

    /// <summary>
    /// The running step of <paramref name="joiner"/> is about to wait for <paramref name="joined"/>, which is in the ready lane under an entry with this
    /// sequence: it goes into the slot, and the entry is dead. False: it has left that entry. Owner only.
    /// </summary>
    /// <param name="joiner">Who joins.</param>
    /// <param name="joined">Its first step has not begun.</param>
    /// <param name="sequence">Of its entry, whosever queue that is in.</param>
    /// <param name="displaced">Something was in the slot, and went to the end of the queue.</param>
    internal bool TryPutNext(RuntimeTask joiner, RuntimeTask joined, int sequence, out bool displaced)
    {
        displaced = false;
        if (!joined.Wake.TryPromote(sequence))
        {
            return false;
        }

        Queue.DropDead(joined);
        if (_injector.TryPushToOwnLane(joined))
        {
            // Asked to cancel in this moment: who asks has marked it, and found the old entry or will find this one.
            return true;
        }

        joiner.Joiner = _joiner;
        joined.Joiner = joiner;
        _isSlotJoined = true;
        displaced = Place(joined);
        return true;
    }

    /// <summary>
    /// <see cref="TryPutNext"/>, and the worker's next choice, which would be that task, in one: it is claimed. False: something else would go before it,
    /// or it has left its entry. Owner only.
    /// </summary>
    internal bool TryBeginJoined(RuntimeTask joiner, RuntimeTask joined, int sequence, out bool displaced)
    {
        displaced = false;
        if (!IsSlotNext() || !joined.Wake.TryBegin(sequence))
        {
            return false;
        }

        Queue.DropDead(joined);
        if (!ReferenceEquals(joiner.Joiner, _joiner))
        {
            joiner.Joiner = _joiner;
        }

        _joiner = joiner;
        displaced = TakeTurnOfJoin();
        return true;
    }

    /// <summary>The step that <see cref="TryBeginJoined"/> began is over, and the one that it interrupted goes on, be it only to wait. Owner only.</summary>
    internal void EndJoined(RuntimeTask joiner) => _joiner = joiner.Joiner;

    /// <summary>
    /// A step that <see cref="TryBeginJoined"/> interrupted goes on, if it would be the worker's next now that the joined task has woken it into the slot.
    /// False: something else goes before it. Its joiner is to end its step and be requeued, which puts it into the slot. Owner only.
    /// </summary>
    internal bool TryResumeJoiner(RuntimeTask joiner, out bool displaced)
    {
        if (IsSlotNext())
        {
            displaced = TakeTurnOfJoin();
            return true;
        }

        displaced = false;
        _joiner = joiner;
        return false;
    }

    /// <summary>A step is under way that a nested one interrupted. Owner only.</summary>
    internal bool IsInterrupted => _joiner is not null;

    /// <summary>Its step gave way to something that goes before it, in the middle of a join: it comes back into the slot.</summary>
    internal bool HasInterrupted(RuntimeTask task) => ReferenceEquals(task, _joiner);

    /// <summary>Whether what a join puts into the slot now would be chosen before everything else.</summary>
    private bool IsSlotNext() =>
        _joinStreak < LongestJoinStreak && !_injector.HasOwnLanes && (_steps.Read() + 1 < _nextLook || TryPassLook());

    /// <summary>One step more of the streak of joins. True: something was displaced from the slot.</summary>
    private bool TakeTurnOfJoin()
    {
        _steps.Write(_steps.Read() + 1);
        _cancelStreak = _timedStreak = 0;
        _joinStreak++;
        if (_slot.Read() is not { } displaced)
        {
            return false;
        }

        _slot.Write(null);
        Displace(displaced, _slotSequence);
        return true;
    }

    private bool Place(RuntimeTask task)
    {
        var (displaced, sequence) = (_slot.Read(), _slotSequence);
        _slotSequence = task.Wake.Sequence;
        _slot.Write(task);
        if (displaced is null)
        {
            return false;
        }

        Displace(displaced, sequence);
        return true;
    }

    private void Displace(RuntimeTask displaced, int sequence)
    {
        if (displaced.Wake.IsKeptAs(sequence) && !displaced.TryQueueKept(this, sequence, out sequence))
        {
            return;
        }

        Queue.Push(new QueueEntry(displaced, sequence), _injector);
    }

    /// <summary>Puts a task at the end of the queue. Owner only.</summary>
    internal void Push(RuntimeTask task) => Queue.Push(new QueueEntry(task), _injector);

    /// <summary>Puts a task that one of this worker's has spawned at the end of the queue. Owner only.</summary>
    internal void PushSpawned(RuntimeTask task) => Queue.PushNewest(task, _injector);

    /// <summary>Chooses and claims the next task; false when there is nothing for this worker anywhere. Owner only.</summary>
    internal bool TryNext(IDecisions decisions, long now, [NotNullWhen(true)] out RuntimeTask? task)
    {
        _joiner = null;
        if (!TryPick(decisions, now, out task))
        {
            return false;
        }

        _steps.Write(_steps.Read() + 1);
        return true;
    }

    /// <summary>Takes the slot's task for a step of the caller; not the owner, which is stuck in a step (or was a moment ago).</summary>
    internal bool TryTakeSlot([NotNullWhen(true)] out RuntimeTask? task)
    {
        // Under which entry it was there only the owner knows. Any live one will do: if there is none, whoever changed that has the task, or an entry of it.
        task = _slot.Read() is null ? null : _slot.Exchange(null);
        return task is not null && (task.Wake.IsQueued(out var sequence) ? task.Wake.TryBegin(sequence) : task.TryStealKept());
    }

    /// <summary>Whether <see cref="TryNext"/> would find something; only for virtual workers, where nothing changes meanwhile.</summary>
    internal bool CanStep() => LiveSlot is not null || HasStealable() || _injector.HasLive();

    /// <summary>The slot's task, if its entry would run; only for virtual workers.</summary>
    internal RuntimeTask? LiveSlot => _slot.Read() is { } slot && slot.Wake.IsQueuedAs(_slotSequence) ? slot : null;

    /// <summary>Whether the slot's task is there because of a join; only for virtual workers.</summary>
    internal bool IsSlotJoined => _isSlotJoined;

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
        EndStreaks();
        _isSlotJoined = false;
        _joiner = null;
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

        var isSlotTurn = _isSlotJoined ? _joinStreak < LongestJoinStreak : _slotStreak < LongestSlotStreak;
        if (!isSlotTurn && Queue.IsEmpty && _injector.Ready.IsEmpty)
        {
            // Nobody is there for whose sake the streak ends: what comes below, made short.
            return TrySlotAlone(out task) || TrySteal(decisions, out task);
        }

        return (isSlotTurn && TrySlot(out task))
            || TryLocal(out task)
            || TryInjected(decisions, out task)
            || (!isSlotTurn && TrySlotAlone(out task))
            || TrySteal(decisions, out task);
    }

    /// <summary>The 61st step's look: injected and not yet due tasks, each lane first every other time. It is no way around the timed bound.</summary>
    private bool TryLook([NotNullWhen(true)] out RuntimeTask? task)
    {
        var timedFirst = CountLook();
        if (_timedStreak >= LongestTimedStreak)
        {
            return TryInjectedOne(out task);
        }

        return timedFirst
            ? TryTimed(long.MaxValue, out task) || TryInjectedOne(out task)
            : TryInjectedOne(out task) || TryTimed(long.MaxValue, out task);
    }

    /// <summary>A look that is due finds nothing for certain, and is done.</summary>
    private bool TryPassLook()
    {
        if (!_injector.IsEmpty)
        {
            return false;
        }

        CountLook();
        return true;
    }

    private bool CountLook()
    {
        _nextLook = _steps.Read() + 1 + InjectorInterval;
        var timedFirst = _looksAtTimedFirst;
        _looksAtTimedFirst = !timedFirst;
        return timedFirst;
    }

    /// <summary>Nothing else is ready here: nobody waits for the end of a streak of joins.</summary>
    private bool TrySlotAlone([NotNullWhen(true)] out RuntimeTask? task)
    {
        if (_isSlotJoined)
        {
            _joinStreak = 0;
        }

        return TrySlot(out task);
    }

    private bool TrySlot([NotNullWhen(true)] out RuntimeTask? task)
    {
        task = _slot.Read();
        if (task is null)
        {
            return false;
        }

        _slot.Write(null);
        if (!TryClaimSlot(task))
        {
            task = null;
            return false;
        }

        _cancelStreak = _timedStreak = 0;
        if (_isSlotJoined)
        {
            CountJoin(task);
        }
        else
        {
            _slotStreak++;
        }

        return true;
    }

    private bool TryClaimSlot(RuntimeTask task)
    {
        if (task.Wake.IsKeptAs(_slotSequence))
        {
            return task.TryBeginKept(this, _slotSequence);
        }

        if (!task.Wake.TryBegin(_slotSequence))
        {
            return false;
        }

        if (Keeps)
        {
            task.CountSlotStep(this);
        }

        return true;
    }

    private void CountJoin(RuntimeTask task)
    {
        _joinStreak++;
        (_joiner, task.Joiner) = (task.Joiner, null);
        task.ResumesFromJoin = task.HasBegun;
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

    private void EndStreaks() => _cancelStreak = _timedStreak = _slotStreak = _joinStreak = 0;

    private static bool TryClaim(in QueueEntry entry, [NotNullWhen(true)] out RuntimeTask? task)
    {
        task = entry.TryBegin() ? entry.Task : null;
        return task is not null;
    }
}
