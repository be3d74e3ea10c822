using Lab.Oracles;

namespace Lab.Exploration;

/// <summary>What the live oracles of a run judged, and whether those that were asked for did.</summary>
internal static class OracleCounts
{
    /// <summary>By name, in the order of the oracles.</summary>
    internal static IReadOnlyDictionary<string, long> Of(long[] judged)
    {
        var counts = new Dictionary<string, long>();
        for (var i = 0; i < judged.Length; i++)
        {
            counts[LiveOracles.Names[i]] = judged[i];
        }

        return counts;
    }

    /// <exception cref="ArgumentException">A name is no oracle's; lists those there are.</exception>
    internal static void CheckNames(IEnumerable<string> required)
    {
        foreach (var name in required)
        {
            if (!LiveOracles.Names.Contains(name))
            {
                throw new ArgumentException($"'{name}' is not a live oracle; use one of: {string.Join(", ", LiveOracles.Names)}.");
            }
        }
    }

    /// <summary>The verdict when a required oracle saw nothing; null if all did.</summary>
    internal static Verdict? Missing(IReadOnlyDictionary<string, long> counts, IReadOnlyCollection<string> required, long executions)
    {
        var missing = required.Where(name => counts[name] == 0).ToArray();
        return missing.Length == 0 ? null : new Verdict(
            VerdictKind.NotExercised,
            FormattableString.Invariant($"not exercised in {executions} executions: {string.Join(", ", missing)}\n")
            + "The program never did what these oracles judge: that they saw nothing wrong means nothing.");
    }
}
