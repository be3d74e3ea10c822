using System.Runtime.InteropServices;
using Lab.Causality;

namespace Lab.Strategies;

/// <summary>The mean number of steps of each task over the executions in which it was there.</summary>
internal sealed class StepMeans
{
    private readonly Dictionary<ulong, Sum> _tasks = [];
    private long _clock;
    private long _executions;

    /// <summary>Adds those lessons that speak of steps; true if one did.</summary>
    internal bool Add(IReadOnlyList<object> lessons)
    {
        var before = _executions;
        foreach (Lesson lesson in lessons)
        {
            if (lesson.Steps is { } steps)
            {
                _executions++;
                _clock += lesson.ClockSteps;
                Add(steps);
            }
        }

        return _executions > before;
    }

    /// <summary>Executions in which the task was there.</summary>
    internal long Executions(ulong task) => _tasks.GetValueOrDefault(task).Executions;

    internal string TextOf(ulong task) => _tasks[task].Text;

    internal bool Knows(ulong task) => _tasks.ContainsKey(task);

    /// <summary>Means, rounded up.</summary>
    internal TaskCounts ToCounts()
    {
        var counts = new List<KeyValuePair<string, int>>();
        foreach (var task in _tasks.Values)
        {
            AddMean(counts, task.Text, task.Steps, task.Executions);
        }

        AddMean(counts, EntityText.Clock, _clock, _executions);
        return new TaskCounts(counts);
    }

    /// <summary>A mean, rounded up, unless it is 0.</summary>
    internal static void AddMean(List<KeyValuePair<string, int>> counts, string task, long sum, long executions)
    {
        if (sum > 0)
        {
            counts.Add(new(task, (int)Math.Min((sum + executions - 1) / executions, int.MaxValue)));
        }
    }

    private void Add(IReadOnlyList<TaskSteps> steps)
    {
        foreach (var task in steps)
        {
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_tasks, task.Id, out _);
            sum.Text = task.Text;
            sum.Steps += task.Steps;
            sum.Executions++;
        }
    }

    private struct Sum
    {
        internal string Text;
        internal long Steps;
        internal long Executions;
    }
}
