using System.Globalization;
using System.Text;
using Lab.Execution;
using Lab.Oracles;
using Lab.Traces;

namespace Lab.Reports;

/// <summary>
/// A failure as a person reads it: what went wrong, the program's own exception, the interleaving, how many switches it took, where the trace is
/// and the line that replays it.
/// </summary>
public static class FailureReport
{
    private const int MaxRaces = 2;

    /// <summary>The whole report: LF, no colour, the lab's own lines at most 80 columns.</summary>
    /// <param name="result">A failing execution; without a trace the report says only what went wrong.</param>
    /// <param name="options">What to say beside it; null for the defaults.</param>
    public static string Of(LabResult result, FailureReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        options ??= new FailureReportOptions();
        var text = new StringBuilder();
        var names = result.Trace is { } named ? new ReportNames(named) : null;
        AppendVerdict(text, result, names, options.Scenario ?? result.Trace?.Scenario ?? "program");
        AppendException(text, result.Verdict.Exception);
        if (result.Trace is { Events.Count: > 0 } trace)
        {
            text.Append('\n').Append(Order(trace, options.Rows, result.Shrinking));
            AppendSection(text, CauseText.Of(result, names!));
            AppendSection(text, RaceText.Of(result.Races, names!, MaxRaces));
        }

        text.Append('\n');
        AppendReplay(text, result, options.Replay);
        return text.ToString();
    }

    private static void AppendSection(StringBuilder text, string section) => text.Append(section.Length == 0 ? "" : $"\n{section}");

    /// <summary>The interleaving of a trace: how many steps and switches, the table, and the one-line form.</summary>
    /// <param name="trace">The execution, with its events.</param>
    /// <param name="rows">Lines of the table at most.</param>
    /// <param name="shrinking">What shrinking did; null to say nothing of it.</param>
    public static string Order(Trace trace, int rows = InterleavingTable.DefaultRows, ShrinkingFacts? shrinking = null)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var names = new ReportNames(trace);
        var interleaving = new Interleaving(trace, names);
        var text = new StringBuilder();
        var facts = Counts(trace.Steps, interleaving.Switches, interleaving.Preemptions, interleaving.EarlyAdvances);
        var time = trace.VirtualTime > TimeSpan.Zero ? $", {VirtualTimeText.Of(trace.VirtualTime.Ticks)} of virtual time" : "";
        var line = $"Interleaving: {facts}{time}";

        // With an early advance it is longer, and the last of it goes below.
        text.Append(line.Length <= WrappedText.Columns || interleaving.EarlyAdvances == 0 ? $"{line}\n" : VerdictText.Wrapped("Interleaving: ", $"{facts}{time}"));
        text.Append(Shrunk(shrinking, trace, interleaving)).Append('\n');
        text.Append(InterleavingTable.Of(interleaving, names, rows)).Append('\n');
        text.Append(InterleavingLine.Of(trace, interleaving, names));
        return text.ToString();
    }

    private static string Shrunk(ShrinkingFacts? facts, Trace trace, Interleaving now)
    {
        if (facts is null)
        {
            return "";
        }

        var isAsFound = (facts.FoundSteps, facts.FoundSwitches, facts.FoundPreemptions, facts.FoundEarlyAdvances)
            == (trace.Steps, now.Switches, now.Preemptions, now.EarlyAdvances);
        var how = VerdictText.Wrapped("  ", facts.NotShrunk is { } why ? $"not shrunk: {why}"
            : (isAsFound ? facts.IsLeast ? "as it was found" : "shrinking found none with fewer"
                : $"shrunk from {Counts(facts.FoundSteps, facts.FoundSwitches, facts.FoundPreemptions, facts.FoundEarlyAdvances)}")
            + (facts.IsLeast ? "; none is smaller" : facts.IsComplete ? "" : "; more time might find a smaller one"));

        // Numbers may differ, and then it may be the same check or another one.
        var message = trace.Verdict.Message.Split('\n', 2)[0];
        return facts.FoundMessage.Length == 0 || facts.FoundMessage == message ? how : $"{how}{VerdictText.Wrapped("  ", $"it was found as: {facts.FoundMessage}")}";
    }

    private static string Counts(long steps, int switches, int preemptions, int early) =>
        $"{Count(steps, "step")}, {Count(switches, "context switch", "es")}, {Count(preemptions, "pre-emption")}"
        + (early == 0 ? "" : $", {Count(early, "early advance")} of the clock");

    private static void AppendVerdict(StringBuilder text, LabResult result, ReportNames? names, string scenario)
    {
        var head = $"{scenario} failed: {result.Verdict.Name}";
        var found = string.Create(CultureInfo.InvariantCulture, $"({(result.Strategy.Length == 0 ? "" : $"{result.Strategy}, ")}execution {result.Index})");
        text.Append(head.Length + found.Length < WrappedText.Columns ? $"{head} {found}\n" : $"{head}\n{VerdictText.Wrapped("  ", found)}");
        text.Append(VerdictText.Of(result.Verdict.Name, result.Verdict.Message, names));
        foreach (var note in result.Verdict.Notes)
        {
            text.Append(VerdictText.OfNote(note, names));
        }
    }

    private static void AppendException(StringBuilder text, Exception? error)
    {
        if (error is null)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"\nThrown: {error.GetType().FullName}\n");
        foreach (var frame in UserStack.Of(error))
        {
            text.Append("  at ").Append(frame).Append('\n');
        }

        for (var inner = error.InnerException; inner is not null; inner = inner.InnerException)
        {
            text.Append(CultureInfo.InvariantCulture, $"  because of {inner.GetType().FullName}: {Lines(inner.Message)[0]}\n");
        }
    }

    private static void AppendReplay(StringBuilder text, LabResult result, IReadOnlyList<string>? given)
    {
        text.Append("Trace:  ").Append(result switch
        {
            { TracePath: { } path } => path,
            { TraceError: { } why } => $"NOT written ({why})",
            { Trace: not null } => "not written; set LAB_TRACES to a folder, and it will be",
            _ => "none, for the execution did not come to an end",
        }).Append('\n');
        var lead = "Replay: ";
        foreach (var line in given ?? ReplayLines(result))
        {
            text.Append(lead).Append(line).Append('\n');
            lead = "    or: ";
        }
    }

    // A scenario has a name of its own, a test the full name of its method; any other program only the code that calls the lab knows.
    private static List<string> ReplayLines(LabResult result) => result switch
    {
        { TracePath: not { } } => [],
        { TracePath: var path, Trace: { AssemblyName: "" } or null } => [$"LabRuntime.Replay(TraceFile.Load(\"{path.Replace("\\", "\\\\")}\"), program)"],
        { TracePath: var path, Trace: var trace } when trace.Scenario.Contains('.') => [$"LAB_REPLAY={Quoted(path)} dotnet test"],
        { TracePath: var path } => [$"lab replay {Quoted(path)}"],
    };

    internal static string Count(long count, string noun, string plural = "s") =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : plural)}");

    internal static string Quoted(string path) => path.Contains(' ') ? $"\"{path}\"" : path;

    // Verdicts and notes come from outside as well (a trace file): nothing in them may reach a terminal as a control character.
    internal static string[] Lines(string text) => text.Length == 0 ? [] : [.. text.ReplaceLineEndings("\n").Split('\n').Select(static line => TraceText.Printable(line.TrimEnd()))];
}
