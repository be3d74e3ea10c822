using System.Runtime.InteropServices;
using Lab.Causality;

namespace Lab.Strategies;

/// <summary>
/// How many events of some kind each task has, and all that it spawns together. In a strategy's text one parameter per task:
/// <c>0=3,0.1=25,clock=2</c>.
/// </summary>
internal sealed class TaskCounts
{
    /// <summary>No more than this many tasks are kept, those with the most events: texts are written into results and traces.</summary>
    internal const int MaxTasks = 256;

    private readonly Dictionary<ulong, long> _subtrees = [];

    /// <param name="counts">By canonical id as people write it; each at least 1.</param>
    internal TaskCounts(IEnumerable<KeyValuePair<string, int>> counts)
    {
        var kept = counts.OrderByDescending(static pair => pair.Value).ThenBy(static pair => pair.Key, StringComparer.Ordinal).Take(MaxTasks).ToList();
        kept.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        foreach (var (task, count) in kept)
        {
            Add(task, count);
        }

        Text = string.Join(",", kept.Select(static pair => FormattableString.Invariant($"{pair.Key}={pair.Value}")));
    }

    internal static TaskCounts None { get; } = new([]);

    internal bool IsEmpty => _subtrees.Count == 0;

    /// <summary>The parameters; empty if there are none.</summary>
    internal string Text { get; }

    /// <summary>What is left of a strategy's parameters, as counts.</summary>
    internal static TaskCounts Parse(StrategyParameters given)
    {
        var counts = new List<KeyValuePair<string, int>>();
        foreach (var (key, value) in given.Rest())
        {
            if (!IsTask(key))
            {
                throw given.Error($"'{key}' is no task");
            }

            counts.Add(new(key, given.Parse(key, value, 1, int.MaxValue)));
        }

        return counts.Count <= MaxTasks ? new TaskCounts(counts) : throw given.Error(FormattableString.Invariant($"more than {MaxTasks} tasks are given"));
    }

    /// <summary>Events of a task and of all its descendants; 0 if nothing is known of them.</summary>
    internal long Subtree(EntityId task) => _subtrees.GetValueOrDefault(task.Hash);

    private static bool IsTask(string key) =>
        EntityId.TryParse(key, out _) && (key == EntityText.Clock || key.StartsWith(EntityText.Root, StringComparison.Ordinal));

    /// <summary>To the task and to everyone above it.</summary>
    private void Add(string task, int count)
    {
        while (EntityId.TryParse(task, out var id))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_subtrees, id.Hash, out _) += count;
            var dot = task.LastIndexOf('.');
            if (dot < 0)
            {
                return;
            }

            task = task[..dot];
        }
    }
}
