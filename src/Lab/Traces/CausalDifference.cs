using Lab.Causality;

namespace Lab.Traces;

/// <summary>
/// How the happens-before relations of two traces differ: operations that only one of them has, and the orders of dependent operations that
/// are reversed. Of the reversed orders only those are kept that are immediate in one of the two traces, for the others follow from them and
/// from program order; of the two choices the smaller one.
/// </summary>
internal sealed record CausalDifference(
    IReadOnlyList<ReversedOrder> Reversed, IReadOnlyList<TraceOperation> OnlyInA, IReadOnlyList<TraceOperation> OnlyInB)
{
    internal static CausalDifference Between(Trace a, Trace b)
    {
        var inA = TraceOperation.Of(a);
        var inB = TraceOperation.Of(b);
        var matching = new OperationMatching(inA, inB);
        return new CausalDifference(Reversals(inA, inB, matching), Unmatched(inA, matching.InB), Unmatched(inB, matching.InA));
    }

    private static List<TraceOperation> Unmatched(List<TraceOperation> operations, ReadOnlySpan<int> matches)
    {
        var unmatched = new List<TraceOperation>();
        for (var i = 0; i < operations.Count; i++)
        {
            if (matches[i] < 0)
            {
                unmatched.Add(operations[i]);
            }
        }

        return unmatched;
    }

    // Operations that only one trace has take no part: an order that runs through one of them would explain nothing in the other trace.
    private static List<ReversedOrder> Reversals(List<TraceOperation> a, List<TraceOperation> b, OperationMatching matching)
    {
        var tasks = new Dictionary<string, int>(StringComparer.Ordinal);
        var objects = new Dictionary<string, int>(StringComparer.Ordinal);
        var inA = new List<int>(); // matched operations in A's order, as indexes of A
        var inB = new List<int>(); // the same in B's order, as indexes of B
        var accessesInA = new List<ImmediateOrders.Access>();
        var accessesInB = new List<ImmediateOrders.Access>();
        Collect(a, b, matching.InB, inA, accessesInA, tasks, objects);
        Collect(b, a, matching.InA, inB, accessesInB, tasks, objects);

        var byA = ImmediateOrders.Of(accessesInA).Select(pair => (Earlier: inA[pair.Earlier], Later: inA[pair.Later]))
            .Where(pair => matching.InB[pair.Earlier] > matching.InB[pair.Later]).ToList();
        var byB = ImmediateOrders.Of(accessesInB).Select(pair => (Earlier: matching.InA[inB[pair.Later]], Later: matching.InA[inB[pair.Earlier]]))
            .Where(pair => pair.Earlier < pair.Later).ToList();
        return (byA.Count <= byB.Count ? byA : byB).Order().Select(pair =>
            new ReversedOrder(a[pair.Earlier], a[pair.Later], b[matching.InB[pair.Later]], b[matching.InB[pair.Earlier]])).ToList();
    }

    private static void Collect(
        List<TraceOperation> operations,
        List<TraceOperation> others,
        ReadOnlySpan<int> matches,
        List<int> matched,
        List<ImmediateOrders.Access> accesses,
        Dictionary<string, int> tasks,
        Dictionary<string, int> objects)
    {
        for (var i = 0; i < operations.Count; i++)
        {
            if (matches[i] >= 0)
            {
                var e = operations[i].Event;

                // A compare-exchange that took effect in one of them is a write in both.
                var kind = (AccessKind)Math.Max((byte)e.Access, (byte)others[matches[i]].Event.Access);
                matched.Add(i);
                accesses.Add(new ImmediateOrders.Access(NumberOf(tasks, e.Task), NumberOf(objects, e.Object), kind));
            }
        }
    }

    private static int NumberOf(Dictionary<string, int> numbers, string name)
    {
        if (!numbers.TryGetValue(name, out var number))
        {
            numbers.Add(name, number = numbers.Count);
        }

        return number;
    }
}
