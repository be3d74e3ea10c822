using System.Text.RegularExpressions;
using Lab.Traces;

namespace Lab.Reports;

/// <summary>
/// Names as a person reads them: tasks as <c>T0.1 "left"</c>, objects by kind and number (<c>channel#1</c>), with the task that made them
/// (<c>channel@0.2#1</c>, as in the trace) only where two would be called the same.
/// </summary>
internal sealed partial class ReportNames
{
    internal const string Clock = "clock";

    private readonly Dictionary<string, string> _tasks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _objects = new(StringComparer.Ordinal);

    /// <param name="traces">
    /// One, or several executions of one program, whose things are then called the same. A task that has several names has the one of the last.
    /// </param>
    internal ReportNames(params Trace[] traces)
    {
        foreach (var task in traces.SelectMany(static trace => trace.Tasks))
        {
            _tasks[task.Id] = task.Name;
            _places.TryAdd(task.Id, _places.Count);
        }

        // What a verdict speaks of need not be in any event.
        var objects = traces.SelectMany(static trace => trace.Events).Select(static e => e.Object).Where(static id => id.Contains('@'))
            .Concat(traces.SelectMany(static trace => Ids().Matches(trace.Verdict.Message)).Select(static match => match.Value)).Distinct();
        foreach (var alike in objects.GroupBy(Short, StringComparer.Ordinal))
        {
            // The lab itself makes the scope in which the program runs: the program's own are not called otherwise for it.
            var ids = alike.ToList();
            var made = ids.Count(static id => !id.Contains($"@{Clock}#"));
            foreach (var id in ids)
            {
                _objects[id] = ids.Count == 1 || (made == 1 && !id.Contains($"@{Clock}#")) ? alike.Key : id;
            }
        }
    }

    internal bool IsTask(string id) => _tasks.ContainsKey(id);

    /// <summary>Within a sentence: <c>T0.1</c>.</summary>
    internal string Task(string id) => IsTask(id) ? $"T{id}" : id;

    /// <summary>In headings and keys: with the name that the program gave it.</summary>
    internal string TaskInFull(string id) => _tasks.TryGetValue(id, out var name) && name.Length > 0 ? $"T{id} \"{name}\"" : Task(id);

    internal bool Knows(string id) => _objects.ContainsKey(id);

    internal string Object(string id) => _objects.TryGetValue(id, out var text) ? text : Task(id);

    /// <summary>A text of the lab with its objects named as here.</summary>
    internal string Shorten(string text) => Ids().Replace(text, match => _objects.GetValueOrDefault(match.Value, match.Value));

    /// <summary>Where a task's column stands: in the order in which tasks were spawned, the clock last.</summary>
    internal int PlaceOf(string actor) => _places.TryGetValue(actor, out var place) ? place : int.MaxValue;

    [GeneratedRegex(@"[A-Za-z]+@[0-9A-Za-z.:@]+(#[0-9]+)+")]
    private static partial Regex Ids();

    private static string Short(string id)
    {
        var at = id.IndexOf('@');
        var number = id.LastIndexOf('#');
        return number > at ? id[..at] + id[number..] : id;
    }
}
