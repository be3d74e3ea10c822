using System.Runtime.CompilerServices;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Strategies;

/// <summary>
/// One scheduling point: which pending operation proceeds. Alternatives 0 .. <see cref="TaskCount"/>-1 are the enabled tasks, in an order that only
/// the schedule so far determines; the last one is <c>clock</c> if <see cref="HasClock"/>. One instance per lab, refilled in place.
/// </summary>
/// <remarks>
/// Every task has one entry (<see cref="StepRecord.LabSlot"/>) for the whole execution, and the order is an array of their numbers: enabling and
/// choosing move numbers only, and touch no task but the one concerned, so that a point costs the same with ten tasks and with ten thousand.
/// </remarks>
internal sealed class ChoicePoint
{
    private const int NoSlot = -1;
    private const int Nowhere = -1;

    /// <summary>Tasks that an execution can have: decisions are kept with the number of an entry in 24 bits.</summary>
    private const int MaxSlots = 1 << 24;

    /// <summary>One entry for each task that has been enabled in this execution, in the order of the first time.</summary>
    private Alternative[] _slots = new Alternative[16];

    /// <summary>The enabled tasks: numbers of entries. Each task knows its place here (<see cref="StepRecord.LabPlace"/>).</summary>
    private int[] _order = new int[16];
    private int _slotsUsed;
    private int _current = NoSlot;

    /// <summary>Tasks whose announced operation cannot proceed now: numbers of entries.</summary>
    private int[] _disabled = new int[16];

    // Who became ready when, oldest first; entries of tasks that are not enabled any more are stale and dropped lazily.
    private readonly AgeRing _ages = new();
    private long _sequence;

    /// <summary>Enabled tasks.</summary>
    internal int TaskCount { get; private set; }

    /// <summary>Tasks whose announced operation cannot proceed: a lock of a mutex that is held. For those who reason about who blocks whom.</summary>
    internal int DisabledCount { get; private set; }

    /// <summary>Whether moving the clock is an alternative here.</summary>
    internal bool HasClock { get; set; }

    /// <summary>Whether a timer stands; without one there is no clock either.</summary>
    internal bool HasTimer { get; set; }

    /// <summary>Whether a timer stands and the time model does not let the clock move now, since some task is ready.</summary>
    internal bool IsClockHeld => HasTimer && !HasClock;

    /// <summary>How long a ready task may be held back while the clock moves, in ticks of virtual time; below 0: not at all.</summary>
    internal long Slack { get; set; }

    /// <summary>The task that ran the previous step, null after a step of the clock; it may not be enabled (<see cref="CurrentIndex"/>).</summary>
    internal RuntimeTask? Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _current == NoSlot ? null : _slots[_current].Task;
    }

    /// <summary>Steps that the clock has taken.</summary>
    internal long ClockSteps { get; set; }

    /// <summary>Steps taken before this point.</summary>
    internal long Step { get; set; }

    /// <summary>Decisions taken before this point.</summary>
    internal int DecisionIndex { get; set; }

    internal int Count => TaskCount + (HasClock ? 1 : 0);

    internal int ClockIndex => HasClock ? TaskCount : -1;

    /// <summary>The alternative that continues the task that ran last; -1 when that task cannot go on.</summary>
    internal int CurrentIndex => _current == NoSlot ? Nowhere : IndexOf(_slots[_current].Task);

    /// <summary>
    /// What the non-pre-emptive default does: go on, else the task that has been ready longest, else the clock. A yield gives way: to the task that has
    /// been ready longest, and when nobody else is ready to the clock, so that a loop that polls and yields sees what it polls for.
    /// </summary>
    internal int DefaultIndex
    {
        get
        {
            var current = CurrentIndex;
            if (current >= 0 && this[current].Operation != OperationKind.Yield)
            {
                return current;
            }

            return OldestIndex is >= 0 and var oldest && (oldest != current || !HasClock) ? oldest : ClockIndex;
        }
    }

    /// <summary>Since when the task that has been ready longest has been ready.</summary>
    internal long OldestReadySince => OldestIndex is >= 0 and var oldest ? this[oldest].ReadySince : long.MaxValue;

    /// <summary>The enabled task that has been ready longest; -1 if none is enabled.</summary>
    internal int OldestIndex
    {
        get
        {
            if (!_ages.IsKept)
            {
                _ages.Start(Entries);
            }

            var slot = _ages.Oldest(_slots);
            return slot < 0 ? Nowhere : _slots[slot].Task.LabPlace;
        }
    }

    internal ref readonly Alternative this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _slots[_order[index]];
    }

    /// <summary>The number of an alternative's entry, which stays the same for the whole execution.</summary>
    internal int SlotOf(int index) => _order[index];

    /// <summary>The canonical id of the task with the entry.</summary>
    internal ulong IdOf(int slot) => _slots[slot].Id;

    /// <summary>The task's index among the alternatives; -1 while it is not enabled.</summary>
    internal int IndexOf(RuntimeTask task) => task.IsLabEnabled ? task.LabPlace : Nowhere;

    /// <summary>One of the tasks that cannot proceed, and the operation it would do; in an order that only the schedule so far determines.</summary>
    internal ref readonly Alternative Disabled(int index) => ref _slots[_disabled[index]];

    /// <summary>True when choosing this alternative would switch away from a task that could have continued.</summary>
    internal bool WouldPreempt(int index) =>
        CurrentIndex is var current && current >= 0 && current != index && this[current].Operation != OperationKind.Yield;

    /// <summary>The task may be chosen from now on; if it could already, what it would do next may have changed.</summary>
    internal void Add(RuntimeTask task, long now, OperationKind operation, ulong target)
    {
        var slot = task.LabSlot;
        if (slot < 0)
        {
            slot = AddSlot(task);
        }

        if (task.IsLabEnabled)
        {
            Alternative.Announce(task, operation, target);
            return;
        }

        if (task.IsLabDisabled)
        {
            RemoveDisabled(task);
        }

        var place = TaskCount;
        task.IsLabEnabled = true;
        task.LabPlace = place;
        Alternative.Enable(task, operation, target, now, ++_sequence);
        _order[place] = slot;
        TaskCount = place + 1;
        if (_ages.IsKept)
        {
            _ages.Add(slot, _slots, TaskCount);
        }
    }

    /// <summary>Takes the chosen one out: it is the one that runs. Its entry, which says until the task is enabled again what it was chosen for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref readonly Alternative Take(int index, out int slot)
    {
        slot = _order[index];
        TakeOut(index);
        _current = slot;
        ref readonly var entry = ref _slots[slot];
        entry.Task.IsLabEnabled = false;
        return ref entry;
    }

    /// <summary>The clock is the one that runs.</summary>
    internal void TakeClock()
    {
        _current = NoSlot;
        ClockSteps++;
    }

    /// <summary>The enabled tasks: numbers of entries. For the memory that will be needed.</summary>
    internal ReadOnlySpan<int> Order => _order.AsSpan(0, TaskCount);

    /// <summary>The entries of this execution, by their numbers.</summary>
    internal ReadOnlySpan<Alternative> Entries => _slots.AsSpan(0, _slotsUsed);

    /// <summary>Takes a task out, if it is enabled.</summary>
    internal void Remove(RuntimeTask task)
    {
        if (IndexOf(task) is >= 0 and var index)
        {
            task.IsLabEnabled = false;
            TakeOut(index);
        }
    }

    /// <summary>The task has announced what cannot proceed now: it may not be chosen until <see cref="Add"/> says so.</summary>
    internal void Disable(RuntimeTask task, OperationKind operation, ulong target)
    {
        var slot = task.LabSlot < 0 ? AddSlot(task) : task.LabSlot;
        Remove(task);
        RemoveDisabled(task);
        Alternative.Announce(task, operation, target);
        task.LabPlace = DisabledCount;
        _disabled[DisabledCount++] = slot;
        task.IsLabDisabled = true;
    }

    /// <summary>A new execution. Its tasks' records are new, or as new: they have no entries.</summary>
    internal void Clear(bool forgetTasks)
    {
        if (forgetTasks)
        {
            // Records that are never used again must not be kept alive from here.
            Array.Clear(_slots, 0, _slotsUsed);
        }

        _slotsUsed = 0;
        DisabledCount = 0;
        _current = NoSlot;
        TaskCount = 0;
        _ages.Clear();
        _sequence = 0;
        HasClock = HasTimer = false;
        Step = 0;
        ClockSteps = 0;
        DecisionIndex = 0;
    }

    private void RemoveDisabled(RuntimeTask task)
    {
        if (!task.IsLabDisabled)
        {
            return;
        }

        task.IsLabDisabled = false;
        var last = _disabled[--DisabledCount];
        _disabled[task.LabPlace] = last;
        _slots[last].Task.LabPlace = task.LabPlace;
    }

    /// <summary>The last one moves into its place. That is most often the one that ran just now, and still at hand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void TakeOut(int index)
    {
        var last = _order[--TaskCount];
        _order[index] = last;
        _slots[last].Task.LabPlace = index;
    }

    private int AddSlot(RuntimeTask task)
    {
        if (_slotsUsed == _slots.Length)
        {
            if (_slotsUsed == MaxSlots)
            {
                throw new InvalidOperationException($"An execution in the lab has at most {MaxSlots} tasks.");
            }

            Array.Resize(ref _slots, _slotsUsed * 2);
            Array.Resize(ref _order, _slotsUsed * 2);
            Array.Resize(ref _disabled, _slotsUsed * 2);
        }

        var slot = _slotsUsed++;
        if (!ReferenceEquals(_slots[slot].Task, task))
        {
            _slots[slot] = new Alternative(task);
        }

        return task.LabSlot = slot;
    }
}
