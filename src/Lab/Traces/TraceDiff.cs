namespace Lab.Traces;

/// <summary>
/// What differs between two executions of one program: where the decisions part, how the verdicts differ, and which dependent operations
/// happened in another order. The last is what a person wants to know: a thousand decisions may differ and only one order matter.
/// </summary>
public sealed class TraceDiff
{
    private TraceDiff(Trace a, Trace b, int context)
    {
        A = a;
        B = b;
        FirstDecision = DecisionDifference.Find(a.Decisions, b.Decisions, context);
        EventsWereCompared = a.Events.Count > 0 && b.Events.Count > 0;
        var causal = EventsWereCompared ? CausalDifference.Between(a, b) : new CausalDifference([], [], []);
        (Reversed, OnlyInA, OnlyInB) = causal;
    }

    /// <summary>The first trace, by convention the one that is well understood.</summary>
    public Trace A { get; }

    /// <summary>The second trace.</summary>
    public Trace B { get; }

    /// <summary>Whether decisions, events, fingerprints, steps, times and verdicts are all equal. How the decisions were drawn is not looked at.</summary>
    public bool IsIdentical =>
        FirstDecision is null && !VerdictsDiffer && A.Events.SequenceEqual(B.Events)
        && (A.Fingerprint, A.Steps, A.VirtualTime) == (B.Fingerprint, B.Steps, B.VirtualTime);

    /// <summary>Where the decisions part; null if they are equal.</summary>
    public DecisionDifference? FirstDecision { get; }

    /// <summary>Whether kind or message of the verdicts differ.</summary>
    public bool VerdictsDiffer => A.Verdict != B.Verdict;

    /// <summary>Whether both traces hold events. If not, the three lists below are empty and mean nothing.</summary>
    public bool EventsWereCompared { get; }

    /// <summary>
    /// The orders of dependent operations that are reversed, in A's order, without those that follow from the others and from program order.
    /// Empty when the traces have the same operations: their happens-before relations are then equal.
    /// </summary>
    public IReadOnlyList<ReversedOrder> Reversed { get; }

    /// <summary>Operations of A that B does not have.</summary>
    public IReadOnlyList<TraceOperation> OnlyInA { get; }

    /// <summary>Operations of B that A does not have.</summary>
    public IReadOnlyList<TraceOperation> OnlyInB { get; }

    /// <summary>Whether the same operations happened in the same order, as far as the order matters. False if events could not be compared.</summary>
    public bool IsCausallyEqual => EventsWereCompared && Reversed.Count + OnlyInA.Count + OnlyInB.Count == 0;

    /// <summary>Compares two traces of one program. O(decisions + events * tasks) for traces that are alike.</summary>
    /// <param name="a">The first trace.</param>
    /// <param name="b">The second trace.</param>
    /// <param name="context">How many decisions to keep before and after the first that differs.</param>
    /// <exception cref="ArgumentNullException">A trace is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="context"/> is negative.</exception>
    public static TraceDiff Compare(Trace a, Trace b, int context = 3)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentOutOfRangeException.ThrowIfNegative(context);
        return new TraceDiff(a, b, context);
    }
}
