using Lab.Properties.Causality;

namespace Lab.Properties.Traces;

/// <summary>
/// Which orders are reversed between two interleavings of one program, by looking at all pairs, and what implies what, by transitive closure.
/// Operations are numbered by their place in A. Cubic and obvious, as a reference should be.
/// </summary>
internal sealed class ReversalModel
{
    private readonly List<SmallAccess> _a;
    private readonly int[] _placeInB;

    internal ReversalModel(List<SmallAccess> a, List<SmallAccess> b)
    {
        _a = a;
        _placeInB = new int[a.Count];
        for (var task = 0; task < SmallProgram.Tasks; task++)
        {
            var inB = Enumerable.Range(0, b.Count).Where(i => b[i].Task == task).ToList();
            var inA = Enumerable.Range(0, a.Count).Where(i => a[i].Task == task).ToList();
            for (var k = 0; k < inA.Count; k++)
            {
                _placeInB[inA[k]] = inB[k];
            }
        }

        Reversed = [.. Pairs().Where(IsReversed)];
    }

    internal List<(int First, int Second)> Reversed { get; }

    /// <summary>
    /// Whether, in that trace, these orders together with program order and the orders that both traces share imply every reversed one, and
    /// none of these is implied by the rest.
    /// </summary>
    internal bool IsMinimal(List<(int First, int Second)> shown, bool inA)
    {
        var implied = Closure(shown, inA);
        return Reversed.All(pair => Holds(implied, pair, inA))
            && shown.All(pair => !Holds(Closure([.. shown.Where(other => other != pair)], inA), pair, inA));
    }

    private IEnumerable<(int First, int Second)> Pairs() =>
        from first in Enumerable.Range(0, _a.Count)
        from second in Enumerable.Range(first + 1, _a.Count - first - 1)
        where _a[first].DependsOn(_a[second])
        select (first, second);

    private bool IsReversed((int First, int Second) pair) => _placeInB[pair.First] > _placeInB[pair.Second];

    private static bool Holds(bool[,] before, (int First, int Second) pair, bool inA) =>
        inA ? before[pair.First, pair.Second] : before[pair.Second, pair.First];

    private bool[,] Closure(List<(int First, int Second)> reversed, bool inA)
    {
        var before = new bool[_a.Count, _a.Count];
        foreach (var (first, second) in Pairs().Where(pair => !IsReversed(pair)))
        {
            before[first, second] = true;
        }

        foreach (var (first, second) in reversed)
        {
            before[inA ? first : second, inA ? second : first] = true;
        }

        for (var via = 0; via < _a.Count; via++)
        {
            for (var from = 0; from < _a.Count; from++)
            {
                for (var to = 0; to < _a.Count; to++)
                {
                    before[from, to] |= before[from, via] && before[via, to];
                }
            }
        }

        return before;
    }
}
