using System.Globalization;
using System.Text;
using Lab.Traces;

namespace Lab.Reports;

/// <summary>
/// An interleaving in one line, <c>S0---S1-P2--</c>: S a start, or a switch because the previous task could not go on; P a pre-emption; the number
/// says who, and there is one dash per step. A key of names follows.
/// </summary>
public static class InterleavingLine
{
    private const int Columns = 80;
    private const int MaxLines = 5;
    private const int MaxDashes = 12;
    private const int MaxNames = 20;

    /// <summary>The line (wrapped when long) and its key; empty for a trace without events. At most 80 columns, LF.</summary>
    public static string Of(Trace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var names = new ReportNames(trace);
        return Of(trace, new Interleaving(trace, names), names);
    }

    internal static string Of(Trace trace, Interleaving interleaving, ReportNames names)
    {
        var numbers = new Dictionary<string, string>(StringComparer.Ordinal) { [ReportNames.Clock] = "c" };
        for (var i = 0; i < trace.Tasks.Count; i++)
        {
            numbers[trace.Tasks[i].Id] = i.ToString(CultureInfo.InvariantCulture);
        }

        var text = new StringBuilder();
        AppendRuns(text, interleaving, numbers);
        AppendKey(text, interleaving, numbers, names);
        return text.ToString();
    }

    private static void AppendRuns(StringBuilder text, Interleaving interleaving, Dictionary<string, string> numbers)
    {
        var lines = 1;
        var column = 0;
        for (var i = 0; i < interleaving.Runs.Count; i++)
        {
            var run = interleaving.Runs[i];
            var who = numbers.GetValueOrDefault(run.Actor, run.Actor);
            var dashes = run.Steps <= MaxDashes ? new string('-', run.Steps) : string.Create(CultureInfo.InvariantCulture, $"-({run.Steps})-");
            var piece = $"{(run.IsPreemption ? 'P' : 'S')}{who}{dashes}";
            if (column > 0 && column + piece.Length > Columns)
            {
                if (lines++ == MaxLines)
                {
                    text.Append(CultureInfo.InvariantCulture, $"\n... and {interleaving.Runs.Count - i} more switches");
                    break;
                }

                text.Append('\n');
                column = 0;
            }

            text.Append(piece);
            column += piece.Length;
        }

        text.Append(interleaving.Runs.Count == 0 ? "" : "\n");
    }

    private static void AppendKey(StringBuilder text, Interleaving interleaving, Dictionary<string, string> numbers, ReportNames names)
    {
        var actors = interleaving.Runs.Select(static run => run.Actor).Distinct().OrderBy(names.PlaceOf).ToList();
        var parts = actors.Take(MaxNames)
            .Select(actor => $"{numbers.GetValueOrDefault(actor, actor)} = {names.TaskInFull(actor)}")
            .Concat(actors.Count > MaxNames ? ["..."] : []);
        var column = 0;
        foreach (var part in parts)
        {
            if (column > 0 && column + part.Length + 3 > Columns)
            {
                text.Append('\n');
                column = 0;
            }

            text.Append(column == 0 ? "  " : "   ").Append(part);
            column += part.Length + 3;
        }

        text.Append(actors.Count == 0 ? "" : "\n");
    }
}
