using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Lab.Core.Tasks;
using Lab.Strategies;

namespace Lab.Execution;

/// <summary>
/// Brings the memory of a task that is about to run into the caches. With thousands of tasks what a step costs is waiting for about a dozen cache lines,
/// one after the other, each found in the one before; known some steps ahead, they come all at once and meanwhile somebody else runs.
/// Hints only: nothing is read through the addresses, and a wrong one costs a little time.
/// </summary>
internal static unsafe class Prefetch
{
    /// <summary>Below this number of tasks everything they need fits into the nearest cache, and hints are only work.</summary>
    internal const int WorthWhile = 256;

    private const int Line = 64;

    /// <summary>Where the choice point tells of the task; three steps ahead.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Entry(ref readonly Alternative entry)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in entry)));
        }
    }

    /// <summary>The record itself; two steps ahead.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Record(object task) => Lines(task, 5);

    /// <summary>What the record refers to; one step ahead, when it is here.</summary>
    internal static void Parts(ScopedTask task)
    {
        Lines(task.Cx, 3);
        if (task.Announced is { } wait)
        {
            Lines(wait, 3);
        }

        if (task.Running is { } body)
        {
            // The state machine's box, and beside it the delegate that resumes it.
            Lines(body, 4);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Lines(object target, int count)
    {
        if (Sse.IsSupported)
        {
            // A collection may move the object at any time: then this is the address of something else, which is as harmless to prefetch.
            var address = *(byte**)Unsafe.AsPointer(ref target);
            for (var i = 0; i < count; i++)
            {
                Sse.Prefetch0(address + (i * Line));
            }
        }
    }
}
