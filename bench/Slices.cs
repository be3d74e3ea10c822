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
        var rates = Rates([left, right], slices);
        return (Median(rates[0]), Median(rates[1]), Median(Ratios(rates[0], rates[1])));
    }

    /// <summary>Operations per second of each side in each slice; in a slice all sides run one after another, the first one first.</summary>
    /// <remarks>What <paramref name="prepare"/> has for a side runs before it, and is not counted.</remarks>
    internal static double[][] Rates(IReadOnlyList<Func<long>> sides, int slices, IReadOnlyList<Action?>? prepare = null)
    {
        for (var i = 0; i < 3; i++)
        {
            for (var j = 0; j < sides.Count; j++)
            {
                prepare?[j]?.Invoke();
                sides[j]();
            }
        }

        var rates = sides.Select(_ => new double[slices]).ToArray();
        for (var i = 0; i < slices; i++)
        {
            for (var j = 0; j < sides.Count; j++)
            {
                prepare?[j]?.Invoke();
                rates[j][i] = Rate(sides[j]);
            }
        }

        return rates;
    }

    internal static double[] Ratios(double[] left, double[] right) => [.. left.Zip(right, (a, b) => a / b)];

    internal static double Rate(Func<long> work)
    {
        var start = Stopwatch.GetTimestamp();
        var count = work();
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    internal static double Median(double[] values) => Quantile(values, 0.5);

    /// <summary>The value that the share <paramref name="q"/> of <paramref name="values"/> lies below.</summary>
    internal static double Quantile(double[] values, double q)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)(q * (sorted.Length - 1) + 0.5)];
    }
}
