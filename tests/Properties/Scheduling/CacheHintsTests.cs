using System.Runtime.CompilerServices;
using Lab.Core.Cancellation;
using Lab.Core.Channels;
using Lab.Core.Memory;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;
using Lab.Exploration;
using NUnit.Framework;

namespace Lab.Properties.Scheduling;

/// <summary>Hints go where the runtime puts the fields: a field that is added to a record moves others, and nothing but the speed would tell.</summary>
[TestFixture]
internal sealed class CacheHintsTests
{
    private const int CacheLine = 64;

    [Test]
    public void The_hints_for_a_record_reach_from_its_start_to_the_word_of_its_wakes()
    {
        var task = Some();
        Assert.That(OffsetOf(task, ref task.Wake), Is.EqualTo(CacheHints.RecordEnd));
        Assert.That(CacheHints.RecordMiddle, Is.LessThanOrEqualTo(CacheLine));
        Assert.That(CacheHints.RecordEnd - CacheHints.RecordMiddle, Is.LessThanOrEqualTo(CacheLine));
    }

    [Test]
    public void The_hints_for_a_context_are_at_its_flag_and_at_its_record()
    {
        var cx = Some().Cx;
        Assert.That(OffsetOf(cx, ref Flag(cx)), Is.EqualTo(CacheHints.Flag));
        Assert.That(OffsetOf(cx, ref Record(cx)), Is.EqualTo(CacheHints.FlagsRecord));
    }

    [Test]
    public void No_cache_line_of_a_box_lies_between_two_hints()
    {
        Assert.That(CacheHints.BoxMiddle, Is.LessThanOrEqualTo(CacheLine));
        Assert.That(CacheHints.BoxEnd - CacheHints.BoxMiddle, Is.LessThanOrEqualTo(CacheLine));
    }

    [Test]
    public void The_hints_for_who_resumes_a_task_reach_from_the_word_of_its_wakes_over_its_inbox()
    {
        var task = Some();
        Assert.That(OffsetOf(task, ref Inbox(task)), Is.InRange(CacheHints.InboxStart, CacheHints.InboxEnd - IntPtr.Size));
        Assert.That(OffsetOf(task, ref Wait(task)), Is.InRange(CacheHints.InboxStart, CacheHints.InboxEnd));
        Assert.That(CacheHints.InboxStart - CacheHints.RecordEnd, Is.LessThanOrEqualTo(CacheLine));
        Assert.That(CacheHints.InboxEnd - CacheHints.InboxStart, Is.LessThanOrEqualTo(CacheLine));
    }

    [Test]
    public void The_hints_for_a_wait_reach_over_its_links_and_words()
    {
        var node = new WaitNode();
        var last = CacheHints.WaitEnd + sizeof(int);
        Assert.That(OffsetOf(node, ref node.Next), Is.InRange(CacheHints.WaitStart, last));
        Assert.That(OffsetOf(node, ref node.Task), Is.InRange(CacheHints.WaitStart, last));
        Assert.That(OffsetOf(node, ref State(node)), Is.InRange(CacheHints.WaitStart, last));
        Assert.That(OffsetOf(node, ref Word(node)), Is.InRange(CacheHints.WaitStart, last));
        Assert.That(OffsetOf(node, ref Await(node)), Is.InRange(CacheHints.WaitStart, last));
        Assert.That(OffsetOf(node, ref node.ThirdAfter), Is.InRange(CacheHints.WaitStart, last));
        Assert.That(CacheHints.WaitMiddle - CacheHints.WaitStart, Is.LessThanOrEqualTo(CacheLine));
        Assert.That(CacheHints.WaitEnd - CacheHints.WaitMiddle, Is.LessThanOrEqualTo(CacheLine));
    }

    [Test]
    public void The_hints_for_a_wait_in_the_line_of_a_channel_reach_over_its_value()
    {
        // The channel is not looked at: what a message of the size of a pointer needs ends where the last hint is.
        var node = new SendNode<int>(null!);
        Assert.That(OffsetOf(node, ref node.Value), Is.InRange(CacheHints.WaitEnd, CacheHints.ValueEnd));
        Assert.That(OffsetOf(node, ref node.IsRejected), Is.InRange(CacheHints.WaitEnd, CacheHints.ValueEnd));
        Assert.That(CacheHints.ValueEnd - CacheHints.WaitEnd, Is.LessThanOrEqualTo(CacheLine));
    }

    private static ScopedTask Some()
    {
        ScopedTask? some = null;
        LabRuntime.Run(cx =>
        {
            some = cx.Task;
            return Task.CompletedTask;
        });
        return some!;
    }

    // The first field of any object comes after the reference to its type.
    private static int OffsetOf<T>(object target, ref T field) =>
        IntPtr.Size + (int)Unsafe.ByteOffset(ref Unsafe.As<First>(target).Field, ref Unsafe.As<T, byte>(ref field));

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_inbox")]
    private static extern ref ContinuationInbox Inbox(RuntimeTask task);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_wait")]
    private static extern ref AtomicReference<WaitNode> Wait(RuntimeTask task);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_state")]
    private static extern ref object? State(WaitNode node);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_word")]
    private static extern ref AtomicInt32 Word(WaitNode node);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_await")]
    private static extern ref AtomicInt32 Await(WaitNode node);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_shown")]
    private static extern ref AtomicReference<CancellationReason> Flag(CancellationNode node);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<Task>k__BackingField")]
    private static extern ref ScopedTask Record(Cx cx);

    private sealed class First
    {
        internal byte Field = 0;
    }
}
