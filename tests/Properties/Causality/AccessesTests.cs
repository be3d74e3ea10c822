using Lab.Causality;
using Lab.Core.Observing;
using NUnit.Framework;

namespace Lab.Properties.Causality;

public sealed class AccessesTests
{
    private static readonly EventKind[] s_reads =
    [
        EventKind.TaskJoined, EventKind.CancelChecked, EventKind.CancelAcknowledged,
        EventKind.ChannelFull, EventKind.ChannelEmpty, EventKind.ClockRead, EventKind.SharedRead,
        EventKind.SemaphoreBusy, EventKind.MutexBusy, EventKind.OneshotEmpty, EventKind.StateRead,
    ];

    private static readonly EventKind[] s_untouched =
    [
        EventKind.None, EventKind.TaskWoken, EventKind.TaskPreempted, EventKind.GateEntered, EventKind.GateExited, EventKind.RandomDrawn,
    ];

    [TestCaseSource(nameof(Kinds))]
    public void Every_kind_of_event_is_classified_and_everything_not_listed_here_writes(object kind)
    {
        var expected = s_reads.Contains((EventKind)kind) ? AccessKind.Read
            : s_untouched.Contains((EventKind)kind) ? AccessKind.None
            : AccessKind.Write;
        Assert.That(Accesses.Of((EventKind)kind), Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(Kinds))]
    public void The_name_of_a_kind_in_a_trace_finds_it_again(object kind)
    {
        Assert.That(Accesses.TryParse(kind.ToString()!, out var parsed), Is.True);
        Assert.That(parsed, Is.EqualTo(kind));
    }

    [TestCaseSource(nameof(Operations))]
    public void Every_kind_of_operation_is_classified(object kind) =>
        Assert.That(() => Accesses.Of((OperationKind)kind), Throws.Nothing);

    [Test]
    public void An_unknown_kind_is_a_bug_and_not_an_access()
    {
        Assert.That(() => Accesses.Of((EventKind)255), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Accesses.Of((OperationKind)255), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [TestCase("Note")]
    [TestCase("sharedread")]
    [TestCase("1")]
    [TestCase("")]
    public void A_name_of_no_kind_is_not_found(string name) => Assert.That(Accesses.TryParse(name, out _), Is.False);

    [Test]
    public void A_compare_exchange_that_failed_only_read()
    {
        Assert.That(Accesses.OfOutcome(EventKind.SharedExchanged, 1), Is.EqualTo(AccessKind.Write));
        Assert.That(Accesses.OfOutcome(EventKind.SharedExchanged, 0), Is.EqualTo(AccessKind.Read));
        Assert.That(Accesses.OfOutcome(EventKind.ChannelReserved, 0), Is.EqualTo(AccessKind.Write));
    }

    [Test]
    public void Two_accesses_are_dependent_unless_both_read_or_one_touches_nothing()
    {
        foreach (var first in Enum.GetValues<AccessKind>())
        {
            foreach (var second in Enum.GetValues<AccessKind>())
            {
                var bothTouch = first != AccessKind.None && second != AccessKind.None;
                Assert.That(Accesses.AreDependent(first, second), Is.EqualTo(bothTouch && (first, second) != (AccessKind.Read, AccessKind.Read)));
            }
        }
    }

    private static IEnumerable<object> Kinds() => Enum.GetValues<EventKind>().Cast<object>();

    private static IEnumerable<object> Operations() => Enum.GetValues<OperationKind>().Cast<object>();
}
