using System.CommandLine;
using System.Text.Json.Nodes;
using Lab.Execution;
using Lab.Exploration;
using Lab.Reports;
using Lab.Traces;

namespace Lab.Cli;

/// <summary><c>lab replay</c>: runs a recorded execution again, checking every decision.</summary>
internal static class ReplayCommand
{
    internal static Command Create(CommandOutput output)
    {
        var file = TraceInput.Argument("FILE", "The trace file.");
        var assembly = ScenarioSource.Option();
        var command = new Command("replay", "Replays a recorded execution, checking every decision.") { file, assembly };
        command.SetAction(parsed => Run(output, parsed.GetValue(file)!, parsed.GetValue(assembly)));
        return command;
    }

    /// <summary>Replays and compares; what the file asks for and this version cannot give is an <see cref="InputException"/>.</summary>
    internal static (LabResult Replay, ReplayComparison Comparison) Replay(Trace trace, Scenario scenario)
    {
        try
        {
            var replay = LabRuntime.Replay(trace, scenario.Program);
            return (replay, ReplayComparison.Of(trace, replay));
        }
        catch (FormatException e)
        {
            throw new InputException(e.Message);
        }
    }

    internal static int ExitCodeOf(ReplayAgreement agreement) => agreement switch
    {
        ReplayAgreement.Exact => ExitCode.Fine,
        ReplayAgreement.OtherVerdict => ExitCode.Found,
        _ => ExitCode.Diverged,
    };

    private static int Run(CommandOutput output, string file, string? assembly)
    {
        var trace = TraceInput.Load(file);
        var scenario = ScenarioSource.Find(ScenarioSource.LoadFor(trace, file, assembly), trace.Scenario);
        var (replay, comparison) = Replay(trace, scenario);
        var exitCode = ExitCodeOf(comparison.Agreement);
        output.Text(Text(trace, replay with { TracePath = file, Index = trace.Execution }, comparison, file, assembly));
        output.Object(new JsonObject
        {
            ["file"] = file,
            ["scenario"] = trace.Scenario,
            ["recorded_verdict"] = trace.Verdict.Kind,
            ["verdict"] = replay.Verdict.Name,
            ["agreement"] = comparison.Agreement switch { ReplayAgreement.Exact => "exact", ReplayAgreement.OtherVerdict => "other-verdict", ReplayAgreement.Nondeterministic => "nondeterministic", _ => "diverged" },
            ["message"] = comparison.Message,
            ["steps"] = replay.Steps,
            ["exit_code"] = exitCode,
        });
        return exitCode;
    }

    private static string Text(Trace trace, LabResult replay, ReplayComparison comparison, string file, string? assembly)
    {
        var lines = new FailureReportOptions { Scenario = trace.Scenario, Replay = [$"lab replay {Shell.Quoted(file)}{ScenarioSource.Named(assembly)}"] };

        // A replay looks beside the trace; an exploration has none, and must be told.
        return ReplayReport.Of(trace, replay, comparison, lines, Again(trace, ScenarioSource.Named(assembly ?? ScenarioSource.PathFor(trace, file))));
    }

    private static string Again(Trace trace, string assembly) =>
        $"To look for the failure again:\n  lab explore {Shell.Quoted(trace.Scenario)} --seed {trace.Seed} --strategy {Shell.Quoted(trace.Strategy)}{assembly}\n";
}
