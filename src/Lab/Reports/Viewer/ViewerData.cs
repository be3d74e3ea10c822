using System.Text;
using System.Text.Json;
using Lab.Causality;
using Lab.Traces;

namespace Lab.Reports.Viewer;

/// <summary>
/// What the page's script reads, as JSON: columns of numbers (steps and times as differences) and one table of texts. The default encoder escapes
/// <c>&lt;</c>, so no text can end the script element that holds it.
/// </summary>
internal static class ViewerData
{
    internal static string Of(Trace trace, ViewerOptions options) => Write(json =>
    {
        json.WriteStartArray("traces");
        WriteTrace(json, trace, options);
        json.WriteEndArray();
    });

    internal static string Of(TraceDiff diff, ViewerOptions options) => Write(json =>
    {
        json.WriteStartArray("traces");
        WriteTrace(json, diff.A, options with { Replay = "" });
        WriteTrace(json, diff.B, options with { Replay = "" });
        json.WriteEndArray();
        WriteDiff(json, diff);
    });

    private static string Write(Action<Utf8JsonWriter> content)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void WriteTrace(Utf8JsonWriter json, Trace trace, ViewerOptions options)
    {
        var names = new ReportNames(trace);
        var events = new ViewerEvents(trace, names);
        json.WriteStartObject();
        json.WriteString("scenario", trace.Scenario);
        json.WriteString("strategy", trace.Strategy);
        json.WriteString("seed", trace.Seed.ToString());
        json.WriteNumber("execution", trace.Execution);
        json.WriteNumber("steps", trace.Steps);
        json.WriteNumber("virtualTime", trace.VirtualTime.Ticks);
        json.WriteString("verdict", trace.Verdict.Kind);
        json.WriteString("message", names.Shorten(trace.Verdict.Message));
        json.WriteString("replay", options.Replay);
        WriteTexts(json, "cycle", WaitForCycle.In(names.Shorten(trace.Verdict.Message)));
        events.Write(json);
        json.WriteStartObject("sources");
        foreach (var site in trace.Events.Select(static e => e.Site).Where(static site => site.Length > 0).Distinct())
        {
            if (options.Source(site) is { } line)
            {
                json.WriteString(site, line);
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteDiff(Utf8JsonWriter json, TraceDiff diff)
    {
        var inA = TraceOperation.Of(diff.A);
        var inB = TraceOperation.Of(diff.B);
        var matching = new OperationMatching(inA, inB);
        var placesA = Places(diff.A);
        var placesB = Places(diff.B);
        var matches = new int[diff.A.Events.Count];
        Array.Fill(matches, -1);
        for (var i = 0; i < inA.Count; i++)
        {
            if (matching.InB[i] >= 0)
            {
                matches[placesA[inA[i].Event]] = placesB[inB[matching.InB[i]].Event];
            }
        }

        json.WriteStartObject("diff");
        WriteNumbers(json, "matches", matches);
        json.WriteStartArray("reversed");
        foreach (var order in diff.Reversed)
        {
            json.WriteStartArray();
            json.WriteNumberValue(placesA[order.FirstInA.Event]);
            json.WriteNumberValue(placesA[order.SecondInA.Event]);
            json.WriteNumberValue(placesB[order.FirstInB.Event]);
            json.WriteNumberValue(placesB[order.SecondInB.Event]);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        WriteNumbers(json, "onlyA", diff.OnlyInA.Select(operation => placesA[operation.Event]));
        WriteNumbers(json, "onlyB", diff.OnlyInB.Select(operation => placesB[operation.Event]));
        json.WriteEndObject();
    }

    /// <summary>Where each event stands; by identity, for equal events may happen twice.</summary>
    private static Dictionary<TraceEvent, int> Places(Trace trace)
    {
        var places = new Dictionary<TraceEvent, int>(trace.Events.Count, ReferenceEqualityComparer.Instance);
        for (var i = 0; i < trace.Events.Count; i++)
        {
            places[trace.Events[i]] = i;
        }

        return places;
    }

    internal static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    internal static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<int> numbers) =>
        WriteNumbers(json, name, numbers.Select(static number => (long)number));

    internal static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
