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
