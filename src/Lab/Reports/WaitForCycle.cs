namespace Lab.Reports;

/// <summary>The cycle that the lab names in the last line of a deadlock's message, and the cycle drawn, each task above what it waits for.</summary>
internal static class WaitForCycle
{
    private const string Lead = "wait-for cycle: ";
    private const string Arrow = " -> ";

    /// <summary>What is on it, tasks and locks, without its end, which is its beginning; empty when the message names none.</summary>
    internal static IReadOnlyList<string> In(string message) => In(message.Split('\n'));

    /// <summary>
    /// The lines with the cycle drawn in place of those that say it; each as what stands before it, its text, and what stands before the lines on
    /// which it goes on. A message that the lab did not write (a file may hold any) stays as it is.
    /// </summary>
    internal static List<(string Lead, string Text, string Further)> Drawn(IReadOnlyList<string> lines)
    {
        var drawn = lines.Select(static line => (Lead: "", Text: line, Further: "")).ToList();
        var edges = Edges(lines, In(lines));
        if (edges.Count == 0)
        {
            return drawn;
        }

        var closing = drawn.FindIndex(static line => line.Text.TrimStart().StartsWith(Lead, StringComparison.Ordinal));
        drawn.RemoveAt(closing);
        drawn.InsertRange(closing, Picture(edges, lines[closing][..^lines[closing].TrimStart().Length]));
        foreach (var line in edges.Select(static edge => edge.Line).OrderDescending())
        {
            drawn.RemoveAt(line);
        }

        return drawn;
    }

    private static string[] In(IReadOnlyList<string> lines)
    {
        var line = lines.Select(static line => line.Trim()).FirstOrDefault(static line => line.StartsWith(Lead, StringComparison.Ordinal));
        return line is null ? [] : line[Lead.Length..].Split(Arrow)[..^1];
    }

    /// <summary>The tasks of the cycle in its order, each with the number of the line that says what it waits for; empty unless all are found.</summary>
    private static List<Edge> Edges(IReadOnlyList<string> lines, string[] names)
    {
        var edges = new List<Edge>();
        foreach (var name in names.Where(static name => name.StartsWith('T')))
        {
            var lead = $"{name} waits ";
            var line = lines.ToList().FindIndex(line => line.TrimStart().StartsWith(lead, StringComparison.Ordinal));
            if (line < 0 || lines[line].LastIndexOf(" (", StringComparison.Ordinal) is var site && site < 0)
            {
                return [];
            }

            edges.Add(new Edge(name, line, Wait(lines[line][..site].TrimStart()[(name.Length + 1)..], lines[line][site..])));
        }

        return edges;
    }

    // Who comes next stands below, and need not be said.
    private static string Wait(string text, string site) =>
        text.IndexOf(", which ", StringComparison.Ordinal) is var holder and >= 0 ? $"{text[..holder]}{site}, held by"
        : text.StartsWith("waits for the end of ", StringComparison.Ordinal) ? $"waits{site} for the end of"
        : $"{text}{site}, one of them";

    private static IEnumerable<(string Lead, string Text, string Further)> Picture(List<Edge> edges, string indent)
    {
        for (var i = 0; i < edges.Count; i++)
        {
            yield return ($"{indent}{(i == 0 ? "+--> " : "|    ")}", edges[i].Task, $"{indent}|    ");
            yield return ($"{indent}|      v ", edges[i].Wait, $"{indent}|        ");
        }

        yield return ($"{indent}+------+", "", "");
    }

    private sealed record Edge(string Task, int Line, string Wait);
}
