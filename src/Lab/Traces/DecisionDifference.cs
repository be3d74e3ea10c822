namespace Lab.Traces;

/// <summary>The first decision in which two traces differ.</summary>
/// <param name="Index">How many decisions were equal before it.</param>
/// <param name="InA">What A decided; null if A had ended.</param>
/// <param name="InB">What B decided; null if B had ended.</param>
/// <param name="Before">The last equal decisions before it, oldest first.</param>
/// <param name="AfterInA">What A decided next, oldest first.</param>
/// <param name="AfterInB">What B decided next, oldest first.</param>
public sealed record DecisionDifference(
    int Index,
    Decision? InA,
    Decision? InB,
    IReadOnlyList<Decision> Before,
    IReadOnlyList<Decision> AfterInA,
    IReadOnlyList<Decision> AfterInB)
{
    internal static DecisionDifference? Find(IReadOnlyList<Decision> a, IReadOnlyList<Decision> b, int context)
    {
        var index = 0;
        while (index < a.Count && index < b.Count && a[index] == b[index])
        {
            index++;
        }

        return index == a.Count && index == b.Count
            ? null
            : new DecisionDifference(
                index, At(a, index), At(b, index), Slice(a, index - context, index), Slice(a, index + 1, index + 1 + context), Slice(b, index + 1, index + 1 + context));
    }

    private static Decision? At(IReadOnlyList<Decision> decisions, int index) => index < decisions.Count ? decisions[index] : null;

    private static List<Decision> Slice(IReadOnlyList<Decision> decisions, int from, int to)
    {
        var slice = new List<Decision>();
        for (var i = Math.Max(from, 0); i < Math.Min(to, decisions.Count); i++)
        {
            slice.Add(decisions[i]);
        }

        return slice;
    }
}
