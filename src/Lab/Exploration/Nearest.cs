namespace Lab.Exploration;

/// <summary>Which of the known names was probably meant.</summary>
internal static class Nearest
{
    /// <summary>The nearest first; only those that contain the text, or need few edits for their length.</summary>
    internal static IReadOnlyList<string> To(string text, IEnumerable<string> names, int limit) =>
        [.. names.Select(name => (Name: name, Distance: Distance(text, name)))
            .Where(pair => pair.Distance <= Allowed(pair.Name, text) || Contains(pair.Name, text))
            .OrderBy(static pair => pair.Distance).ThenBy(static pair => pair.Name, StringComparer.Ordinal)
            .Take(limit).Select(static pair => pair.Name)];

    // Two are an exchange of letters; of a name of three letters they leave one, and then it should be the first.
    private static int Allowed(string name, string text) =>
        Math.Max(name.AsSpan(0, 1).Equals(text.AsSpan(0, Math.Min(1, text.Length)), StringComparison.OrdinalIgnoreCase) ? 2 : 1, name.Length / 3);

    private static bool Contains(string name, string text) => text.Length >= 3 && name.Contains(text, StringComparison.OrdinalIgnoreCase);

    // Levenshtein, two rows; case does not count.
    private static int Distance(string a, string b)
    {
        var above = Enumerable.Range(0, b.Length + 1).ToArray();
        var row = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                row[j] = Math.Min(Math.Min(above[j] + 1, row[j - 1] + 1), above[j - 1] + cost);
            }

            (above, row) = (row, above);
        }

        return above[b.Length];
    }
}
