using System.Globalization;
using System.Text;
using Lab.Exploration;
using Lab.Strategies;

namespace Lab.Reports;

/// <summary>What an exploration did, and what its result means.</summary>
public static class ExplorationSummary
{
    /// <summary>A few lines of at most 80 columns, LF.</summary>
    public static string Of(ExplorationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{result.Scenario} {Outcome(result)}\n");
        text.Append(CultureInfo.InvariantCulture, $"  {FailureReport.Count(result.Executions, "execution")}, {FailureReport.Count(result.Steps, "step")}, ");
        text.Append(CultureInfo.InvariantCulture, $"{Distinct(result)}, {Elapsed(result.Elapsed)}\n");
        text.Append(CultureInfo.InvariantCulture, $"  strategy {result.Strategy}, seed {result.Seed}\n");
        AppendMeaning(text, result);
        AppendOracles(text, result.Oracles);
        return text.ToString();
    }

    private static string Outcome(ExplorationResult result) => result.Failures.Count switch
    {
        0 => "passed",
        1 => $"failed: {result.Failures[0].Verdict.Name}",
        _ => $"failed in {result.Failures.Count} ways: {string.Join(", ", result.Failures.Select(static failure => failure.Verdict.Name).Distinct())}",
    };

    private static string Distinct(ExplorationResult result) =>
        $"{(result.DistinctIsExact ? "" : "at least ")}{FailureReport.Count(result.Distinct, "distinct passing interleaving")}";

    private static void AppendMeaning(StringBuilder text, ExplorationResult result)
    {
        if (result.Failures.Count > 0)
        {
            return;
        }

        text.Append(result.Strategy == NonPreemptive.Name
            ? "  \"Passed\" means: the one interleaving without pre-emptions showed nothing wrong.\n"
            : "  \"Passed\" means: no failure in this sample of interleavings. It is not a proof.\n");
    }

    private static void AppendOracles(StringBuilder text, IReadOnlyDictionary<string, long> oracles)
    {
        AppendList(text, "  oracles: ", [.. oracles.Where(static pair => pair.Value > 0)
            .OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value:N0}"))]);
        AppendList(text, "  not exercised: ", [.. oracles.Where(static pair => pair.Value == 0)
            .Select(static pair => pair.Key).Order(StringComparer.Ordinal)]);
    }

    private static void AppendList(StringBuilder text, string lead, List<string> items)
    {
        if (items.Count == 0)
        {
            return;
        }

        text.Append(lead);
        var column = lead.Length;
        for (var i = 0; i < items.Count; i++)
        {
            var item = i == items.Count - 1 ? items[i] : items[i] + ", ";
            if (column > lead.Length && column + item.TrimEnd().Length > InterleavingTable.Columns)
            {
                text.Length--;
                text.Append('\n').Append(' ', lead.Length);
                column = lead.Length;
            }

            text.Append(item);
            column += item.Length;
        }

        text.Append('\n');
    }

    internal static string Elapsed(TimeSpan time) => time.TotalSeconds switch
    {
        >= 60 => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s"),
        >= 1 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
    };
}
