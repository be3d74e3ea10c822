using Lab.Traces;

namespace Lab.Reports;

/// <summary>One line of an interleaving: who did what, in which step and when.</summary>
internal readonly record struct InterleavingRow(int Step, long Time, string Actor, string Text);

/// <summary>A stretch in which one task ran alone.</summary>
/// <param name="Actor">The task, or the clock.</param>
/// <param name="IsPreemption">It took over from a task that could have gone on.</param>
/// <param name="Steps">How many steps it took.</param>
internal readonly record struct InterleavingRun(string Actor, bool IsPreemption, int Steps);

/// <summary>The order of an execution as a person sees it, taken from a trace's events: runs of one task each, and the lines that matter.</summary>
internal sealed class Interleaving
{
    private readonly List<InterleavingRow> _rows = [];
    private readonly List<InterleavingRun> _runs = [];
    private readonly IReadOnlyList<TraceEvent> _events;
    private readonly OperationText _words;
    private readonly ReportNames _names;
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);
    private readonly bool _reasonsAreKnown;

    internal Interleaving(Trace trace, ReportNames names)
    {
        _names = names;
        _words = new OperationText(names);
        HasEvents = trace.Events.Count > 0;
        _events = [.. trace.Events.Where(static e => e.Step > 0)];

        _reasonsAreKnown = SwitchesHaveReasons(trace);
        for (var start = 0; start < _events.Count;)
        {
            start = TakeRun(start);
        }

        var last = _events.Count == 0 ? 0 : _events[^1].Step;
        CountSteps(Math.Max(last, (int)Math.Min(trace.Steps, int.MaxValue)));
    }

    /// <summary>Virtual workers take turns by themselves: there a switch has no reason in the program.</summary>
    internal static bool SwitchesHaveReasons(Trace trace) => trace.Option("dispatch")?.StartsWith("work-stealing", StringComparison.Ordinal) != true;

    /// <summary>
    /// Why a task stopped that did not say so. A join leaves no event before it is over: what the task does when it goes on tells what it waited for.
    /// </summary>
    /// <param name="next">The task's next event; null if there is none.</param>
    internal static string Unsaid(TraceEvent? next, ReportNames names) =>
        next is { Kind: "TaskJoined" } ? $"waiting for the end of {names.Task(next.Object)}" : "waiting";

    /// <summary>The trace has events, be there rows or not: opening a scope, or going on after a yield, makes none.</summary>
    internal bool HasEvents { get; }

    internal IReadOnlyList<InterleavingRow> Rows => _rows;

    internal IReadOnlyList<InterleavingRun> Runs => _runs;

    /// <summary>Switches from one task to another; to the clock and back are not counted.</summary>
    internal int Switches
    {
        get
        {
            var tasks = _runs.Where(static run => run.Actor != ReportNames.Clock).Select(static run => run.Actor).ToList();
            return tasks.Zip(tasks.Skip(1)).Count(static pair => pair.First != pair.Second);
        }
    }

    internal int Preemptions => _runs.Count(static run => run.IsPreemption);

    /// <summary>How often the clock moved while a task was ready: the event then says which.</summary>
    internal int EarlyAdvances => _events.Count(static e => e.Kind == "ClockAdvanced" && e.Detail.Contains(';'));

    // Up to the first event of another actor. Returns the index of that event.
    private int TakeRun(int start)
    {
        var actor = _events[start].Task;
        var isPreemption = start > 0 && _events[start - 1].Kind == "TaskPreempted";
        var firstRow = _rows.Count;
        Operation? last = null;
        var end = start;
        for (; end < _events.Count && _events[end].Task == actor; end++)
        {
            if (_events[end].Kind == "TaskCompleted")
            {
                _ended.Add(_events[end].Object);
            }

            var operation = _words.Next(_events[end], end + 1 < _events.Count ? _events[end + 1] : null)!;
            if (operation.Text.Length > 0)
            {
                AddRow(_events[end], operation.Text, firstRow);
                last = operation;
            }
        }

        _runs.Add(new InterleavingRun(actor, isPreemption, _events[start].Step));
        if (end < _events.Count && _names.IsTask(actor))
        {
            AddSwitch(_events[end - 1], last, end, firstRow);
        }

        return end;
    }

    private void AddRow(TraceEvent e, string text, int firstRow)
    {
        // The same again, in the same run: one line for all.
        if (_rows.Count > firstRow && SameText(_rows[^1].Text, text, out var times) && e.TimeTicks == _rows[^1].Time)
        {
            _rows[^1] = _rows[^1] with { Text = FormattableString.Invariant($"{text} ({times + 1} times)") };
            return;
        }

        _rows.Add(new InterleavingRow(e.Step, e.TimeTicks, e.Task, text));
    }

    private static bool SameText(string row, string text, out int times)
    {
        times = 1;
        return row == text || (row.StartsWith(text, StringComparison.Ordinal) && row.AsSpan(text.Length) is [' ', '(', .. var rest]
            && rest.EndsWith(" times)") && int.TryParse(rest[..^" times)".Length], out times));
    }

    private void AddSwitch(TraceEvent last, Operation? operation, int end, int firstRow)
    {
        if (_ended.Contains(last.Task))
        {
            return;
        }

        var reason = last.Kind == "TaskPreempted" ? (last.Detail == "yield" ? "pre-emption at a yield" : "pre-emption") : _reasonsAreKnown ? WaitingFor(last, operation, end) : "";
        var text = reason.Length == 0 ? "switch" : $"switch ({reason})";
        var isSaid = last.Kind != "TaskPreempted" && operation?.Waits is not null && _rows.Count > firstRow;
        if (isSaid && _rows[^1].Text == operation!.Text)
        {
            // "waits for x" and "switch (waiting for x)" say the same.
            _rows[^1] = _rows[^1] with { Text = text };
            return;
        }

        _rows.Add(new InterleavingRow(last.Step, last.TimeTicks, last.Task, text));
    }

    private string WaitingFor(TraceEvent last, Operation? operation, int end)
    {
        if (operation?.Waits is { } what)
        {
            return $"waiting for {what}";
        }

        var next = end;
        while (next < _events.Count && _events[next].Task != last.Task)
        {
            next++;
        }

        return Unsaid(next < _events.Count ? _events[next] : null, _names);
    }

    // Runs hold the number of their first step so far. A step without any event counts to the run before it.
    private void CountSteps(int total)
    {
        for (var i = 0; i < _runs.Count; i++)
        {
            var next = i + 1 < _runs.Count ? _runs[i + 1].Steps : total + 1;
            _runs[i] = _runs[i] with { Steps = Math.Max(next - (i == 0 ? 1 : _runs[i].Steps), 1) };
        }
    }
}
