using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Traces;

namespace Lab.Cli;

/// <summary><c>lab list</c>: the scenarios of an assembly.</summary>
internal static class ListCommand
{
    internal static Command Create(CommandOutput output)
    {
        var assembly = ScenarioSource.Option();
        var command = new Command("list", "Lists the scenarios of an assembly.") { assembly };
        command.SetAction(parsed => Run(output, parsed.GetValue(assembly)));
        return command;
    }

    private static int Run(CommandOutput output, string? assembly)
    {
        var scenarios = ScenarioSource.Load(assembly).All;
        output.Text(scenarios.Count == 0 ? "No scenarios: mark a `static Task X(Cx cx)` method with [Scenario(\"name\")].\n" : Table(scenarios, output.ShowsProgress));
        output.Object(new JsonObject { ["scenarios"] = new JsonArray([.. scenarios.Select(Describe)]) });
        return ExitCode.Fine;
    }

    private static string Table(IReadOnlyCollection<Scenario> scenarios, bool isWrapped)
    {
        var text = new WrappedText();
        var lines = new StringBuilder();
        var width = scenarios.Max(static scenario => scenario.Name.Length);
        foreach (var scenario in scenarios)
        {
            var (lead, words) = ($"{scenario.Name.PadRight(width)}  ", $"{Expected(scenario)}{(scenario.Description.Length == 0 ? "" : $": {scenario.Description}")}");
            text.Line(lead, words);
            lines.Append(lead).Append(TraceText.Printable(words)).Append('\n');
        }

        // What goes on to grep has one line for each.
        return (isWrapped ? text.ToString() : lines.ToString());
    }

    private static string Expected(Scenario scenario) => scenario.Expected is { } kind ? Verdict.NameOf(kind) : "passes";

    private static JsonObject Describe(Scenario scenario) => new()
    {
        ["name"] = scenario.Name,
        ["description"] = scenario.Description,
        ["expected"] = Verdict.NameOf(scenario.Expected ?? VerdictKind.Passed),
        ["method"] = scenario.Method,
        ["assembly"] = scenario.AssemblyName,
    };
}
