namespace Lab.Properties.Seeds;

/// <summary>Pearson's statistic against equally likely outcomes. Tests compare it with the tabulated value for (outcomes - 1) degrees of freedom.</summary>
internal static class ChiSquared
{
    internal static double Uniform(IReadOnlyCollection<long> counts)
    {
        var expected = (double)counts.Sum() / counts.Count;
        return counts.Sum(count => (count - expected) * (count - expected) / expected);
    }
}
