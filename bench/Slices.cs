using System.Diagnostics;

namespace Lab.Bench;

/// <summary>
/// Rates that a busy machine disturbs little: both sides run in short alternating slices, and the medians of their rates are compared.
/// </summary>
internal static class Slices
{
    /// <summary>Median operations per second of each side, and the median of the slice-by-slice ratios left/right.</summary>
    internal static (double Left, double Right, double Ratio) Compare(Func<long> left, Func<long> right, int slices = 15)
    {
        for (var i = 0; i < 3; i++)
        {
            left();
            right();
        }

        var lefts = new double[slices];
        var rights = new double[slices];
        var ratios = new double[slices];
        for (var i = 0; i < slices; i++)
        {
            lefts[i] = Rate(left);
            rights[i] = Rate(right);
            ratios[i] = lefts[i] / rights[i];
        }

        return (Median(lefts), Median(rights), Median(ratios));
    }

    internal static double Rate(Func<long> work)
    {
        var start = Stopwatch.GetTimestamp();
        var count = work();
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    internal static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
