using Lab.Core.Observing;

namespace Lab.Core.Scheduling;

/// <summary>The edge between user code and the core, for calls that take no context.</summary>
internal static class TaskCalls
{
    /// <summary>The task whose step runs on this thread; null outside of steps (and after ConfigureAwait(false)).</summary>
    internal static RuntimeTask? Current => SynchronizationContext.Current as RuntimeTask;

    /// <summary>First thing in every synchronous operation: in the lab an announced operation of the running task takes effect before it.</summary>
    internal static void Entering()
    {
        if (Instrumentation.IsEnabled && Current is { } task)
        {
            task.TakeAnnouncedEffect();
            task.LeaveSite();
        }
    }

    /// <summary>The same for an operation that knows where it is called; an empty file is one that the core calls on the task's behalf.</summary>
    internal static void Entering(string file, int line)
    {
        if (Instrumentation.IsEnabled && Current is { } task)
        {
            task.TakeAnnouncedEffect();
            if (file.Length != 0)
            {
                task.SetSite(file, line);
            }
        }
    }
}
