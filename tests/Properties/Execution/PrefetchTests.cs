using System.Runtime.CompilerServices;
using Lab.Core.Cancellation;
using Lab.Core.Memory;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using NUnit.Framework;

namespace Lab.Properties.Execution;

/// <summary>Hints go where the runtime puts the fields: a field that is added to a record moves others, and nothing but the speed would tell.</summary>
[TestFixture]
internal sealed class PrefetchTests
{
    private const int CacheLine = 64;

    [Test]
    public void The_hints_for_a_record_reach_from_its_start_to_the_word_of_its_wakes()
    {
        var task = Some();
        Assert.That(OffsetOf(task, ref task.Wake), Is.EqualTo(Prefetch.RecordEnd));
        Assert.That(Prefetch.RecordMiddle, Is.LessThanOrEqualTo(CacheLine));
        Assert.That(Prefetch.RecordEnd - Prefetch.RecordMiddle, Is.LessThanOrEqualTo(CacheLine));
    }

    [Test]
    public void The_hints_for_a_context_are_at_its_flag_and_at_its_record()
    {
        var cx = Some().Cx;
        Assert.That(OffsetOf(cx, ref Flag(cx)), Is.EqualTo(Prefetch.Flag));
        Assert.That(OffsetOf(cx, ref Record(cx)), Is.EqualTo(Prefetch.FlagsRecord));
    }

    [Test]
    public void No_cache_line_of_a_box_lies_between_two_hints()
    {
        Assert.That(Prefetch.BoxMiddle, Is.LessThanOrEqualTo(CacheLine));
        Assert.That(Prefetch.BoxEnd - Prefetch.BoxMiddle, Is.LessThanOrEqualTo(CacheLine));
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

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_shown")]
    private static extern ref AtomicReference<CancellationReason> Flag(CancellationNode node);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<Task>k__BackingField")]
    private static extern ref ScopedTask Record(Cx cx);

    private sealed class First
    {
        internal byte Field = 0;
    }
}
