using System.Globalization;
using System.Text;

namespace Lab.Linearizability;

/// <summary>
/// A history as a table: one column per task, calls and returns from top to bottom in the order in which they happened. A call during which nothing
/// else happened has one line, any other one for the call and one for the return. With more tasks than columns fit, each line names its task instead.
/// </summary>
internal static class HistoryTable
{
    /// <summary>What fits into 80 columns below an indented heading.</summary>
    internal const int Width = 78;

    private const int MaxColumn = 24;
    private const int MinColumn = 14;

    /// <summary>Task 0 makes the calls before all others; 1 is A.</summary>
    internal static string NameOf(int task) => task == 0 ? "first" : ConcurrentCalls.NameOf(task - 1);

    internal static string Of(IReadOnlyList<RecordedCall> history)
    {
        var moments = history.SelectMany(Moments).OrderBy(static moment => moment.Stamp).ToList();
        var tasks = history.Select(static call => call.Task).Distinct().Order().ToList();
        var rows = Rows(moments, history);
        var numbers = Math.Max(4, rows.Max(static row => row.At.Length));
        var column = Math.Min((Width - numbers - 2) / tasks.Count, MaxColumn);
        var text = new StringBuilder();
        if (column < MinColumn)
        {
            Append(text, "step".PadLeft(numbers), "task   call");
            rows.ForEach(row => Append(text, row.At.PadLeft(numbers), $"{NameOf(row.Task),-7}{row.What}"));
            return text.ToString();
        }

        Append(text, "step".PadLeft(numbers), string.Concat(tasks.Select(task => NameOf(task).PadRight(column))));
        foreach (var (at, task, what) in rows)
        {
            var cells = new StringBuilder(new string(' ', column * tasks.IndexOf(task))).Append(what);
            for (var i = 0; i < tasks.Count; i++)
            {
                // A bar at the start of every column that the text leaves free.
                var start = i * column;
                cells.Append(' ', Math.Max(start + 1 - cells.Length, 0));
                cells[start] = tasks[i] != task && cells[start] == ' ' ? '|' : cells[start];
            }

            Append(text, at.PadLeft(numbers), cells.ToString());
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string lead, string cells)
    {
        var line = $"{lead}  {cells}".TrimEnd();
        text.Append(line.Length <= Width ? line : line[..(Width - 3)] + "...").Append('\n');
    }

    private static IEnumerable<Moment> Moments(RecordedCall call)
    {
        yield return new Moment(call.Called, call.CalledAt, call, Happening.Called);
        if (call.Parked is { } parked)
        {
            yield return new Moment(parked, call.ParkedAt, call, Happening.Parked);
        }

        if (call.AskedToCancel is { } asked)
        {
            yield return new Moment(asked, call.AskedToCancelAt, call, Happening.AskedToCancel);
        }

        if (call.Returned is { } returned)
        {
            yield return new Moment(returned, call.ReturnedAt, call, Happening.Returned);
        }
    }

    private static List<(string At, int Task, string What)> Rows(List<Moment> moments, IReadOnlyList<RecordedCall> history)
    {
        var rows = new List<(string, int, string)>();
        for (var i = 0; i < moments.Count; i++)
        {
            var moment = moments[i];
            var next = i + 1 < moments.Count && ReferenceEquals(moments[i + 1].Call, moment.Call) ? moments[i + 1].What : Happening.Called;
            var what = (moment.What, next) switch
            {
                (Happening.Called, Happening.Parked) => $"{moment.Call.Call} waits",
                (Happening.Called, not Happening.Returned) => $"{moment.Call.Call} ...",
                (Happening.AskedToCancel, _) => $"{moment.Call.Call} cancel!",
                (Happening.Parked, _) => $"{moment.Call.Call} waits",
                (Happening.Returned, _) => moment.Call.ToString(),
                _ => null,
            };
            var isSaid = moment.What == Happening.Parked && i > 0 && ReferenceEquals(moments[i - 1].Call, moment.Call);
            if (what is not null && !isSaid)
            {
                rows.Add((At(moment), moment.Call.Task, what));
            }
        }

        rows.AddRange(history.Where(static call => call.IsPending).Select(static call => ("end", call.Task, $"{call.Call} still waits")));
        return rows;
    }

    private static string At(Moment moment) => (moment.Step < 0 ? moment.Stamp : moment.Step).ToString(CultureInfo.InvariantCulture);

    private enum Happening
    {
        Called,
        Parked,
        AskedToCancel,
        Returned,
    }

    private readonly record struct Moment(long Stamp, long Step, RecordedCall Call, Happening What);
}
