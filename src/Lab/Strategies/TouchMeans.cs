using System.Runtime.InteropServices;

namespace Lab.Strategies;

/// <summary>
/// The mean number of accesses of each object by each task, for objects whose accesses can race: at least two tasks touch them, and one of them writes.
/// </summary>
internal sealed class TouchMeans
{
    /// <summary>No more objects than this are told, those that are touched most.</summary>
    internal const int MaxObjects = 64;

    private readonly StepMeans _steps = new();
    private readonly Dictionary<ulong, Target> _objects = [];

    /// <summary>Adds those lessons that speak of accesses; true if one did.</summary>
    internal bool Add(IReadOnlyList<object> lessons)
    {
        _steps.Add(lessons);
        var any = false;
        foreach (Lesson lesson in lessons)
        {
            if (lesson.Touches is { } touches)
            {
                any = true;
                Add(touches);
            }
        }

        return any;
    }

    /// <summary>The objects by their spelling, in its order, each with the mean accesses of each task.</summary>
    internal List<(string Object, TaskCounts Counts)> ToCounts() =>
        [.. _objects.Values.Where(static target => target.IsWritten && target.Tasks.Count > 1)
            .OrderByDescending(static target => target.Tasks.Values.Sum()).ThenBy(static target => target.Text, StringComparer.Ordinal)
            .Take(MaxObjects).OrderBy(static target => target.Text, StringComparer.Ordinal)
            .Select(target => (target.Text, ToCounts(target)))];

    private TaskCounts ToCounts(Target target)
    {
        var counts = new List<KeyValuePair<string, int>>();
        foreach (var (task, sum) in target.Tasks)
        {
            if (_steps.Knows(task))
            {
                StepMeans.AddMean(counts, _steps.TextOf(task), sum, _steps.Executions(task));
            }
        }

        return new TaskCounts(counts);
    }

    private void Add(IReadOnlyList<Touches> touches)
    {
        foreach (var touch in touches)
        {
            ref var target = ref CollectionsMarshal.GetValueRefOrAddDefault(_objects, touch.Object, out _);
            target ??= new Target(touch.Text);
            target.IsWritten |= touch.IsWritten;
            CollectionsMarshal.GetValueRefOrAddDefault(target.Tasks, touch.Task, out _) += touch.Count;
        }
    }

    private sealed class Target(string text)
    {
        internal string Text => text;

        internal bool IsWritten { get; set; }

        internal Dictionary<ulong, long> Tasks { get; } = [];
    }
}
