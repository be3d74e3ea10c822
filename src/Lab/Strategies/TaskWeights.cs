using Lab.Causality;

namespace Lab.Strategies;

/// <summary>
/// What is left of <see cref="TaskCounts"/> during one execution: a task stands for itself and for those whom it has not spawned yet.
/// </summary>
internal sealed class TaskWeights
{
    private readonly Slots<State> _tasks = new();
    private TaskCounts _counts = TaskCounts.None;

    internal void Begin(TaskCounts counts)
    {
        _counts = counts;
        _tasks.Clear();
    }

    /// <summary>Events that the task and its future descendants have left, by the counts; below 1 when the counts were too low.</summary>
    /// <param name="task">The task.</param>
    /// <param name="done">Events it has had.</param>
    internal long Left(TaskShadow task, long done)
    {
        ref var state = ref _tasks[task];
        if (!state.IsKnown)
        {
            state.IsKnown = true;
            state.Total = _counts.Subtree(task.Id);
        }

        while (state.Spawned < task.Children)
        {
            state.Total -= _counts.Subtree(task.Id.Child(++state.Spawned));
        }

        return state.Total - done;
    }

    private struct State
    {
        internal bool IsKnown;
        internal int Spawned;
        internal long Total;
    }
}
