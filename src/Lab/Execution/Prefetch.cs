using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Lab.Core.Scheduling;
using Lab.Strategies;

namespace Lab.Execution;

/// <summary>
/// Brings memory of a task that is about to run into the caches. Hints only: nothing is read through the addresses, and a wrong one costs a little time.
/// The offsets are where the runtime has put the fields that are meant; a test looks whether they still are there.
/// </summary>
internal static unsafe class Prefetch
{
    /// <summary>What steps touch of the record ends with the word of its wakes; from the middle neither end is farther away than a cache line.</summary>
    internal const int RecordMiddle = 0x38;
    internal const int RecordEnd = 0x74;

    /// <summary>Of the context: the flag, and beside it the record, which a call looks at; in two cache lines where the first ends between them.</summary>
    internal const int Flag = 0x30;
    internal const int FlagsRecord = 0x38;

    /// <summary>Of the box of a state machine, as far as that of a short method reaches: no cache line lies between two of these and its start.</summary>
    internal const int BoxMiddle = 0x40;
    internal const int BoxEnd = 0x7C;

    /// <summary>What steps touch of the record (<see cref="StepRecord"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Record(RuntimeTask task)
    {
        At(task, 0);
        At(task, RecordMiddle);
        At(task, RecordEnd);
    }

    /// <summary>What the record refers to, when that is here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Parts(RuntimeTask task)
    {
        At(task.Node, Flag);
        At(task.Node, FlagsRecord);
        if (task.Running is not { } body)
        {
            // It starts.
            At(task, 0x88);
            At(task, 0xC0);
            return;
        }

        // The state machine's box.
        At(body, 0);
        At(body, BoxMiddle);
        At(body, BoxEnd);
        if (task.Yielded is { } resume)
        {
            At(resume, 0x08);
            At(resume, 0x18);
        }
        else if (task.Announced is { } wait)
        {
            At(wait, 0x08);
            At(wait, 0x48);
            At(wait, 0x80);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void At(object target, int offset)
    {
        if (Sse.IsSupported)
        {
            // A collection may move the object at any time: then this is the address of something else, which is as harmless to prefetch. A reference
            // to a field would not do: making it looks whether the object is there, and waits for it.
            Sse.Prefetch0(*(byte**)Unsafe.AsPointer(ref target) + offset);
        }
    }
}
