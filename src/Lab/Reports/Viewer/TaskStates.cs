using Lab.Traces;

namespace Lab.Reports.Viewer;

/// <summary>
/// Whether each task runs, could run, or waits for something: what changes at each event. Reads a trace's events in order, after their words. A task waits
/// from the moment at which another takes over, unless it was pre-empted, until it is woken or runs.
/// </summary>
internal sealed class TaskStates
{
    internal const string Ready = "ready";
    private const string Running = "running";

    private readonly IReadOnlyList<TraceEvent> _events;
    private readonly ReportNames _names;
    private readonly bool _switchesHaveReasons;
    private readonly int[] _nextOfTask;
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);

    // Whose step it is, where its last event stands, and what it said in its last step that it waits for.
    private string _running = "";
    private int _last = -1;
    private string? _waits;

    internal TaskStates(Trace trace, ReportNames names)
    {
        _events = trace.Events;
        _names = names;
        _switchesHaveReasons = Interleaving.SwitchesHaveReasons(trace);
        _nextOfTask = NextOfTask(_events);
    }

    /// <summary>Tasks and what each is from event <paramref name="index"/> on.</summary>
    internal IEnumerable<(string Task, string State)> Next(int index, Operation? words)
    {
        var e = _events[index];
        if (e.Step > 0 && e.Task != _running)
        {
            if (Stopped() is { } stopped)
            {
                yield return stopped;
            }

            (_running, _waits) = (e.Task, null);
            if (_names.IsTask(e.Task))
            {
                yield return (e.Task, Running);
            }
        }

        if (e.Step > 0)
        {
            _waits = words?.Waits ?? (e.Kind == "ScopeClosed" || _events[_last < 0 ? index : _last].Step != e.Step ? null : _waits);
            _last = index;
        }

        if (e.Kind == "TaskWoken" && e.Object != _running && !_ended.Contains(e.Object))
        {
            yield return (e.Object, Ready);
        }
        else if (e.Kind == "TaskCompleted")
        {
            _ended.Add(e.Object);
        }

        // Nobody takes over any more: what it waits for, it waits for in vain.
        if (index == _events.Count - 1 && _waits is not null && Stopped() is { } stuck)
        {
            yield return stuck;
        }
    }

    private (string Task, string State)? Stopped() =>
        !_names.IsTask(_running) || _ended.Contains(_running) ? null
        : _events[_last].Kind == "TaskPreempted" ? (_running, Ready)
        : _waits is not null ? (_running, $"waiting for {_waits}")
        : !_switchesHaveReasons ? (_running, "not running")
        : (_running, Interleaving.Unsaid(_nextOfTask[_last] is >= 0 and var next ? _events[next] : null, _names));

    private static int[] NextOfTask(IReadOnlyList<TraceEvent> events)
    {
        var next = new int[events.Count];
        var after = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = events.Count - 1; i >= 0; i--)
        {
            next[i] = after.GetValueOrDefault(events[i].Task, -1);
            after[events[i].Task] = i;
        }

        return next;
    }
}
