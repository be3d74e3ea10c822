using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Lab.Exploration;

/// <summary>
/// One of several parts of a run, for several machines. Executions of random strategies are dealt out by index; searches by how their schedules begin.
/// </summary>
public sealed record Shard
{
    /// <summary>The most parts that a run is divided into.</summary>
    public const int MaxCount = 10_000;

    /// <exception cref="ArgumentOutOfRangeException"><paramref name="number"/> is not from 1 to <paramref name="count"/>, or there are too many.</exception>
    public Shard(int number, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, count);
        (Number, Count) = (number, count);
    }

    /// <summary>From 1.</summary>
    public int Number { get; }

    /// <summary>Into how many parts the run is divided.</summary>
    public int Count { get; }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Shard? shard)
    {
        var isShard = TryNumbers(text, out var number, out var count) && count <= MaxCount && number >= 1 && number <= count;
        shard = isShard ? new Shard(number, count) : null;
        return isShard;
    }

    /// <summary><c>2/3</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");

    /// <summary>How many of the run's executions are this part's.</summary>
    internal long Share(long executions) => executions / Count + (Number <= executions % Count ? 1 : 0);

    /// <summary>The place in the whole run of this part's n-th execution.</summary>
    internal long Ordinal(long own) => (own * Count) + Number - 1;

    private static bool TryNumbers(string? text, out int number, out int count)
    {
        (number, count) = (0, 0);
        return text?.Split('/') is [var n, var m]
            && int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && int.TryParse(m, NumberStyles.None, CultureInfo.InvariantCulture, out count);
    }
}
