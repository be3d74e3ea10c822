using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Lab.Core.Cancellation;

namespace Lab.Core.Scheduling;

/// <summary>
/// Brings memory of a task that is about to run into the caches. Hints only: nothing is read through the addresses, and a wrong one costs a little time.
/// The offsets are where the runtime has put the fields that are meant; a test looks whether they still are there.
/// </summary>
internal static class CacheHints
{
    /// <summary>What steps touch of the record ends with the word of its wakes; from the middle neither end is farther away than a cache line.</summary>
    internal const int RecordMiddle = 0x38;
    internal const int RecordEnd = 0x74;

    /// <summary>What follows it, and is touched by who starts or resumes: no cache line lies between.</summary>
    internal const int InboxStart = 0xA8;
    internal const int InboxEnd = 0xE8;

    /// <summary>Of the context: the flag, and beside it the record, which a call looks at; in two cache lines where the first ends between them.</summary>
    internal const int Flag = 0x30;
    internal const int FlagsRecord = 0x38;

    /// <summary>Of the box of a state machine, as far as that of a short method reaches: no cache line lies between two of these and its start.</summary>
    internal const int BoxMiddle = 0x40;
    internal const int BoxEnd = 0x7C;

    /// <summary>Of a wait's node, in the same way.</summary>
    internal const int WaitStart = 0x08;
    internal const int WaitMiddle = 0x48;
    internal const int WaitEnd = 0x80;

    /// <summary>What a channel's send or reservation has besides: no cache line lies between the end of the wait and this.</summary>
    internal const int ValueEnd = 0xB8;

    /// <summary>What steps touch of the record (<see cref="StepRecord"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Record(RuntimeTask task)
    {
        At(task, 0);
        At(task, RecordMiddle);
        At(task, RecordEnd);
    }

    /// <summary>What who starts or resumes the task touches besides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Inbox(RuntimeTask task)
    {
        At(task, InboxStart);
        At(task, InboxEnd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Context(CancellationNode node)
    {
        At(node, Flag);
        At(node, FlagsRecord);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Box(object box)
    {
        At(box, 0);
        At(box, BoxMiddle);
        At(box, BoxEnd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Wait(WaitNode node)
    {
        At(node, WaitStart);
        At(node, WaitMiddle);
        At(node, WaitEnd);
    }

    /// <summary>A wait in the line of a channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void WaitInLine(WaitNode node)
    {
        Wait(node);
        At(node, ValueEnd);
    }

    /// <summary>The cache line that has the byte at this offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void At(object target, int offset)
    {
        if (Sse.IsSupported)
        {
            // A collection may move the object at any time: then this is the address of something else, which is as harmless to prefetch. A reference
            // to a field would not do: making it looks whether the object is there, and waits for it.
            Sse.Prefetch0(*(byte**)Unsafe.AsPointer(ref target) + offset);
        }
    }
}
