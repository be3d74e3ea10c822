namespace Lab.Generators;

/// <summary>Smaller lists: without a half, a quarter, ... down to without one item; then with one item made smaller.</summary>
internal static class ListShrinker
{
    internal static IEnumerable<T[]> Shrink<T>(IReadOnlyList<T> items, Func<T, IEnumerable<T>> smaller, int minimum = 0)
    {
        for (var length = items.Count; length >= 1; length /= 2)
        {
            for (var start = 0; start < items.Count && items.Count - length >= minimum; start += length)
            {
                yield return [.. items.Take(start), .. items.Skip(start + length)];
            }
        }

        for (var i = 0; i < items.Count; i++)
        {
            foreach (var replacement in smaller(items[i]))
            {
                yield return [.. items.Take(i), replacement, .. items.Skip(i + 1)];
            }
        }
    }

    /// <summary>Zero, halves, one less.</summary>
    internal static IEnumerable<int> Shrink(int value, int minimum = 0)
    {
        var last = -1;
        foreach (var candidate in (int[])[minimum, minimum + ((value - minimum) / 2), value - 1])
        {
            if (candidate >= minimum && candidate < value && candidate != last)
            {
                last = candidate;
                yield return candidate;
            }
        }
    }
}
