using Lab.Causality;

namespace Lab.Shrinking;

/// <summary>Switches from one task to another; to the clock and back are not counted.</summary>
internal static class ContextSwitches
{
    internal static int In(IReadOnlyList<TaskShadow> steps)
    {
        var switches = 0;
        TaskShadow? last = null;
        foreach (var task in steps)
        {
            if (task.Id != EntityId.Clock)
            {
                switches += last is not null && !ReferenceEquals(last, task) ? 1 : 0;
                last = task;
            }
        }

        return switches;
    }
}
