using System.Globalization;
using Lab.Traces;

namespace Lab.Reports;

/// <summary>What differs between two executions: what was run, where the decisions part, the verdicts, then the orders that matter.</summary>
public static class TraceDiffText
{
    // A person reads the first few; that there are more is said.
    private const int MaxListed = 20;

    /// <summary>The difference for people: at most 80 columns, LF, no colour.</summary>
    public static string Of(TraceDiff diff)
    {
        ArgumentNullException.ThrowIfNull(diff);

        // Both name all objects, and each its own tasks where the program did not name them the same.
        var (namesOfA, namesOfB) = (new ReportNames(diff.B, diff.A), new ReportNames(diff.A, diff.B));
        var text = new WrappedText();
        text.Line("A  ", diff.A.ToString());
        text.Line("B  ", diff.B.ToString());
        text.Blank();
        if (diff.A.Scenario != diff.B.Scenario)
        {
            text.Line("", "These are executions of two programs: tasks and objects are compared by their ids, whatever they are there.");
            text.Blank();
        }

        if (diff.IsIdentical)
        {
            text.Line("", "No difference: the same decisions, events and verdict.");
            return text.ToString();
        }

        AppendDecisions(text, diff, namesOfA, namesOfB);
        AppendVerdicts(text, diff, namesOfA, namesOfB);
        AppendCausal(text, diff, namesOfA, namesOfB);
        return text.ToString();
    }

    private static void AppendDecisions(WrappedText text, TraceDiff diff, ReportNames namesOfA, ReportNames namesOfB)
    {
        if (diff.FirstDecision is not { } first)
        {
            text.Line("", Invariant($"Decisions: all {diff.A.Decisions.Count} are equal."));
            return;
        }

        text.Line("", Invariant($"Decisions: they part at number {first.Index}, counted from 0 (A has {diff.A.Decisions.Count}, B has {diff.B.Decisions.Count})."));
        for (var i = 0; i < first.Before.Count; i++)
        {
            AppendDecision(text, ' ', first.Index - first.Before.Count + i, first.Before[i], namesOfA);
        }

        AppendSide(text, 'A', first.Index, first.InA, first.AfterInA, namesOfA);
        AppendSide(text, 'B', first.Index, first.InB, first.AfterInB, namesOfB);
    }

    private static void AppendSide(WrappedText text, char side, int index, Decision? first, IReadOnlyList<Decision> after, ReportNames names)
    {
        AppendDecision(text, side, index, first, names);
        for (var i = 0; i < after.Count; i++)
        {
            AppendDecision(text, side, index + 1 + i, after[i], names);
        }
    }

    private static void AppendDecision(WrappedText text, char side, int index, Decision? decision, ReportNames names) => text.Line(
        Invariant($"  {side} {index,5}  "),
        decision is null
            ? "(no more decisions)"
            : $"{names.TaskInFull(decision.Choice)}: {decision.Operation} {names.Object(decision.Object)}".TrimEnd() + Invariant($" (one of {decision.Alternatives})"));

    private static void AppendVerdicts(WrappedText text, TraceDiff diff, ReportNames namesOfA, ReportNames namesOfB)
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
            AppendVerdict(text, "  A  ", a with { Message = Without(a.Message, b.Message) }, namesOfA);
            AppendVerdict(text, "  B  ", b with { Message = Without(b.Message, a.Message) }, namesOfB);
            return;
        }

        text.Line("", "Verdicts:");
        AppendVerdict(text, "  A  ", a, namesOfA);
        AppendVerdict(text, "  B  ", b, namesOfB);
    }

    private static string Without(string message, string other) => string.Join('\n', message.Split('\n').Except(other.Split('\n')));

    private static void AppendVerdict(WrappedText text, string lead, TraceVerdict verdict, ReportNames names)
    {
        text.Line(lead, verdict.Kind);
        var indent = new string(' ', lead.Length);
        foreach (var (first, words, further) in WaitForCycle.Drawn(FailureReport.Lines(names.Shorten(verdict.Message))))
        {
            text.Line(indent + first, words, indent + further);
        }
    }

    private static void AppendCausal(WrappedText text, TraceDiff diff, ReportNames namesOfA, ReportNames namesOfB)
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

        var inA = OperationText.OfAll(diff.A, namesOfA);
        var inB = OperationText.OfAll(diff.B, namesOfB);
        AppendReversed(text, diff, operation => Describe(operation, inA, namesOfA), operation => Describe(operation, inB, namesOfB));
        AppendOnly(text, "A", diff.OnlyInA, inA, namesOfA);
        AppendOnly(text, "B", diff.OnlyInB, inB, namesOfB);
    }

    private static void AppendReversed(WrappedText text, TraceDiff diff, Func<TraceOperation, string> inA, Func<TraceOperation, string> inB)
    {
        text.Line("", diff.Reversed.Count == 0 ? "No operations that both have are in another order." : "In another order (what follows from these is left out):");
        for (var i = 0; i < Math.Min(diff.Reversed.Count, MaxListed); i++)
        {
            if (i > 0)
            {
                text.Blank();
            }

            var reversed = diff.Reversed[i];
            text.Line("  A  first ", inA(reversed.FirstInA));
            text.Line("     then  ", inA(reversed.SecondInA));
            text.Line("  B  first ", inB(reversed.FirstInB));
            text.Line("     then  ", inB(reversed.SecondInB));
        }

        AppendMore(text, diff.Reversed.Count);
    }

    private static void AppendOnly(
        WrappedText text, string side, IReadOnlyList<TraceOperation> operations, Dictionary<TraceEvent, string> words, ReportNames names)
    {
        if (operations.Count == 0)
        {
            return;
        }

        text.Blank();
        text.Line("", $"Only in {side}:");
        foreach (var operation in operations.Take(MaxListed))
        {
            text.Line("", $"  {Describe(operation, words, names)}");
        }

        AppendMore(text, operations.Count);
    }

    private static void AppendMore(WrappedText text, int count)
    {
        if (count > MaxListed)
        {
            text.Line("  ", Invariant($"... and {count - MaxListed} more"));
        }
    }

    private static string Describe(TraceOperation operation, Dictionary<TraceEvent, string> words, ReportNames names)
    {
        var e = operation.Event;
        var who = e.Task.Length == 0 ? "somebody outside" : e.Task == ReportNames.Clock ? "the clock" : names.TaskInFull(e.Task);
        return Invariant($"{who} {words[e]} (step {e.Step}{(e.Site.Length == 0 ? "" : $", {e.Site}")})");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
