using System.Text;
using System.Text.Json;
using Lab.Traces;

namespace Lab.Reports;

/// <summary>
/// An execution in the Chrome trace-event format (JSON), which Perfetto and chrome://tracing open. A track for each task; one step is one microsecond of
/// the viewer's time, for virtual time mostly stands still: it is an argument of each slice. Pre-emptions are instants.
/// </summary>
public static class PerfettoTrace
{
    /// <summary>The whole file.</summary>
    public static string Of(Trace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var names = new ReportNames(trace);
        var words = new OperationText(names);
        var tracks = new Dictionary<string, int>(StringComparer.Ordinal);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("displayTimeUnit", "ns");
            json.WriteStartArray("traceEvents");
            WriteName(json, "process_name", 0, trace.ToString());
            for (var start = 0; start < trace.Events.Count;)
            {
                start = WriteStep(json, trace, start, names, words, tracks);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    // All events of one step are one slice; the words of the first that has some are its name.
    private static int WriteStep(Utf8JsonWriter json, Trace trace, int start, ReportNames names, OperationText words, Dictionary<string, int> tracks)
    {
        var (step, task) = (trace.Events[start].Step, trace.Events[start].Task);
        var texts = new List<string>();
        var end = start;
        var isPreempted = false;
        for (; end < trace.Events.Count && trace.Events[end].Step == step && trace.Events[end].Task == task; end++)
        {
            var e = trace.Events[end];
            isPreempted |= e.Kind == "TaskPreempted";
            if (step > 0 && words.Next(e, end + 1 < trace.Events.Count ? trace.Events[end + 1] : null) is { Text.Length: > 0 } operation)
            {
                texts.Add(operation.Text);
            }
        }

        if (step == 0)
        {
            return end;
        }

        var track = Track(json, names, tracks, task);
        var first = trace.Events[start];
        json.WriteStartObject();
        json.WriteString("name", texts.Count > 0 ? texts[0] : "step");
        json.WriteString("ph", "X");
        WritePlace(json, track, step);
        json.WriteNumber("dur", 1);
        json.WriteStartObject("args");
        json.WriteNumber("step", step);
        json.WriteString("virtual time", VirtualTimeText.Of(first.TimeTicks));
        json.WriteString("site", first.Site);
        json.WriteString("all", string.Join("\n", texts));
        json.WriteEndObject();
        json.WriteEndObject();
        if (isPreempted)
        {
            json.WriteStartObject();
            json.WriteString("name", "pre-empted");
            json.WriteString("ph", "i");
            WritePlace(json, track, step + 1);
            json.WriteString("s", "t");
            json.WriteEndObject();
        }

        return end;
    }

    private static int Track(Utf8JsonWriter json, ReportNames names, Dictionary<string, int> tracks, string task)
    {
        if (!tracks.TryGetValue(task, out var track))
        {
            tracks.Add(task, track = tracks.Count + 1);
            WriteName(json, "thread_name", track, names.TaskInFull(task));
        }

        return track;
    }

    private static void WriteName(Utf8JsonWriter json, string kind, int track, string name)
    {
        json.WriteStartObject();
        json.WriteString("name", kind);
        json.WriteString("ph", "M");
        json.WriteNumber("pid", 1);
        json.WriteNumber("tid", track);
        json.WriteStartObject("args");
        json.WriteString("name", name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WritePlace(Utf8JsonWriter json, int track, long step)
    {
        json.WriteNumber("pid", 1);
        json.WriteNumber("tid", track);
        json.WriteNumber("ts", step);
    }
}
