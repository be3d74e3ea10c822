namespace Lab.Traces;

/// <summary>
/// Which operation of A is which of B. Task by task, the longest common subsequence: like is matched with like (same kind, same object), and
/// never crosswise, so that program order holds on both sides. Before a task's first difference this is equality of ordinals.
/// </summary>
internal sealed class OperationMatching
{
    // The table of the subsequence has (n + 1) * (m + 1) numbers; beyond this size only operations of equal ordinal are matched.
    private const long MaxTable = 4_000_000;

    private readonly int[] _inB;
    private readonly int[] _inA;

    internal OperationMatching(List<TraceOperation> a, List<TraceOperation> b)
    {
        _inB = new int[a.Count];
        _inA = new int[b.Count];
        Array.Fill(_inB, -1);
        Array.Fill(_inA, -1);
        var tasksOfB = ByTask(b);
        foreach (var (task, indexesInA) in ByTask(a))
        {
            if (tasksOfB.TryGetValue(task, out var indexesInB))
            {
                MatchTask(a, indexesInA, b, indexesInB);
            }
        }
    }

    /// <summary>For each operation of A its index in B; -1 where B has none like it.</summary>
    internal ReadOnlySpan<int> InB => _inB;

    /// <summary>For each operation of B its index in A; -1 where A has none like it.</summary>
    internal ReadOnlySpan<int> InA => _inA;

    private static Dictionary<string, List<int>> ByTask(List<TraceOperation> operations)
    {
        var tasks = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (var i = 0; i < operations.Count; i++)
        {
            var task = operations[i].Event.Task;
            if (!tasks.TryGetValue(task, out var indexes))
            {
                tasks.Add(task, indexes = []);
            }

            indexes.Add(i);
        }

        return tasks;
    }

    private void MatchTask(List<TraceOperation> a, List<int> inA, List<TraceOperation> b, List<int> inB)
    {
        bool AreAlike(int i, int j) => a[inA[i]].IsLike(b[inB[j]]);

        var (start, endA, endB) = (0, inA.Count, inB.Count);
        for (; start < endA && start < endB && AreAlike(start, start); start++)
        {
            Pair(inA[start], inB[start]);
        }

        for (; endA > start && endB > start && AreAlike(endA - 1, endB - 1); endA--, endB--)
        {
            Pair(inA[endA - 1], inB[endB - 1]);
        }

        foreach (var (i, j) in Middle(start, endA, endB, AreAlike))
        {
            Pair(inA[i], inB[j]);
        }
    }

    private static IEnumerable<(int I, int J)> Middle(int start, int endA, int endB, Func<int, int, bool> areAlike) =>
        (endA - start + 1L) * (endB - start + 1L) <= MaxTable
            ? LongestCommonSubsequence(start, endA, endB, areAlike)
            : Enumerable.Range(start, Math.Min(endA, endB) - start).Where(i => areAlike(i, i)).Select(i => (i, i));

    private static IEnumerable<(int I, int J)> LongestCommonSubsequence(int start, int endA, int endB, Func<int, int, bool> areAlike)
    {
        // length[i, j]: of the longest common subsequence of what follows i and j.
        var length = new int[endA - start + 1, endB - start + 1];
        for (var i = endA - 1; i >= start; i--)
        {
            for (var j = endB - 1; j >= start; j--)
            {
                length[i - start, j - start] = areAlike(i, j)
                    ? length[i - start + 1, j - start + 1] + 1
                    : Math.Max(length[i - start + 1, j - start], length[i - start, j - start + 1]);
            }
        }

        for (var (i, j) = (start, start); i < endA && j < endB;)
        {
            if (areAlike(i, j))
            {
                yield return (i++, j++);
            }
            else if (length[i - start + 1, j - start] >= length[i - start, j - start + 1])
            {
                i++;
            }
            else
            {
                j++;
            }
        }
    }

    private void Pair(int indexInA, int indexInB)
    {
        _inB[indexInA] = indexInB;
        _inA[indexInB] = indexInA;
    }
}
