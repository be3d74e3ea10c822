using Lab.Core.Memory;
using Lab.Core.Observing;
using Lab.Core.Sync;
using NUnit.Framework;

namespace Lab.Properties.Memory;

/// <summary>What happens under a gate is told to who observes the thread that is inside, and to nobody else.</summary>
[TestFixture]
internal sealed class GateReportTests
{
    [Test]
    public void A_gate_that_an_observed_thread_has_left_reports_nothing_to_its_observer()
    {
        var (gate, heard, target) = (new Gate(), new Counter(), new Notify());
        Instrumentation.Gates = new GateWatch { Observer = heard, Thread = Environment.CurrentManagedThreadId };
        try
        {
            using (gate.Enter())
            {
                gate.Report(EventKind.StateRead, target);
            }
        }
        finally
        {
            Instrumentation.Gates = null;
        }

        using (gate.Enter())
        {
            gate.Report(EventKind.StateRead, target);
        }

        Assert.That(heard.Events, Is.EqualTo(1));
    }

    [Test]
    public void Without_a_count_of_gates_it_is_the_threads_observer_who_hears_of_it()
    {
        var (gate, heard, target) = (new Gate(), new Counter(), new Notify());
        Instrumentation.Current = heard;
        try
        {
            using (gate.Enter())
            {
                gate.Report(EventKind.StateRead, target);
            }
        }
        finally
        {
            Instrumentation.Current = null;
        }

        // Entering and leaving are events there.
        Assert.That(heard.Events, Is.EqualTo(3));
    }

    [Test]
    public void Who_brings_the_count_of_its_thread_is_counted_there_and_told_to_its_observer()
    {
        var (gate, heard, target) = (default(GateWord), new Counter(), new Notify());
        var watch = new GateWatch { Observer = heard, Thread = Environment.CurrentManagedThreadId };
        using (gate.Enter(watch))
        {
            Assert.That((watch.Depth, gate.IsHeld), Is.EqualTo((1, true)));
        }

        Instrumentation.Report(watch, EventKind.StateRead, target);
        Assert.That((watch.Depth, gate.IsHeld, heard.Events), Is.EqualTo((0, false, 1)));
    }

    [Test]
    public void Who_brings_none_is_counted_and_told_where_the_thread_says()
    {
        var (gate, counted, told, target) = (default(GateWord), new Counter(), new Counter(), new Notify());
        var watch = new GateWatch { Observer = counted, Thread = Environment.CurrentManagedThreadId };
        (Instrumentation.Gates, Instrumentation.Current) = (watch, told);
        try
        {
            using (gate.Enter(null))
            {
                Assert.That(watch.Depth, Is.EqualTo(1));
            }

            Instrumentation.Report(null, EventKind.StateRead, target);
        }
        finally
        {
            (Instrumentation.Gates, Instrumentation.Current) = (null, null);
        }

        Assert.That((watch.Depth, counted.Events, told.Events), Is.EqualTo((0, 0, 1)));
    }

    private sealed class Counter : IObserver
    {
        internal int Events { get; private set; }

        public void On(EventKind kind, TracedObject? target, long a, long b) => Events++;

        public void Created(TracedObject target)
        {
        }

        public void Note(string text)
        {
        }
    }
}
