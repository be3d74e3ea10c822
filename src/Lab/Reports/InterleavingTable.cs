using System.Globalization;
using System.Text;
using Lab.Traces;

namespace Lab.Reports;

/// <summary>
/// An interleaving as a table: one column per task and one for the clock, time running down, only the steps that matter. Since one task acts at a
/// time, a text may run over the columns to its right. With more tasks than columns fit, each line names its task instead.
/// </summary>
public static class InterleavingTable
{
    /// <summary>Lines after which the middle of a long execution is left out, and said to be.</summary>
    public const int DefaultRows = 100;

    internal const int Columns = 80;
    private const int MinText = 30;
    private const int MinIndent = 4;
    private const int MaxIndent = 26;

    /// <summary>The table: at most 80 columns, LF, no colour; one line of explanation for a trace without events.</summary>
    /// <param name="trace">The execution.</param>
    /// <param name="rows">How many lines to show at most, at least 8; the end of the execution gets three quarters of them.</param>
    public static string Of(Trace trace, int rows = DefaultRows)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 8);
        var names = new ReportNames(trace);
        return Of(new Interleaving(trace, names), names, rows);
    }

    internal static string Of(Interleaving interleaving, ReportNames names, int rows = DefaultRows)
    {
        if (interleaving.Rows.Count == 0)
        {
            return interleaving.HasEvents ? "(nothing to show: no task did anything that others can see)\n" : "(no events were kept: replay the trace to see them)\n";
        }

        var all = interleaving.Rows;
        var actors = all.Select(static row => row.Actor).Distinct().OrderBy(names.PlaceOf).ToList();
        var layout = new Layout(all, actors, names);
        var head = all.Count <= rows ? all.Count : rows / 4;
        var tail = all.Count - head <= 0 ? 0 : rows - head;
        layout.AppendHeader();
        for (var i = 0; i < all.Count; i++)
        {
            if (i == head && i < all.Count - tail)
            {
                layout.AppendOmission(all.Count - head - tail);
                i = all.Count - tail;
            }

            layout.Append(all[i]);
        }

        return layout.ToString();
    }

    private sealed class Layout
    {
        private readonly StringBuilder _output = new();
        private readonly List<string> _actors;
        private readonly ReportNames _names;
        private readonly int _stepWidth;
        private readonly int _timeWidth;
        private readonly int _lead;
        private readonly int _indent;
        private readonly int _label;
        private int _step;
        private long _time = -1;

        internal Layout(IReadOnlyList<InterleavingRow> rows, List<string> actors, ReportNames names)
        {
            _actors = actors;
            _names = names;
            _stepWidth = Math.Max(4, rows[^1].Step.ToString(CultureInfo.InvariantCulture).Length);
            _timeWidth = rows.Any(static row => row.Time > 0) ? rows.Max(static row => VirtualTimeText.Of(row.Time).Length) : 0;
            _timeWidth = _timeWidth == 0 ? 0 : Math.Max(_timeWidth, 4);
            _lead = _stepWidth + 2 + (_timeWidth == 0 ? 0 : _timeWidth + 2);
            var indent = actors.Count == 1 ? MaxIndent : (Columns - _lead - MinText) / (actors.Count - 1);
            _indent = indent >= MinIndent ? Math.Min(indent, MaxIndent) : 0;
            _label = _indent > 0 ? 0 : Math.Min(actors.Max(actor => names.Task(actor).Length) + 2, 20);
        }

        public override string ToString() => _output.ToString();

        internal void AppendHeader()
        {
            var lead = "step".PadLeft(_stepWidth) + "  " + (_timeWidth == 0 ? "" : "time".PadLeft(_timeWidth) + "  ");
            if (_indent == 0)
            {
                Write(lead, "task".PadRight(_label) + "operation");
                return;
            }

            var fits = _actors.SkipLast(1).All(actor => _names.TaskInFull(actor).Length + 2 <= _indent);
            var line = new StringBuilder();
            for (var i = 0; i < _actors.Count; i++)
            {
                line.Append(' ', Math.Max((i * _indent) - line.Length, 0)).Append(_names.TaskInFull(_actors[i]));
                if (!fits || i == _actors.Count - 1)
                {
                    // Names that are longer than their columns stand one below the other, each over its own.
                    Write(lead, Guides(line.ToString(), i));
                    lead = new string(' ', _lead);
                    line.Clear();
                }
            }
        }

        internal void AppendOmission(int count) =>
            _output.Append(' ', _lead).Append(CultureInfo.InvariantCulture, $"... {count} lines are left out ...\n");

        internal void Append(InterleavingRow row)
        {
            var step = row.Step == _step ? "" : row.Step.ToString(CultureInfo.InvariantCulture);
            var time = row.Time == _time || (row.Time == 0 && _time < 0) ? "" : VirtualTimeText.Of(row.Time);
            _step = row.Step;
            _time = row.Time;
            var lead = step.PadLeft(_stepWidth) + "  " + (_timeWidth == 0 ? "" : time.PadLeft(_timeWidth) + "  ");
            var column = _actors.IndexOf(row.Actor);
            var start = _indent == 0 ? _names.Task(row.Actor).PadRight(_label - 1) + " " : new string(' ', column * _indent);
            foreach (var piece in Pieces(row.Text, Columns - _lead - start.Length))
            {
                Write(lead, Guides(start + piece, column));
                lead = new string(' ', _lead);
                start = new string(' ', start.Length);
            }
        }

        // A bar at the start of every other column that the text leaves free, so that the eye keeps the columns.
        private string Guides(string cells, int column)
        {
            if (_indent == 0)
            {
                return cells;
            }

            var line = new StringBuilder(cells);
            for (var i = 0; i < _actors.Count; i++)
            {
                var at = i * _indent;
                if (i < column || at > cells.Length)
                {
                    line.Append(' ', Math.Max(at + 1 - line.Length, 0));
                    line[at] = i == column || line[at] != ' ' ? line[at] : '|';
                }
            }

            return line.ToString();
        }

        private void Write(string lead, string text) => _output.Append((lead + text).TrimEnd()).Append('\n');

        private static IEnumerable<string> Pieces(string text, int width)
        {
            var left = TraceText.Printable(text.ReplaceLineEndings(" "));
            while (left.Length > width)
            {
                var space = left.LastIndexOf(' ', width);
                var cut = space > width / 3 ? space : width;
                yield return left[..cut].TrimEnd();
                left = left[cut..].TrimStart();
            }

            yield return left;
        }
    }
}
