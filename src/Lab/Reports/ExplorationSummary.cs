using System.Globalization;
using System.Text;
using Lab.Exploration;
using Lab.Strategies;
using Lab.Traces;

namespace Lab.Reports;

/// <summary>What an exploration did, and what its result means.</summary>
public static class ExplorationSummary
{
    private const int GrowthPoints = 6;
    private const string GrowthLead = "  after executions  ";

    /// <summary>A few lines of at most 80 columns, LF.</summary>
    public static string Of(ExplorationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var text = new StringBuilder();
        text.Append(Headline(result)).Append('\n');
        AppendList(text, "  ", "  ", [FailureReport.Count(result.Executions, "execution"), FailureReport.Count(result.Steps, "step"), Distinct(result), Elapsed(result.Elapsed)]);
        AppendRun(text, result);
        AppendGrowth(text, result);
        AppendMeaning(text, result);
        AppendMetrics(text, result);
        AppendOracles(text, result.Oracles);
        return text.ToString();
    }

    /// <summary>Its first line: what was explored, and whether it passed or how it failed.</summary>
    public static string Headline(ExplorationResult result) => result.Failures.Count switch
    {
        0 => $"{result.Scenario} passed",
        1 => $"{result.Scenario} failed: {result.Failures[0].Verdict.Name}",
        _ => $"{result.Scenario} failed in {result.Failures.Count} ways: {string.Join(", ", result.Failures.Select(static failure => failure.Verdict.Name).Distinct())}",
    };

    private static string Distinct(ExplorationResult result) =>
        $"{(result.DistinctIsExact ? "" : "about ")}{FailureReport.Count(result.Distinct, "distinct interleaving")}"
        + (result.DistinctIsExact ? "" : string.Create(CultureInfo.InvariantCulture, $" (standard error {result.DistinctError:0.0 %})"));

    private static void AppendRun(StringBuilder text, ExplorationResult result)
    {
        var items = new List<string> { $"strategy {result.Strategy}", $"seed {result.Seed}" };
        if (result.Shard is { } shard)
        {
            items.Add($"shard {shard}");
        }

        if (result.Resumed > 0)
        {
            items.Add(string.Create(CultureInfo.InvariantCulture, $"resumed after {result.Resumed:N0}"));
        }

        AppendList(text, "  ", "  ", items);
    }

    private static void AppendGrowth(StringBuilder text, ExplorationResult result)
    {
        // What has one interleaving, or was hardly run, does not grow.
        if (result.Richness is not { } richness || result.Growth.Count < 4 || result.Distinct <= 1 || result.Shard is not null)
        {
            return;
        }

        var stride = Math.Max(1, (result.Growth.Count - 1 + GrowthPoints - 1) / GrowthPoints);
        var points = result.Growth.Where((_, i) => (result.Growth.Count - 1 - i) % stride == 0).ToList();
        var widths = points.ConvertAll(static point => Math.Max(Number(point.Executions).Length, Number(point.Distinct).Length));
        while (GrowthLead.Length + widths.Sum() + (2 * (widths.Count - 1)) > WrappedText.Columns)
        {
            points.RemoveAt(0);
            widths.RemoveAt(0);
        }

        AppendRow(text, GrowthLead, points.Select(static point => point.Executions), widths);
        AppendRow(text, "  distinct          ", points.Select(static point => point.Distinct), widths);
        text.Append(richness is { NextIsNew: 0 }
            ? "  the sample met each of them more than once\n"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"  the next one is new with probability {Percent(richness.NextIsNew)} (Good-Turing)\n"
                + $"  not met yet: {(richness.Unseen == 0 ? "perhaps none" : FailureReport.Count(richness.Unseen, "interleaving") + " or more")} (Chao1)\n"));
    }

    // A few points of the curve, the last one the whole run; the two numbers of each stand in one column.
    private static void AppendRow(StringBuilder text, string lead, IEnumerable<long> numbers, List<int> widths) =>
        text.Append(lead).AppendJoin("  ", numbers.Zip(widths, static (number, width) => Number(number).PadLeft(width))).Append('\n');

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double share) =>
        share < 1e-6 ? "less than 0.0001 %" : string.Create(CultureInfo.InvariantCulture, $"{100 * share:G3} %");

    private static void AppendMeaning(StringBuilder text, ExplorationResult result)
    {
        if (result.WasStopped)
        {
            var run = result.Budget is { } budget ? $"{Number(result.Executions)} of {FailureReport.Count(budget, "execution")}" : FailureReport.Count(result.Executions, "execution");
            text.Append("  Stopped after ").Append(run).Append(".\n");
        }

        if (result.IsExhaustive && result.Shard is null)
        {
            var within = result.Bound is { } bound ? $"Every interleaving {bound}" : "Every interleaving";
            text.Append(VerdictText.Wrapped("  ", $"{within} was explored: {Explored(result)}, up to declared sharing."));
        }
        else if (result.Failures.Count == 0)
        {
            text.Append(Passed(result));
            AppendList(text, "  ", "  ", [.. result.Gap?.Split(' ') ?? []], " ");
        }
    }

    // `dfs` runs one execution for each vector of decisions, and `dpor` under a clock that is held back may repeat itself: neither is a count of orders.
    private static string Explored(ExplorationResult result) => result.Distinct == result.Executions
        ? Number(result.Executions)
        : $"{(result.DistinctIsExact ? "" : "about ")}{Number(result.Distinct)} in {FailureReport.Count(result.Executions, "execution")}";

    private static string Passed(ExplorationResult result) =>
        result.Strategy == NonPreemptive.Name ? "  \"Passed\" means: the one interleaving without pre-emptions showed nothing wrong.\n"
        : result is { Shard: not null, IsExhaustive: true } ? "  \"Passed\" means: no failure, and nothing of this part is left. `lab merge` joins the parts.\n"
        : result.Shard is not null ? "  \"Passed\" means: no failure in this part. `lab merge` joins the parts.\n"
        : result.Gap is not null ? "  \"Passed\" means: no failure. The search has nothing left, and is no proof.\n"
        : result.Richness is null ? $"  \"Passed\" means: no failure so far. The search was {(result.WasStopped ? "stopped" : "not finished")}.\n"
        : "  \"Passed\" means: no failure in this sample of interleavings. It is not a proof.\n";

    private static void AppendOracles(StringBuilder text, IReadOnlyDictionary<string, long> oracles)
    {
        AppendList(text, "  oracles: ", "           ", [.. oracles.Where(static pair => pair.Value > 0)
            .OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value:N0}"))]);
        AppendList(text, "  not exercised: ", "                 ", [.. oracles.Where(static pair => pair.Value == 0)
            .Select(static pair => pair.Key).Order(StringComparer.Ordinal)]);
    }

    private static void AppendMetrics(StringBuilder text, ExplorationResult result)
    {
        if (result.Metrics is { } metrics)
        {
            AppendList(text, "  decided: ", "           ", [.. metrics.Select(static pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value:N0}"))]);
        }
    }

    private static void AppendList(StringBuilder text, string lead, string indent, List<string> items, string separator = ", ")
    {
        if (items.Count == 0)
        {
            return;
        }

        text.Append(lead);
        var column = lead.Length;
        for (var i = 0; i < items.Count; i++)
        {
            var item = i == items.Count - 1 ? items[i] : items[i] + separator;
            if (column > lead.Length && column + item.TrimEnd().Length > InterleavingTable.Columns)
            {
                text.Length--;
                text.Append('\n').Append(indent);
                column = indent.Length;
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
