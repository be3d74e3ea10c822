using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Strategies;

/// <summary>
/// One scheduling point: which pending operation proceeds. Alternatives 0 .. <see cref="TaskCount"/>-1 are the enabled tasks, in an order that only
/// the schedule so far determines; the last one is <c>clock</c> if <see cref="HasClock"/>. One instance per lab, refilled in place.
/// </summary>
internal sealed class ChoicePoint
{
    private RuntimeTask[] _tasks = new RuntimeTask[16];

    /// <summary>Ends of the list of enabled tasks by age (the oldest has been ready longest).</summary>
    internal RuntimeTask? Oldest { get; private set; }

    private RuntimeTask? _youngest;

    /// <summary>Enabled tasks.</summary>
    internal int TaskCount { get; private set; }

    /// <summary>Whether moving the clock is an alternative here.</summary>
    internal bool HasClock { get; set; }

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

    /// <summary>What the non-pre-emptive default does: go on, else the task that has been ready longest, else the clock.</summary>
    internal int DefaultIndex
    {
        get
        {
            var current = CurrentIndex;
            return current >= 0 ? current : Oldest is { } oldest ? oldest.EnabledIndex : ClockIndex;
        }
    }

    internal RuntimeTask this[int index] => _tasks[index];

    internal ReadOnlySpan<RuntimeTask> Tasks => _tasks.AsSpan(0, TaskCount);

    internal OperationKind OperationOf(int index) => index == ClockIndex ? OperationKind.Clock : _tasks[index].PendingOperation;

    internal TracedObject? TargetOf(int index) => index == ClockIndex ? null : _tasks[index].PendingTarget;

    /// <summary>True when choosing this alternative would switch away from a task that could have continued.</summary>
    internal bool WouldPreempt(int index) => CurrentIndex is var current && current >= 0 && current != index;

    internal void Add(RuntimeTask task, long now)
    {
        if (task.EnabledIndex >= 0)
        {
            return;
        }

        if (TaskCount == _tasks.Length)
        {
            Array.Resize(ref _tasks, TaskCount * 2);
        }

        task.EnabledIndex = TaskCount;
        _tasks[TaskCount++] = task;
        task.ReadySince = now;
        task.Older = _youngest;
        task.Younger = null;
        if (_youngest is null)
        {
            Oldest = task;
        }
        else
        {
            _youngest.Younger = task;
        }

        _youngest = task;
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
        var last = _tasks[--TaskCount];
        _tasks[TaskCount] = null!;
        if (!ReferenceEquals(last, task))
        {
            _tasks[index] = last;
            last.EnabledIndex = index;
        }

        if (task.Older is { } older)
        {
            older.Younger = task.Younger;
        }
        else
        {
            Oldest = task.Younger;
        }

        if (task.Younger is { } younger)
        {
            younger.Older = task.Older;
        }
        else
        {
            _youngest = task.Older;
        }

        task.Older = task.Younger = null;
    }

    internal void Clear()
    {
        for (var i = 0; i < TaskCount; i++)
        {
            _tasks[i].EnabledIndex = -1;
            _tasks[i].Older = _tasks[i].Younger = null;
            _tasks[i] = null!;
        }

        TaskCount = 0;
        Oldest = _youngest = null;
        Current = null;
        HasClock = false;
        Step = 0;
        DecisionIndex = 0;
    }
}
