using System.Runtime.CompilerServices;
using Lab.Core.Scheduling;
using Lab.Strategies;

namespace Lab.Execution;

/// <summary>
/// Brings memory of a task that is about to run into the caches. Hints only: nothing is read through the addresses, and a wrong one costs a little time.
/// The offsets are where the runtime has put the fields that are meant; a test looks whether they still are there.
/// </summary>
internal static class Prefetch
{
    /// <summary>What the record refers to, when that is here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Parts(RuntimeTask task)
    {
        CacheHints.Context(task.Node);
        if (task.Running is not { } body)
        {
            // It starts.
            CacheHints.Inbox(task);
            return;
        }

        CacheHints.Box(body);
        if (task.Yielded is { } resume)
        {
            CacheHints.At(resume, 0x08);
            CacheHints.At(resume, 0x18);
        }
        else if (task.Announced is { } wait)
        {
            CacheHints.Wait(wait);
        }
    }
}
