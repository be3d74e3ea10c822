using Lab.Causality;
using Lab.Core.Observing;
using Lab.Core.Tasks;
using Lab.Execution;

namespace Lab.Shrinking;

/// <summary>
/// The steps of a recorded execution and which of them must stay in their order: program order, dependent accesses of one object, and the wake or
/// spawn that made a step possible. A guess in what the events do not say: whatever is built from it is executed before it is believed.
/// </summary>
internal sealed class StepGraph
{
    private readonly Dictionary<TaskShadow, int> _numbers = [];
    private readonly Dictionary<ObjectShadow, History> _objects = [];
    private readonly List<int>[] _before;
    private readonly List<(int Earlier, int Later)> _races = [];

    /// <summary>Reads the last execution of an engine, which must have been recorded.</summary>
    internal StepGraph(Recorder recorder)
    {
        var steps = recorder.StepTasks;
        Count = steps.Count;
        Task = new int[Count];
        Id = new ulong[Count];
        Ordinal = new int[Count];
        _before = new List<int>[Count];
        var events = recorder.Events;
        var next = 0;
        var last = new List<int>();
        var woken = new List<List<int>>();
        for (var i = 0; i < Count; i++)
        {
            var task = Number(steps[i], last, woken);
            (Task[i], Id[i]) = (task, steps[i].Id.Hash);
            Ordinal[i] = last[task] < 0 ? 1 : Ordinal[last[task]] + 1;
            _before[i] = [.. woken[task]];
            woken[task].Clear();
            if (last[task] >= 0)
            {
                _before[i].Add(last[task]);
            }

            for (; next < events.Count && events[next].Step <= i + 1; next++)
            {
                if (events[next].Step == i + 1)
                {
                    Take(i, events[next], last, woken);
                }
            }

            last[task] = i;
        }
    }

    internal int Count { get; }

    /// <summary>Whose each step is: a dense number, and the id.</summary>
    internal int[] Task { get; }
    internal ulong[] Id { get; }

    /// <summary>The how manieth of its task each step is, from 1.</summary>
    internal int[] Ordinal { get; }

    internal int Tasks => _numbers.Count;

    /// <summary>Steps that must come before this one; what follows from others may be missing.</summary>
    internal IReadOnlyList<int> Before(int step) => _before[step];

    /// <summary>Steps of different tasks that touch one object, with nothing in between that touches it, too.</summary>
    internal IReadOnlyList<(int Earlier, int Later)> Races => _races;

    /// <summary>Objects whose accesses by different tasks do not commute, by id.</summary>
    internal HashSet<ulong> Contested { get; } = [];

    private int Number(TaskShadow task, List<int> last, List<List<int>> woken)
    {
        if (!_numbers.TryGetValue(task, out var number))
        {
            _numbers.Add(task, number = _numbers.Count);
            last.Add(-1);
            woken.Add([]);
        }

        return number;
    }

    private void Take(int step, in RecordedEvent e, List<int> last, List<List<int>> woken)
    {
        if (e.Kind is EventKind.TaskWoken or EventKind.TaskSpawned && e.Target is TaskShadow target)
        {
            woken[Number(target, last, woken)].Add(step);
            return;
        }

        if (e.Kind is EventKind.CancelRequested or EventKind.CancelStrengthened && CanceledTask(e) is { } canceled)
        {
            // Every step of a task looks at its flag; a look that finds nothing is no event.
            var number = Number(canceled, last, woken);
            AddBefore(step, last[number]);
            woken[number].Add(step);
        }

        if (e.Target is { } shadow && Accesses.OfOutcome(e.Kind, e.A) is not AccessKind.None and var access)
        {
            Touch(step, shadow, access);
        }
    }

    private static TaskShadow? CanceledTask(in RecordedEvent e) =>
        e.Target as TaskShadow ?? (e.Target?.Target is Scope { Owner: { } owner } ? owner.Shadow as TaskShadow : null);

    private void Touch(int step, ObjectShadow shadow, AccessKind access)
    {
        if (!_objects.TryGetValue(shadow, out var history))
        {
            _objects.Add(shadow, history = new History());
        }

        Meet(step, history.LastWrite, shadow);
        if (access == AccessKind.Write)
        {
            foreach (var read in history.Reads)
            {
                Meet(step, read, shadow);
            }

            history.Reads.Clear();
            history.LastWrite = step;
        }
        else if (!history.Reads.Contains(step))
        {
            history.Reads.Add(step);
        }
    }

    private void Meet(int step, int earlier, ObjectShadow shadow)
    {
        if (earlier >= 0 && Task[earlier] != Task[step])
        {
            Contested.Add(shadow.Id.Hash);
            if (AddBefore(step, earlier))
            {
                _races.Add((earlier, step));
            }
        }
    }

    private bool AddBefore(int step, int earlier)
    {
        if (earlier < 0 || earlier == step || _before[step].Contains(earlier))
        {
            return false;
        }

        _before[step].Add(earlier);
        return true;
    }

    private sealed class History
    {
        internal int LastWrite = -1;

        // Steps that read since.
        internal readonly List<int> Reads = [];
    }
}
