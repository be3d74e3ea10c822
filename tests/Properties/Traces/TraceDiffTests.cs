using Lab.Properties.Causality;
using Lab.Reports;
using Lab.Seeds;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Traces;

public sealed class TraceDiffTests
{
    [FsCheck.NUnit.Property(Arbitrary = [typeof(TraceArbitrary)])]
    public bool A_trace_does_not_differ_from_itself(Trace trace)
    {
        var diff = TraceDiff.Compare(trace, TraceFile.Parse(TraceFile.ToText(trace)));
        return diff is { IsIdentical: true, FirstDecision: null, VerdictsDiffer: false, Reversed: [], OnlyInA: [], OnlyInB: [] }
            && TraceDiffText.Of(diff).EndsWith("No difference: the same decisions, events and verdict.\n", StringComparison.Ordinal);
    }

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public void Swapping_neighbours_shows_exactly_that_pair_if_they_are_dependent_and_nothing_otherwise(ulong seed)
    {
        var prng = new Prng(new Seed(seed));
        var before = SmallProgram.RandomInterleaving(SmallProgram.Random(ref prng, 2 + prng.Next(10)), ref prng);
        var at = prng.Next(before.Count - 1);
        if (before[at].Task == before[at + 1].Task)
        {
            return; // program order: not an interleaving of the same program
        }

        List<SmallAccess> after = [.. before];
        (after[at], after[at + 1]) = (after[at + 1], after[at]);
        var diff = TraceDiff.Compare(SmallTraces.Of(before), SmallTraces.Of(after));
        Assert.That((diff.OnlyInA.Count, diff.OnlyInB.Count), Is.EqualTo((0, 0)));
        Assert.That(diff.IsCausallyEqual, Is.EqualTo(!before[at].DependsOn(before[at + 1])));
        Assert.That(
            diff.Reversed.Select(r => (r.FirstInA.Event.Step, r.SecondInA.Event.Step, r.FirstInB.Event.Step, r.SecondInB.Event.Step)),
            Is.EqualTo(before[at].DependsOn(before[at + 1]) ? new[] { (at + 1, at + 2, at + 1, at + 2) } : []));
    }

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public void Two_interleavings_are_causally_equal_exactly_when_their_normal_forms_are(ulong seed)
    {
        var (a, b) = TwoInterleavings(seed);
        Assert.That(
            TraceDiff.Compare(SmallTraces.Of(a), SmallTraces.Of(b)).IsCausallyEqual || a.Count == 0,
            Is.EqualTo(FoataNormalForm.Of(a) == FoataNormalForm.Of(b)));
    }

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public void The_orders_shown_are_reversed_imply_all_that_are_and_none_implies_another(ulong seed)
    {
        var (a, b) = TwoInterleavings(seed);
        var diff = TraceDiff.Compare(SmallTraces.Of(a), SmallTraces.Of(b));
        var shown = diff.Reversed.Select(r => (First: r.FirstInA.Event.Step - 1, Second: r.SecondInA.Event.Step - 1)).ToList();
        var model = new ReversalModel(a, b);
        Assert.That(shown, Is.SubsetOf(model.Reversed));
        Assert.That(model.IsMinimal(shown, inA: true) || model.IsMinimal(shown, inA: false), Is.True);
    }

    [FsCheck.NUnit.Property]
    public void The_mirrored_comparison_shows_as_much(ulong seed)
    {
        var prng = new Prng(new Seed(seed));
        var a = SmallTraces.Of(SmallProgram.RandomInterleaving(SmallProgram.Random(ref prng, 12), ref prng));
        var b = SmallTraces.Of(SmallProgram.RandomInterleaving(SmallProgram.Random(ref prng, 12), ref prng));
        var (there, back) = (TraceDiff.Compare(a, b), TraceDiff.Compare(b, a));
        Assert.That((back.OnlyInA.Count, back.OnlyInB.Count), Is.EqualTo((there.OnlyInB.Count, there.OnlyInA.Count)));
        Assert.That(there.OnlyInA.Count - there.OnlyInB.Count, Is.Zero); // 12 operations each
    }

    [FsCheck.NUnit.Property]
    public void An_operation_left_out_is_only_in_the_other(ulong seed)
    {
        var prng = new Prng(new Seed(seed));
        var all = SmallProgram.RandomInterleaving(SmallProgram.Random(ref prng, 8), ref prng);
        List<SmallAccess> fewer = [.. all];
        var at = prng.Next(all.Count);
        fewer.RemoveAt(at);
        var diff = TraceDiff.Compare(SmallTraces.Of(all), SmallTraces.Of(fewer));
        Assert.That(diff.Reversed, Is.Empty);
        Assert.That(diff.OnlyInB, Is.Empty);
        Assert.That(diff.OnlyInA.Single().Event with { Step = 0 }, Is.EqualTo(SmallTraces.Of(all).Events[at] with { Step = 0 }));
    }

    [Test]
    public void A_lost_update_is_one_order()
    {
        // Good: R0 W0 R1 W1. Lost: R0 R1 W0 W1. Of the three dependent pairs only (W0, R1) is reversed.
        SmallAccess r0 = new(0, 0, false), w0 = new(0, 0, true), r1 = new(1, 0, false), w1 = new(1, 0, true);
        var reversed = TraceDiff.Compare(SmallTraces.Of([r0, w0, r1, w1]), SmallTraces.Of([r0, r1, w0, w1])).Reversed.Single();
        Assert.That((reversed.FirstInA.Event.Task, reversed.FirstInA.Event.Kind), Is.EqualTo(("0.0", "SharedWritten")));
        Assert.That((reversed.SecondInA.Event.Task, reversed.SecondInA.Event.Kind), Is.EqualTo(("0.1", "SharedRead")));
        Assert.That((reversed.FirstInB.Ordinal, reversed.SecondInB.Ordinal), Is.EqualTo((1, 2)));
    }

    [Test]
    public void An_order_that_follows_from_another_is_left_out()
    {
        // W0 W0' W1 against W1 W0 W0': two orders are reversed, and each follows from the other one with program order in one of the traces.
        SmallAccess w0 = new(0, 0, true), w1 = new(1, 0, true);
        Assert.That(TraceDiff.Compare(SmallTraces.Of([w0, w0, w1]), SmallTraces.Of([w1, w0, w0])).Reversed, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_failed_compare_exchange_commutes_with_reads_and_one_that_took_effect_does_not()
    {
        static Trace Trace(string detail, bool swapped)
        {
            TraceEvent exchange = new(1, "0.0", "SharedExchanged", "shared@x#0", detail, 0, "");
            TraceEvent read = new(2, "0.1", "SharedRead", "shared@x#0", "", 0, "");
            return TraceArbitrary.With(SampleTraces.Trace, [], swapped ? [read, exchange] : [exchange, read]);
        }

        Assert.That(TraceDiff.Compare(Trace("failed", false), Trace("failed", true)).IsCausallyEqual, Is.True);
        Assert.That(TraceDiff.Compare(Trace("1", false), Trace("1", true)).Reversed, Has.Count.EqualTo(1));
        Assert.That(TraceDiff.Compare(Trace("1", false), Trace("failed", true)).Reversed, Has.Count.EqualTo(1));
    }

    [Test]
    public void The_first_decision_that_differs_is_shown_among_its_neighbours()
    {
        var a = Enumerable.Range(0, 10).Select(i => new Decision(2, "0.1", "send", $"channel@0#{i}")).ToList();
        List<Decision> b = [.. a];
        b[5] = new Decision(2, "clock", "clock", "clock");
        var first = TraceDiff.Compare(With(a), With(b), context: 2).FirstDecision!;
        Assert.That((first.Index, first.InA, first.InB), Is.EqualTo((5, a[5], b[5])));
        Assert.That(first.Before, Is.EqualTo(a[3..5]));
        Assert.That(first.AfterInA, Is.EqualTo(a[6..8]));
        Assert.That(first.AfterInB, Is.EqualTo(b[6..8]));
    }

    [Test]
    public void A_trace_that_ends_early_differs_where_it_ends()
    {
        var a = Enumerable.Range(0, 4).Select(i => new Decision(2, "0.1", "send", "")).ToList();
        var first = TraceDiff.Compare(With(a), With(a[..2])).FirstDecision!;
        Assert.That((first.Index, first.InA, first.InB), Is.EqualTo((2, a[2], (Decision?)null)));
    }

    [Test]
    public void Traces_without_events_are_not_called_equal()
    {
        var diff = TraceDiff.Compare(SampleTraces.Trace, With(SampleTraces.Trace.Decisions));
        Assert.That((diff.EventsWereCompared, diff.IsCausallyEqual, diff.IsIdentical), Is.EqualTo((false, false, false)));
        Assert.That(TraceDiffText.Of(diff), Does.Contain("Orders of operations were not compared: B holds no events."));
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(TraceArbitrary)])]
    public void The_text_of_any_difference_is_printable_and_80_columns_wide(Trace a, Trace b)
    {
        var text = TraceDiffText.Of(TraceDiff.Compare(a, b));
        Assert.That(text, Does.EndWith("\n"));
        foreach (var line in text.Split('\n'))
        {
            Assert.That(line.Length, Is.LessThanOrEqualTo(80), line);
            Assert.That(line.Any(char.IsControl), Is.False, line);
        }
    }

    [Test]
    public void A_long_trace_is_compared_in_reasonable_time()
    {
        // 50,000 operations of 20 tasks; only the lengths of the lists are looked at: this is here to notice anything quadratic.
        var prng = new Prng(new Seed(1));
        var a = new List<SmallAccess>();
        for (var i = 0; i < 50_000; i++)
        {
            a.Add(new SmallAccess(prng.Next(20), prng.Next(50), prng.Next(4) == 0));
        }

        List<SmallAccess> b = [.. a.OrderBy(access => access.Task)];
        var diff = TraceDiff.Compare(SmallTraces.Of(a), SmallTraces.Of(b));
        Assert.That((diff.OnlyInA.Count, diff.OnlyInB.Count), Is.EqualTo((0, 0)));
        Assert.That(diff.Reversed, Is.Not.Empty);
    }

    private static Trace With(IReadOnlyList<Decision> decisions) => TraceArbitrary.With(SampleTraces.Trace, decisions, []);

    private static (List<SmallAccess> A, List<SmallAccess> B) TwoInterleavings(ulong seed)
    {
        var prng = new Prng(new Seed(seed));
        var program = SmallProgram.Random(ref prng, prng.Next(12));
        return (SmallProgram.RandomInterleaving(program, ref prng), SmallProgram.RandomInterleaving(program, ref prng));
    }
}
