using System.CommandLine;
using System.Text.Json.Nodes;
using Lab.Reports;
using Lab.Reports.Viewer;
using Lab.Traces;

namespace Lab.Cli;

/// <summary><c>lab diff</c>: where two executions part, and which orders of operations are reversed.</summary>
internal static class DiffCommand
{
    internal static Command Create(CommandOutput output)
    {
        var a = TraceInput.Argument("A", "The first trace file, by convention the one that is well understood.");
        var b = TraceInput.Argument("B", "The second trace file.");
        var html = PageOutput.Option("Writes a page with both executions side by side; it needs nothing else.");
        var source = PageOutput.SourceOption();
        var command = new Command("diff", "Shows what differs between two executions of one program.") { a, b, html, source };
        command.SetAction(parsed => Run(output, parsed.GetValue(a)!, parsed.GetValue(b)!, parsed.GetValue(html), parsed.GetValue(source)!));
        return command;
    }

    private static int Run(CommandOutput output, string a, string b, string? html, string source)
    {
        var diff = TraceDiff.Compare(TraceInput.Load(a), TraceInput.Load(b));
        output.Text(TraceDiffText.Of(diff));
        if (html is not null)
        {
            PageOutput.Write(output, html, ViewerPage.Of(diff, new ViewerOptions { Source = new SourceLines(source).Find }));
        }

        output.Object(new JsonObject
        {
            ["a"] = a,
            ["b"] = b,
            ["html"] = html,
            ["identical"] = diff.IsIdentical,
            ["causally_equal"] = diff.IsCausallyEqual,
            ["events_compared"] = diff.EventsWereCompared,
            ["first_decision"] = diff.FirstDecision?.Index,
            ["verdict_a"] = diff.A.Verdict.Kind,
            ["verdict_b"] = diff.B.Verdict.Kind,
            ["reversed"] = new JsonArray([.. diff.Reversed.Select(static order => new JsonObject
            {
                ["object"] = order.FirstInA.Event.Object,
                ["first_in_a"] = Describe(order.FirstInA),
                ["second_in_a"] = Describe(order.SecondInA),
            })]),
            ["only_in_a"] = new JsonArray([.. diff.OnlyInA.Select(Describe)]),
            ["only_in_b"] = new JsonArray([.. diff.OnlyInB.Select(Describe)]),
        });
        return diff.IsIdentical ? ExitCode.Fine : ExitCode.Found;
    }

    private static JsonObject Describe(TraceOperation operation) => new()
    {
        ["task"] = operation.Event.Task,
        ["kind"] = operation.Event.Kind,
        ["object"] = operation.Event.Object,
        ["step"] = operation.Event.Step,
        ["site"] = operation.Event.Site,
    };
}
