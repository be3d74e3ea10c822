using Lab.Causality;

namespace Lab.Traces;

/// <summary>
/// The happens-before relation of a sequence of operations, reduced to the pairs between tasks that nothing else implies: neither program
/// order nor a chain of other pairs. Vector clocks; O(operations * tasks) beside the pairs that are looked at.
/// </summary>
internal sealed class ImmediateOrders
{
    /// <summary>One operation as seen here: everything by number, so that two traces can be asked the same question.</summary>
    internal readonly record struct Access(int Task, int Object, AccessKind Kind);

    // An operation together with all that happened before it, itself included.
    private sealed record Known(int Index, int Task, int Ordinal, VectorClock Past);

    private sealed class ObjectHistory
    {
        internal Known? LastWrite;

        // The last read of each task since that write; earlier ones are implied by program order.
        internal readonly List<Known> Reads = [];
    }

    private readonly List<VectorClock> _tasks = [];
    private readonly List<ObjectHistory> _objects = [];
    private readonly List<Known> _candidates = [];
    private readonly List<(int Earlier, int Later)> _pairs = [];

    private ImmediateOrders()
    {
    }

    /// <summary>The pairs, as indexes of <paramref name="accesses"/>, by the later one.</summary>
    internal static List<(int Earlier, int Later)> Of(IReadOnlyList<Access> accesses)
    {
        var orders = new ImmediateOrders();
        for (var i = 0; i < accesses.Count; i++)
        {
            orders.Take(i, accesses[i]);
        }

        return orders._pairs;
    }

    private void Take(int index, Access access)
    {
        var own = At(_tasks, access.Task);
        var history = At(_objects, access.Object);
        CollectCandidates(history, access);
        foreach (var candidate in _candidates)
        {
            if (own[candidate.Task] < candidate.Ordinal && !IsImpliedByAnother(candidate))
            {
                _pairs.Add((candidate.Index, index));
            }
        }

        foreach (var candidate in _candidates)
        {
            own.Join(candidate.Past);
        }

        Remember(history, access, new Known(index, access.Task, own.Tick(access.Task), new VectorClock(own)));
    }

    private void CollectCandidates(ObjectHistory history, Access access)
    {
        _candidates.Clear();
        if (history.LastWrite is { } write && write.Task != access.Task)
        {
            _candidates.Add(write);
        }

        if (access.Kind == AccessKind.Write)
        {
            foreach (var read in history.Reads)
            {
                if (read.Task != access.Task)
                {
                    _candidates.Add(read);
                }
            }
        }
    }

    private bool IsImpliedByAnother(Known candidate)
    {
        foreach (var other in _candidates)
        {
            if (other != candidate && other.Past[candidate.Task] >= candidate.Ordinal)
            {
                return true;
            }
        }

        return false;
    }

    private static void Remember(ObjectHistory history, Access access, Known known)
    {
        if (access.Kind == AccessKind.Write)
        {
            history.LastWrite = known;
            history.Reads.Clear();
        }
        else
        {
            history.Reads.RemoveAll(read => read.Task == access.Task);
            history.Reads.Add(known);
        }
    }

    private static T At<T>(List<T> list, int index)
        where T : new()
    {
        while (list.Count <= index)
        {
            list.Add(new T());
        }

        return list[index];
    }
}
