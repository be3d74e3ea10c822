using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Lab.Reports;
using Lab.Reports.Viewer;
using Lab.Traces;

namespace Lab.Cli;

/// <summary><c>lab show</c>: a trace as a table. Needs no program.</summary>
internal static class ShowCommand
{
    private const string DefaultRows = "400";

    internal static Command Create(CommandOutput output)
    {
        var file = TraceInput.Argument("FILE", "The trace file.");
        var rows = new Option<string>("--rows") { Description = "Lines of the table at most; the middle of a longer one is left out.", HelpName = "n", DefaultValueFactory = _ => DefaultRows };
        var races = new Option<bool>("--races") { Description = "Show the races on shared variables in place of the interleaving." };
        var html = PageOutput.Option("Writes a page that shows the execution in a browser; it needs nothing else.");
        var perfetto = new Option<string?>("--perfetto") { Description = "Writes the execution for ui.perfetto.dev and chrome://tracing.", HelpName = "out" };
        var source = PageOutput.SourceOption();
        var command = new Command("show", "Shows the interleaving of a trace.") { file, rows, races, html, perfetto, source };
        command.SetAction(parsed => parsed.GetValue(html) is null && parsed.GetValue(perfetto) is null
            ? Run(output, parsed.GetValue(file)!, OptionValues.Rows(parsed.GetValue(rows)!), parsed.GetValue(races))
            : Write(output, parsed.GetValue(file)!, parsed.GetValue(html), parsed.GetValue(perfetto), parsed.GetValue(source)!, parsed.GetValue(races)));
        return command;
    }

    private static int Write(CommandOutput output, string file, string? html, string? perfetto, string source, bool races)
    {
        var trace = TraceInput.Load(file);
        if (html is not null)
        {
            var options = new ViewerOptions { Replay = $"lab replay {Shell.Quoted(file)}", Source = new SourceLines(source).Find };
            PageOutput.Write(output, html, ViewerPage.Of(trace, options));
        }

        if (perfetto is not null)
        {
            PageOutput.Write(output, perfetto, PerfettoTrace.Of(trace));
        }

        output.Text(races ? Races(trace) : "");
        output.Object(new JsonObject { ["scenario"] = trace.Scenario, ["verdict"] = trace.Verdict.Kind, ["html"] = html, ["perfetto"] = perfetto });
        return ExitCode.Fine;
    }

    private static int Run(CommandOutput output, string file, int rows, bool races)
    {
        var trace = TraceInput.Load(file);
        output.Text(Text(trace, rows, races));
        output.Object(Describe(trace));
        return ExitCode.Fine;
    }

    private static string Text(Trace trace, int rows, bool races)
    {
        var text = new StringBuilder();
        text.Append(VerdictText.Wrapped("", trace.ToString(), "  "));
        text.Append(VerdictText.Of(trace.Verdict.Kind, trace.Verdict.Message, new ReportNames(trace)));
        return text.Append('\n').Append(races ? Races(trace) : FailureReport.Order(trace, rows)).ToString();
    }

    private static string Races(Trace trace) => RaceText.Of(trace) is { Length: > 0 } text ? text : "No races: synchronisation orders all conflicting accesses of shared variables.\n";

    private static JsonObject Access(TraceEvent e) => new() { ["task"] = e.Task, ["kind"] = e.Kind, ["step"] = e.Step, ["site"] = e.Site };

    private static JsonObject Describe(Trace trace)
    {
        var names = new ReportNames(trace);
        var interleaving = new Interleaving(trace, names);
        return new JsonObject
        {
            ["scenario"] = trace.Scenario,
            ["assembly"] = trace.AssemblyName,
            ["strategy"] = trace.Strategy,
            ["seed"] = trace.Seed.Value,
            ["execution"] = trace.Execution,
            ["verdict"] = trace.Verdict.Kind,
            ["message"] = trace.Verdict.Message,
            ["steps"] = trace.Steps,
            ["switches"] = interleaving.Switches,
            ["preemptions"] = interleaving.Preemptions,
            ["virtual_time_ms"] = trace.VirtualTime.TotalMilliseconds,
            ["decisions"] = trace.Decisions.Count,
            ["tasks"] = new JsonArray([.. trace.Tasks.Select(static task => new JsonObject { ["id"] = task.Id, ["name"] = task.Name })]),
            ["rows"] = new JsonArray([.. interleaving.Rows.Select(static row => new JsonObject
            {
                ["step"] = row.Step,
                ["time_ms"] = new TimeSpan(row.Time).TotalMilliseconds,
                ["task"] = row.Actor,
                ["text"] = row.Text,
            })]),
            ["races"] = new JsonArray([.. RaceDetection.In(trace).Select(static race => new JsonObject
            {
                ["object"] = race.Object, ["first"] = Access(race.First), ["second"] = Access(race.Second),
            })]),
            ["line"] = InterleavingLine.Of(trace, interleaving, names).Split('\n')[0],
        };
    }
}
