using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace Lab.Traces;

/// <summary>Spells a trace. One line for each decision and event; LF, UTF-8, no culture, no path, no date: equal traces are equal bytes.</summary>
internal static class TraceWriter
{
    internal const string Magic = "lab-trace";

    /// <exception cref="ArgumentException">The trace breaks a rule that the reader enforces.</exception>
    internal static string Write(Trace trace)
    {
        Check(trace);
        var output = new StringBuilder(1024 + (32 * trace.Decisions.Count) + (80 * trace.Events.Count));
        AppendHeader(output, trace);
        AppendVerdict(output, trace.Verdict);
        output.Append("fingerprint ").AppendToken(trace.Fingerprint).Append('\n');
        output.Append("steps ").AppendNumber(trace.Steps).Append('\n');
        output.Append("virtual-time ").Append(trace.VirtualTime.ToString("c", CultureInfo.InvariantCulture)).Append('\n');
        AppendDecisions(output, trace.Decisions);
        AppendTasks(output, trace.Tasks);
        AppendEvents(output, trace.Events);
        var body = output.ToString();
        return $"{body}end {Checksum(Encoding.UTF8.GetBytes(body))}\n";
    }

    /// <summary>XXH3 over everything before the last line: finds damage, not forgery.</summary>
    internal static string Checksum(ReadOnlySpan<byte> body) => XxHash3.HashToUInt64(body).ToString("x16", CultureInfo.InvariantCulture);

    private static void AppendHeader(StringBuilder output, Trace trace)
    {
        output.Append(Magic).Append(' ').AppendNumber(Trace.FormatVersion).Append('\n');
        output.Append("scenario ").AppendText(trace.Scenario).Append('\n');
        output.Append("assembly ").AppendText(trace.AssemblyName).Append('\n');
        output.Append("seed ").Append(trace.Seed.ToString()).Append('\n');
        output.Append("strategy ").AppendText(trace.Strategy).Append('\n');
        output.Append("execution ").AppendNumber(trace.Execution).Append('\n');
        output.Append("options ").AppendNumber(trace.Options.Count).Append('\n');
        foreach (var (key, value) in trace.Options)
        {
            output.Append("o ").AppendToken(key).Append(' ').AppendText(value).Append('\n');
        }
    }

    private static void AppendVerdict(StringBuilder output, TraceVerdict verdict)
    {
        output.Append("verdict ").AppendToken(verdict.Kind).Append('\n');
        var lines = verdict.Message.Length == 0 ? [] : verdict.Message.Split('\n');
        output.Append("message ").AppendNumber(lines.Length).Append('\n');
        foreach (var line in lines)
        {
            output.Append("m ").AppendText(line).Append('\n');
        }
    }

    private static void AppendDecisions(StringBuilder output, IReadOnlyList<Decision> decisions)
    {
        output.Append("decisions ").AppendNumber(decisions.Count).Append('\n');
        foreach (var decision in decisions)
        {
            output.Append("d ").AppendNumber(decision.Alternatives)
                .Append(' ').AppendToken(decision.Choice)
                .Append(' ').AppendToken(decision.Operation)
                .Append(' ').AppendToken(decision.Object).Append('\n');
        }
    }

    private static void AppendTasks(StringBuilder output, IReadOnlyList<TraceTask> tasks)
    {
        output.Append("tasks ").AppendNumber(tasks.Count).Append('\n');
        foreach (var task in tasks)
        {
            output.Append("t ").AppendToken(task.Id).Append(' ').AppendText(task.Name).Append('\n');
        }
    }

    private static void AppendEvents(StringBuilder output, IReadOnlyList<TraceEvent> events)
    {
        output.Append("events ").AppendNumber(events.Count).Append('\n');
        foreach (var e in events)
        {
            output.Append("e ").AppendNumber(e.Step)
                .Append(' ').AppendToken(e.Task)
                .Append(' ').AppendToken(e.Kind)
                .Append(' ').AppendToken(e.Object)
                .Append(' ').AppendNumber(e.TimeTicks)
                .Append(' ').AppendToken(e.Site)
                .Append(' ').AppendText(e.Detail).Append('\n');
        }
    }

    private static StringBuilder AppendNumber(this StringBuilder output, long number) => output.Append(CultureInfo.InvariantCulture, $"{number}");

    private static void Check(Trace trace)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, _) in trace.Options)
        {
            Require(keys.Add(key), $"The option '{key}' is there twice.");
        }

        Require(trace.Execution >= 0 && trace.Steps >= 0, "The execution index and the number of steps must not be negative.");
        foreach (var decision in trace.Decisions)
        {
            Require(decision.Alternatives >= 1, "A decision has at least one alternative.");
        }

        foreach (var e in trace.Events)
        {
            Require(e.Step >= 0, "The step of an event must not be negative.");
        }
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"[lab bug] A trace cannot be written: {rule}", "trace");
        }
    }
}
