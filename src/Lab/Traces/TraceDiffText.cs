using System.Globalization;

namespace Lab.Traces;

/// <summary>Prints a <see cref="TraceDiff"/>: what was run, where the decisions part, the verdicts, then the orders that matter.</summary>
internal static class TraceDiffText
{
    // A person reads the first few; that there are more is said.
    private const int MaxListed = 20;

    internal static string Of(TraceDiff diff)
    {
        var text = new WrappedText();
        text.Line("A  ", diff.A.ToString());
        text.Line("B  ", diff.B.ToString());
        text.Blank();
        if (diff.IsIdentical)
        {
            text.Line("", "No difference: the same decisions, events and verdict.");
            return text.ToString();
        }

        AppendDecisions(text, diff);
        AppendVerdicts(text, diff);
        AppendCausal(text, diff);
        return text.ToString();
    }

    private static void AppendDecisions(WrappedText text, TraceDiff diff)
    {
        if (diff.FirstDecision is not { } first)
        {
            text.Line("", Invariant($"Decisions: all {diff.A.Decisions.Count} are equal."));
            return;
        }

        text.Line("", Invariant($"Decisions: they part at number {first.Index}, counted from 0 (A has {diff.A.Decisions.Count}, B has {diff.B.Decisions.Count})."));
        for (var i = 0; i < first.Before.Count; i++)
        {
            AppendDecision(text, ' ', first.Index - first.Before.Count + i, first.Before[i]);
        }

        AppendSide(text, 'A', first.Index, first.InA, first.AfterInA);
        AppendSide(text, 'B', first.Index, first.InB, first.AfterInB);
    }

    private static void AppendSide(WrappedText text, char side, int index, Decision? first, IReadOnlyList<Decision> after)
    {
        AppendDecision(text, side, index, first);
        for (var i = 0; i < after.Count; i++)
        {
            AppendDecision(text, side, index + 1 + i, after[i]);
        }
    }

    private static void AppendDecision(WrappedText text, char side, int index, Decision? decision) => text.Line(
        Invariant($"  {side} {index,5}  "),
        decision is null
            ? "(no more decisions)"
            : Invariant($"{decision.Choice} {decision.Operation} {decision.Object}").TrimEnd() + Invariant($"  (1 of {decision.Alternatives})"));

    private static void AppendVerdicts(WrappedText text, TraceDiff diff)
    {
        text.Blank();
        if (!diff.VerdictsDiffer)
        {
            text.Line("", $"Verdict: both {diff.A.Verdict.Kind}{(diff.A.Verdict.Message.Length == 0 ? "" : ", with the same message")}.");
            return;
        }

        var (a, b) = (diff.A.Verdict, diff.B.Verdict);
        if (a.Kind == b.Kind)
        {
            text.Line("", $"Verdict: both {a.Kind}, with messages that differ in these lines:");
            AppendVerdict(text, "  A  ", a with { Message = Without(a.Message, b.Message) });
            AppendVerdict(text, "  B  ", b with { Message = Without(b.Message, a.Message) });
            return;
        }

        text.Line("", "Verdicts:");
        AppendVerdict(text, "  A  ", a);
        AppendVerdict(text, "  B  ", b);
    }

    private static string Without(string message, string other) => string.Join('\n', message.Split('\n').Except(other.Split('\n')));

    private static void AppendVerdict(WrappedText text, string lead, TraceVerdict verdict)
    {
        text.Line(lead, verdict.Kind);
        if (verdict.Message.Length > 0)
        {
            foreach (var line in verdict.Message.Split('\n'))
            {
                text.Line("     ", line.TrimEnd('\r'));
            }
        }
    }

    private static void AppendCausal(WrappedText text, TraceDiff diff)
    {
        text.Blank();
        if (!diff.EventsWereCompared)
        {
            var without = diff.A.Events.Count > 0 ? "B holds" : diff.B.Events.Count > 0 ? "A holds" : "A and B hold";
            text.Line("", $"Orders of operations were not compared: {without} no events. Replay to record them.");
            return;
        }

        if (diff.IsCausallyEqual)
        {
            text.Line("", "Orders of operations: no difference that matters (the traces are equal up to swaps of independent operations).");
            return;
        }

        AppendReversed(text, diff);
        AppendOnly(text, "A", diff.OnlyInA, diff.A);
        AppendOnly(text, "B", diff.OnlyInB, diff.B);
    }

    private static void AppendReversed(WrappedText text, TraceDiff diff)
    {
        text.Line("", diff.Reversed.Count == 0 ? "No operations that both have are in another order." : "In another order (what follows from these is left out):");
        foreach (var reversed in diff.Reversed.Take(MaxListed))
        {
            text.Line("  ", reversed.FirstInA.Event.Object);
            text.Line("    A  first ", Describe(reversed.FirstInA, diff.A));
            text.Line("       then  ", Describe(reversed.SecondInA, diff.A));
            text.Line("    B  first ", Describe(reversed.FirstInB, diff.B));
            text.Line("       then  ", Describe(reversed.SecondInB, diff.B));
        }

        AppendMore(text, diff.Reversed.Count);
    }

    private static void AppendOnly(WrappedText text, string side, IReadOnlyList<TraceOperation> operations, Trace trace)
    {
        if (operations.Count == 0)
        {
            return;
        }

        text.Line("", $"Only in {side}:");
        foreach (var operation in operations.Take(MaxListed))
        {
            text.Line("    ", $"{Describe(operation, trace)}, {operation.Event.Object}");
        }

        AppendMore(text, operations.Count);
    }

    private static void AppendMore(WrappedText text, int count)
    {
        if (count > MaxListed)
        {
            text.Line("    ", Invariant($"... and {count - MaxListed} more"));
        }
    }

    private static string Describe(TraceOperation operation, Trace trace)
    {
        var e = operation.Event;
        var name = trace.Tasks.FirstOrDefault(task => task.Id == e.Task)?.Name ?? "";
        var who = e.Task.Length == 0 ? "outside" : name.Length == 0 ? e.Task : $"{e.Task} {name}";
        var what = e.Detail.Length == 0 ? e.Kind : $"{e.Kind} {e.Detail}";
        var where = e.Site.Length == 0 ? "" : $", {e.Site}";
        return Invariant($"{who}: {what} (step {e.Step}{where})");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
