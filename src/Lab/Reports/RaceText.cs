using Lab.Traces;

namespace Lab.Reports;

/// <summary>The races of an execution: both accesses, each with its site.</summary>
public static class RaceText
{
    /// <summary>A heading and two lines for each race: at most 80 columns, LF; empty when there is none.</summary>
    /// <param name="trace">The execution, with its events.</param>
    /// <param name="limit">How many to show.</param>
    public static string Of(Trace trace, int limit = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return Of(RaceDetection.In(trace), new ReportNames(trace), limit);
    }

    internal static string Of(IReadOnlyList<Race> races, ReportNames names, int limit)
    {
        if (races.Count == 0)
        {
            return "";
        }

        var text = new WrappedText();
        text.Line("", $"Races: {FailureReport.Count(races.Count, "pair")} of accesses that no synchronisation puts in an order.");
        foreach (var race in races.Take(limit))
        {
            var lead = $"  {names.Object(race.Object)}: ";
            text.Line(lead, Access(race.First, names));
            text.Line(new string(' ', lead.Length), Access(race.Second, names));
        }

        if (races.Count > limit)
        {
            text.Line("  ", $"... and {races.Count - limit} more: `lab show FILE --races` shows all.");
        }

        return text.ToString();
    }

    private static string Access(TraceEvent e, ReportNames names)
    {
        var what = e.Kind switch { "SharedRead" => "reads it", "SharedWritten" => "writes it", _ => "compare-exchanges it" };
        return FormattableString.Invariant($"{names.TaskInFull(e.Task)} {what} in step {e.Step}{(e.Site.Length == 0 ? "" : $" ({e.Site})")}");
    }
}
