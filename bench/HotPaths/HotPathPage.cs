using System.Globalization;
using System.Text;

namespace Lab.Bench.HotPaths;

/// <summary>
/// The page <c>docs/hot-paths.md</c>: a table between two marks, which the command writes, and below it one section for each of its rows, which says
/// what contends and what was done.
/// </summary>
internal static class HotPathPage
{
    internal const string File = "docs/hot-paths.md";

    /// <summary>What every section has to answer.</summary>
    internal static readonly string[] Answers = ["**Under load:**", "**Done:**"];

    /// <summary>The paths, in the order of the table.</summary>
    internal static readonly string[] Names =
    [
        "poll loop", "cancel check", "context", "task record", "cancel token", "Notify", "channel", "local queue", "injector", "timer queue", "lab step",
    ];

    private static readonly CommandBlock s_block = new("hot-paths --write");

    private const string Head = "| path | one operation | ns | bytes | gates | other interlocked |";
    private const string Rule = "|---|---|---:|---:|---:|---:|";

    /// <summary>The page with new figures.</summary>
    internal static string With(string page, IReadOnlyList<HotPathFigure> figures, string machine)
    {
        var table = new StringBuilder(machine).Append("\n\n").Append(Head).Append('\n').Append(Rule).Append('\n');
        foreach (var figure in figures)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {figure.Path} | {figure.Operation} | {Number(figure.Nanoseconds)} | {Number(figure.Bytes)}");
            table.Append(CultureInfo.InvariantCulture, $" | {Number(figure.Gates)} | {Number(figure.Exchanges)} |\n");
        }

        return s_block.With(page, table.ToString());
    }

    /// <summary>What is wrong with the page; empty when it has a row of figures and a section for every path, and no others.</summary>
    internal static List<string> Problems(string page)
    {
        if (s_block.Of(page) is not { } block)
        {
            return [s_block.Missing];
        }

        var problems = new List<string>();
        var lines = block.Split('\n');
        var rows = lines.SkipWhile(line => line != Rule).Skip(1).TakeWhile(line => line.Length > 0).Select(Cells).ToList();
        if (!lines.Contains(Head) || !rows.Select(row => row[0]).SequenceEqual(Names))
        {
            problems.Add($"the table has the rows {string.Join(", ", rows.Select(row => row[0]))} instead of {string.Join(", ", Names)}");
        }

        problems.AddRange(rows.Where(row => row.Length != 6 || row.Skip(2).Any(cell => !IsNumber(cell))).Select(row => $"{row[0]}: no row of figures"));
        foreach (var name in Names)
        {
            var section = Section(page, name);
            problems.AddRange(Answers.Where(answer => section?.Contains(answer, StringComparison.Ordinal) != true).Select(answer => $"{name}: no section that answers {answer}"));
        }

        return problems;
    }

    private static string? Section(string page, string name)
    {
        var heading = $"\n## {name}\n";
        var start = page.IndexOf(heading, StringComparison.OrdinalIgnoreCase);
        if (start < 0)
        {
            return null;
        }

        var end = page.IndexOf("\n## ", start + heading.Length, StringComparison.Ordinal);
        return end < 0 ? page[start..] : page[start..end];
    }

    private static string[] Cells(string row) => [.. row.Trim('|').Split('|').Select(cell => cell.Trim())];

    private static bool IsNumber(string cell) => double.TryParse(cell, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _);

    private static string Number(double value) => value.ToString(value >= 100 ? "0" : "0.##", CultureInfo.InvariantCulture);
}
