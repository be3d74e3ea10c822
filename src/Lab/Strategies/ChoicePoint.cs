using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Strategies;

/// <summary>
/// One scheduling point: which pending operation proceeds. Alternatives 0 .. <see cref="TaskCount"/>-1 are the enabled tasks, in an order that only
/// the schedule so far determines; the last one is <c>clock</c> if <see cref="HasClock"/>. One instance per lab, refilled in place.
/// </summary>
internal sealed class ChoicePoint
{
    private Alternative[] _tasks = new Alternative[16];

    // Announced operations that cannot proceed now.
    private Alternative[] _disabled = new Alternative[16];

    // Who became ready when, oldest first; entries of tasks that are not enabled any more are stale and dropped lazily.
    private readonly AgeRing _ages = new();
    private long _sequence;

    /// <summary>Enabled tasks.</summary>
    internal int TaskCount { get; private set; }

    /// <summary>Tasks whose announced operation cannot proceed: a lock of a mutex that is held. For those who reason about who blocks whom.</summary>
    internal int DisabledCount { get; private set; }

    /// <summary>Whether moving the clock is an alternative here.</summary>
    internal bool HasClock { get; set; }

    /// <summary>Whether a timer stands and the time model does not let the clock move now, since some task is ready.</summary>
    internal bool IsClockHeld { get; set; }

    /// <summary>How long a ready task may be held back while the clock moves, in ticks of virtual time; below 0: not at all.</summary>
    internal long Slack { get; set; }

    /// <summary>The task that ran the previous step; it may not be enabled (<see cref="CurrentIndex"/>).</summary>
    internal RuntimeTask? Current { get; set; }

    /// <summary>Steps taken before this point.</summary>
    internal long Step { get; set; }

    /// <summary>Decisions taken before this point.</summary>
    internal int DecisionIndex { get; set; }

    internal int Count => TaskCount + (HasClock ? 1 : 0);

    internal int ClockIndex => HasClock ? TaskCount : -1;

    /// <summary>The alternative that continues the task that ran last; -1 when that task cannot go on.</summary>
    internal int CurrentIndex => Current is { } task ? task.EnabledIndex : -1;

    /// <summary>
    /// What the non-pre-emptive default does: go on, else the task that has been ready longest, else the clock. A yield gives way: to the task that has
    /// been ready longest, and when nobody else is ready to the clock, so that a loop that polls and yields sees what it polls for.
    /// </summary>
    internal int DefaultIndex
    {
        get
        {
            var current = CurrentIndex;
            if (current >= 0 && _tasks[current].Operation != OperationKind.Yield)
            {
                return current;
            }

            return Oldest is { } oldest && (oldest.EnabledIndex != current || !HasClock) ? oldest.EnabledIndex : ClockIndex;
        }
    }

    /// <summary>Since when the task that has been ready longest has been ready.</summary>
    internal long OldestReadySince => Oldest?.ReadySince ?? long.MaxValue;

    /// <summary>The enabled task that has been ready longest.</summary>
    internal RuntimeTask? Oldest
    {
        get
        {
            if (!_ages.IsKept)
            {
                StartAges();
            }

            return _ages.Oldest;
        }
    }

    internal ref readonly Alternative this[int index] => ref _tasks[index];

    /// <summary>One of the tasks that cannot proceed, and the operation it would do; in an order that only the schedule so far determines.</summary>
    internal ref readonly Alternative Disabled(int index) => ref _disabled[index];

    /// <summary>True when choosing this alternative would switch away from a task that could have continued.</summary>
    internal bool WouldPreempt(int index) =>
        CurrentIndex is var current && current >= 0 && current != index && _tasks[current].Operation != OperationKind.Yield;

    /// <summary>The task may be chosen from now on; if it could already, what it would do next may have changed.</summary>
    internal void Add(RuntimeTask task, long now, ulong id, OperationKind operation, ulong target)
    {
        if (task.EnabledIndex is var known and >= 0)
        {
            _tasks[known].Operation = operation;
            _tasks[known].Target = target;
            return;
        }

        RemoveDisabled(task);
        task.EnabledIndex = TaskCount;
        Append(ref _tasks, TaskCount++, task, id, operation, target);
        task.ReadySince = now;
        task.ReadySequence = ++_sequence;
        if (_ages.IsKept)
        {
            _ages.Add(task, _sequence, TaskCount);
        }
    }

    /// <summary>Takes a task out; the last one moves into its place.</summary>
    internal void Remove(RuntimeTask task)
    {
        var index = task.EnabledIndex;
        if (index < 0)
        {
            return;
        }

        task.EnabledIndex = -1;
        ref var last = ref _tasks[--TaskCount];
        if (index != TaskCount)
        {
            _tasks[index] = last;
            last.Task.EnabledIndex = index;
        }

        last.Task = null!;
    }

    /// <summary>The task has announced what cannot proceed now: it may not be chosen until <see cref="Add"/> says so.</summary>
    internal void Disable(RuntimeTask task, ulong id, OperationKind operation, ulong target)
    {
        Remove(task);
        RemoveDisabled(task);
        task.DisabledIndex = DisabledCount;
        Append(ref _disabled, DisabledCount++, task, id, operation, target);
    }

    internal void Clear()
    {
        for (var i = 0; i < DisabledCount; i++)
        {
            _disabled[i].Task.DisabledIndex = -1;
            _disabled[i].Task = null!;
        }

        DisabledCount = 0;
        for (var i = 0; i < TaskCount; i++)
        {
            _tasks[i].Task.EnabledIndex = -1;
            _tasks[i].Task = null!;
        }

        TaskCount = 0;
        _ages.Clear();
        _sequence = 0;
        Current = null;
        HasClock = false;
        Step = 0;
        DecisionIndex = 0;
    }

    private static void Append(ref Alternative[] list, int count, RuntimeTask task, ulong id, OperationKind operation, ulong target)
    {
        if (count == list.Length)
        {
            Array.Resize(ref list, count * 2);
        }

        ref var added = ref list[count];
        added.Task = task;
        added.Id = id;
        added.Operation = operation;
        added.Target = target;
    }

    private void RemoveDisabled(RuntimeTask task)
    {
        var index = task.DisabledIndex;
        if (index < 0)
        {
            return;
        }

        task.DisabledIndex = -1;
        ref var last = ref _disabled[--DisabledCount];
        if (index != DisabledCount)
        {
            _disabled[index] = last;
            last.Task.DisabledIndex = index;
        }

        last.Task = null!;
    }

    private void StartAges()
    {
        var enabled = new RuntimeTask[TaskCount];
        for (var i = 0; i < enabled.Length; i++)
        {
            enabled[i] = _tasks[i].Task;
        }

        _ages.Start(enabled);
    }
}
