using System.Text.Json;
using Lab.Causality;
using Lab.Traces;

namespace Lab.Reports.Viewer;

/// <summary>The events of a trace as columns: lanes, words, states, and the runs of steps in which one task ran alone, each with the reason why it began.</summary>
internal sealed class ViewerEvents
{
    private const int Start = 0;
    private const int Preemption = 1;
    private const int Switch = 2;

    private readonly Trace _trace;
    private readonly ReportNames _names;
    private readonly StringTable _lanes = new();
    private readonly StringTable _objects = new();
    private readonly StringTable _kinds = new();
    private readonly StringTable _texts = new();
    private readonly List<int> _laneOf = [];
    private readonly List<int> _objectOf = [];
    private readonly List<int> _words = [];

    // What changes at which event: of the object that it touched, and of tasks.
    private readonly List<(int Event, int Object, int State)> _states = [];
    private readonly List<(int Step, int Lane, int Kind, int Why)> _runs = [];

    internal ViewerEvents(Trace trace, ReportNames names)
    {
        _trace = trace;
        _names = names;
        foreach (var task in trace.Tasks)
        {
            _ = _lanes[task.Id];
        }

        var words = new OperationText(names);
        var states = new ObjectStates(names);
        var tasks = new TaskStates(trace, names);
        var events = trace.Events;
        for (var i = 0; i < events.Count; i++)
        {
            var e = events[i];
            _laneOf.Add(_lanes[e.Task]);
            _objectOf.Add(e.Object.Length == 0 ? -1 : _objects[e.Object]);
            var operation = e.Step == 0 ? null : words.Next(e, i + 1 < events.Count ? events[i + 1] : null);
            _words.Add(_texts[operation?.Text ?? ""]);
            foreach (var (task, state) in tasks.Next(i, operation))
            {
                _states.Add((i, _objects[task], _texts[state]));
            }

            if (states.Next(e) is { } changed)
            {
                _states.Add((i, _objectOf[i], _texts[changed]));
            }
        }

        FindRuns();
    }

    internal void Write(Utf8JsonWriter json)
    {
        var events = _trace.Events;
        json.WriteNumber("preemptions", _runs.Count(static run => run.Kind == Preemption));
        ViewerData.WriteTexts(json, "lanes", _lanes.Texts.Select(_names.TaskInFull));
        ViewerData.WriteTexts(json, "objects", _objects.Texts.Select(id => _names.IsTask(id) ? _names.TaskInFull(id) : _names.Object(id)));
        var kinds = events.Select(e => _kinds[e.Kind]).ToList();
        var sites = events.Select(e => _texts[e.Site]).ToList();
        ViewerData.WriteTexts(json, "kinds", _kinds.Texts.Select(OperationText.Quiet));
        ViewerData.WriteTexts(json, "strings", _texts.Texts);
        json.WriteStartArray("runs");
        foreach (var (step, lane, kind, why) in _runs)
        {
            json.WriteStartArray();
            json.WriteNumberValue(step);
            json.WriteNumberValue(lane);
            json.WriteNumberValue(kind);
            json.WriteNumberValue(why);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartObject("states");
        ViewerData.WriteNumbers(json, "at", Differences(_states.Select(static change => (long)change.Event)));
        ViewerData.WriteNumbers(json, "object", _states.Select(static change => change.Object));
        ViewerData.WriteNumbers(json, "state", _states.Select(static change => change.State));
        json.WriteEndObject();
        json.WriteStartObject("events");
        ViewerData.WriteNumbers(json, "step", Differences(events.Select(static e => (long)e.Step)));
        ViewerData.WriteNumbers(json, "time", Differences(events.Select(static e => e.TimeTicks)));
        ViewerData.WriteNumbers(json, "lane", _laneOf);
        ViewerData.WriteNumbers(json, "kind", kinds);
        ViewerData.WriteNumbers(json, "object", _objectOf);
        ViewerData.WriteNumbers(json, "text", _words);
        ViewerData.WriteNumbers(json, "site", sites);
        ViewerData.WriteNumbers(json, "access", events.Select(static e => (int)e.Access));
        json.WriteEndObject();
    }

    private static IEnumerable<long> Differences(IEnumerable<long> values)
    {
        var before = 0L;
        foreach (var value in values)
        {
            yield return value - before;
            before = value;
        }
    }

    private void FindRuns()
    {
        TraceEvent? before = null;
        var ended = new HashSet<string>(StringComparer.Ordinal);
        var started = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < _trace.Events.Count; i++)
        {
            var e = _trace.Events[i];
            if (e.Step > 0 && e.Kind != "TaskPreempted" && (before is null || before.Task != e.Task))
            {
                AddRun(i, before, ended, started);
            }

            if (e.Kind == "TaskCompleted")
            {
                ended.Add(e.Object);
            }

            before = e.Step > 0 ? e : before;
        }
    }

    private void AddRun(int index, TraceEvent? before, HashSet<string> ended, HashSet<string> started)
    {
        var e = _trace.Events[index];
        var isFirst = started.Add(e.Task);
        var (kind, why) = (before, e.Task) switch
        {
            (null, _) => (Start, "starts"),
            ({ Kind: "TaskPreempted" }, _) => (Preemption, $"pre-empts {_names.Task(before.Task)}, which could go on with {before.Detail}"),
            (_, ReportNames.Clock) => (Switch, "time moves"),
            _ when ended.Contains(before.Task) => (Switch, $"{(isFirst ? "starts" : "goes on")}: {_names.Task(before.Task)} has ended"),
            _ when before.Task == ReportNames.Clock => (Switch, $"{(isFirst ? "starts" : "goes on")} after the clock"),
            _ => (Switch, $"{(isFirst ? "starts" : "goes on")}: {_names.Task(before.Task)} waits"),
        };
        _runs.Add((e.Step, _laneOf[index], kind, _texts[why]));
    }
}
