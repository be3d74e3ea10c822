using System.Globalization;

namespace Lab.Traces;

/// <summary>Deviation number <paramref name="Index"/> (of the decisions of an execution, from 0) takes alternative <paramref name="Choice"/> modulo their number.</summary>
public readonly record struct Deviation(int Index, int Choice);

/// <summary>
/// A schedule for any program: a few deviations from the non-pre-emptive default (continue; else first come, first served). The empty one is the
/// default itself and the smallest; shrinking removes deviations and makes indices and choices smaller.
/// </summary>
public sealed class Schedule : IEquatable<Schedule>
{
    /// <param name="items">In any order; of two for one index the later one counts.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative index or choice.</exception>
    public Schedule(IEnumerable<Deviation> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        var sorted = new SortedDictionary<int, int>();
        foreach (var (index, choice) in items)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfNegative(choice);
            sorted[index] = choice;
        }

        Items = [.. sorted.Select(static pair => new Deviation(pair.Key, pair.Value))];
    }

    /// <summary>No deviation.</summary>
    public static Schedule Default { get; } = new([]);

    /// <summary>By index, each index once.</summary>
    public IReadOnlyList<Deviation> Items { get; }

    /// <summary>Equal deviations.</summary>
    public bool Equals(Schedule? other) => other is not null && Items.SequenceEqual(other.Items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Schedule);

    /// <inheritdoc/>
    public override int GetHashCode() => Items.Aggregate(Items.Count, static (hash, item) => HashCode.Combine(hash, item));

    /// <summary>As FsCheck shows it: <c>3->1, 7->0</c>, or <c>no deviations</c>.</summary>
    public override string ToString() => Items.Count == 0
        ? "no deviations"
        : string.Join(", ", Items.Select(static item => string.Create(CultureInfo.InvariantCulture, $"{item.Index}->{item.Choice}")));
}
