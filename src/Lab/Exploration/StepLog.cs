using System.Globalization;
using Lab.Causality;
using Lab.Core.Observing;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Oracles;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Exploration;

/// <summary>The steps of a recorded execution, copied out of the engine: who ran, what was touched, and which neighbours commute.</summary>
internal sealed class StepLog
{
    private readonly EntityId[] _tasks;
    private readonly string[] _texts;
    private readonly List<ulong> _draws = [];
    private readonly List<int> _commuting = [];
    private readonly IReadOnlySet<EntityId>[] _bclEffects;

    /// <summary>Reads the last execution of an engine, which must have been recorded.</summary>
    internal StepLog(Recorder recorder)
    {
        var steps = recorder.StepTasks;
        _bclEffects = [.. steps.Select((_, i) => recorder.BclEffects(i + 1))];
        _tasks = [.. steps.Select(static task => task.Id)];
        _texts = new string[_tasks.Length];
        var events = BySteps(recorder.Events, _tasks.Length);
        for (var i = 0; i < _tasks.Length; i++)
        {
            _texts[i] = Text(steps[i], events[i]);
            if (i > 0 && Commute(steps[i - 1], events[i - 1], steps[i], events[i]))
            {
                _commuting.Add(i - 1);
            }
        }
    }

    /// <summary>Steps that commute with the one that follows, from 0.</summary>
    internal IReadOnlyList<int> Commuting => _commuting;

    /// <summary>The execution with step <paramref name="first"/> and the one after it exchanged.</summary>
    internal StepOrder Exchanged(int first)
    {
        var order = (EntityId[])_tasks.Clone();
        (order[first], order[first + 1]) = (order[first + 1], order[first]);
        return new StepOrder(order, _draws);
    }

    /// <summary>
    /// Whether the two steps share an object of the BCL, as shown by what it did here and when they were <paramref name="exchanged"/>, in the last execution:
    /// whichever comes first resumes the same task, or sets or takes out the same timer; or the second resumes the task of the first. (Here it does not, or they
    /// would not commute.) Who came first is then the schedule's to choose. Programs do that by right: one sets what the other waits for, or ends that wait.
    /// </summary>
    internal bool MeetInBcl(int first, Recorder exchanged) =>
        _bclEffects[first].Overlaps(exchanged.BclEffects(first + 1)) || exchanged.BclEffects(first + 2).Contains(_tasks[first + 1]);

    /// <summary>For example <c>step 4 of T0.1 (SharedWritten shared@0#1, Bank.cs:14)</c>.</summary>
    internal string Describe(int step) => string.Create(CultureInfo.InvariantCulture, $"step {step + 1} of {_texts[step]}");

    private List<RecordedEvent>[] BySteps(IReadOnlyList<RecordedEvent> events, int steps)
    {
        var lists = new List<RecordedEvent>[steps];
        for (var i = 0; i < steps; i++)
        {
            lists[i] = [];
        }

        foreach (var e in events)
        {
            if (e.Step > 0 && e.Step <= steps)
            {
                lists[e.Step - 1].Add(e);
            }

            if (e is { Kind: EventKind.RandomDrawn, A: > 1 })
            {
                _draws.Add((ulong)e.B);
            }
        }

        return lists;
    }

    /// <summary>Two steps of different tasks, of which the first neither enables the second nor touches what it touches.</summary>
    private static bool Commute(TaskShadow task, List<RecordedEvent> events, TaskShadow next, List<RecordedEvent> following)
    {
        if (task.Id == next.Id || task.Id == EntityId.Clock || next.Id == EntityId.Clock)
        {
            return false;
        }

        foreach (var e in events)
        {
            if (Wakes(e, next) || Cancels(e, next))
            {
                return false;
            }

            foreach (var f in following)
            {
                if (AreDependent(e, f))
                {
                    return false;
                }
            }
        }

        return !following.Exists(f => Wakes(f, task) || Cancels(f, task));
    }

    /// <summary>A task that is woken goes on with that before anything that it has announced.</summary>
    private static bool Wakes(in RecordedEvent e, TaskShadow task) =>
        e.Kind is EventKind.TaskWoken or EventKind.TaskSpawned && ReferenceEquals(e.Target, task);

    /// <summary>Every operation of a task looks at its flag and at that of the scope whose body it runs; a look that finds nothing is no event.</summary>
    private static bool Cancels(in RecordedEvent e, TaskShadow task) =>
        e.Kind is EventKind.CancelRequested or EventKind.CancelStrengthened
        && (ReferenceEquals(e.Target, task) || (e.Target?.Target is Scope { Owner: { } owner } && ReferenceEquals(owner.Shadow, task)));

    private static bool AreDependent(in RecordedEvent e, in RecordedEvent f)
    {
        if (e.Kind == EventKind.RandomDrawn && f.Kind == EventKind.RandomDrawn)
        {
            // Nothing depends on their order but the list of draws.
            return true;
        }

        if (e.Kind == EventKind.TimerSet && f.Kind == EventKind.TimerSet && e.A == f.A)
        {
            // Equal due times fire in the order of setting.
            return true;
        }

        if (e.Kind == EventKind.TaskWoken && f.Kind == EventKind.TaskWoken && ReferenceEquals(e.Target, f.Target))
        {
            // A task that waits for both (branches of a WhenAll or WhenAny) goes on in this order.
            return true;
        }

        if (Interrupts(e, f) || Interrupts(f, e))
        {
            return true;
        }

        if (IsExternal(e.Target) && IsExternal(f.Target))
        {
            // Numbered when first touched: another order would be other names for the same.
            return true;
        }

        return e.Target is not null && ReferenceEquals(e.Target, f.Target)
            && Accesses.AreDependent(Accesses.OfOutcome(e.Kind, e.A), Accesses.OfOutcome(f.Kind, f.A));
    }

    /// <summary>A request that came before the wake would have cancelled the wait that the wake ended.</summary>
    private static bool Interrupts(in RecordedEvent request, in RecordedEvent wake) =>
        request.Kind is EventKind.CancelRequested or EventKind.CancelStrengthened && wake.Kind == EventKind.TaskWoken
        && (ReferenceEquals(request.Target, wake.Target)
            || (request.Target?.Target is Scope { Owner: { } owner } && ReferenceEquals(owner.Shadow, wake.Target)));

    private static bool IsExternal(ObjectShadow? target) => target is { Creator: null } and not TaskShadow && target.Id != EntityId.Clock;

    private static string Text(TaskShadow task, List<RecordedEvent> events)
    {
        foreach (var e in events)
        {
            if (e.File.Length > 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{TaskText.Of(task)} ({TaskText.FileName(e.File)}:{e.Line})");
            }
        }

        return TaskText.Of(task);
    }
}
