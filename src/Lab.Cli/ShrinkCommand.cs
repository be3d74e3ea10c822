using System.CommandLine;
using System.Text.Json.Nodes;
using Lab.Execution;
using Lab.Exploration;
using Lab.Reports;
using Lab.Traces;

namespace Lab.Cli;

/// <summary><c>lab shrink</c>: the smallest failing execution near a recorded one, as a trace of its own.</summary>
internal static class ShrinkCommand
{
    internal static Command Create(CommandOutput output)
    {
        var file = TraceInput.Argument("FILE", "The trace file of a failure.");
        var target = new Option<string?>("--out") { Description = "The file for the shrunk trace. Default: FILE with .shrunk before its extension.", HelpName = "file" };
        var executions = new Option<string?>("--executions") { Description = "Executions at most. Default: 10000.", HelpName = "n" };
        var time = new Option<string?>("--time") { Description = "Real time at most, for example 30s. Default: 0.8s.", HelpName = "t" };
        var assembly = ScenarioSource.Option();
        var command = new Command("shrink", "Makes a failure small: fewest pre-emptions, then fewest steps.") { file, target, executions, time, assembly };
        command.SetAction(parsed =>
        {
            var options = new ShrinkOptions();
            options = parsed.GetValue(executions) is { } n ? options with { Executions = OptionValues.Count("--executions", n) } : options;
            options = parsed.GetValue(time) is { } t ? options with { Time = OptionValues.Time(t), Steps = long.MaxValue } : options;
            var path = parsed.GetValue(file)!;
            return Run(output, path, parsed.GetValue(target) ?? Path.ChangeExtension(path, ".shrunk" + Path.GetExtension(path)), options, parsed.GetValue(assembly));
        });
        return command;
    }

    private static int Run(CommandOutput output, string file, string target, ShrinkOptions options, string? assembly)
    {
        var trace = TraceInput.Load(file);
        if (trace.Verdict.Kind == "passed")
        {
            throw new InputException($"{file} is the trace of an execution that passed: there is nothing to shrink.");
        }

        OutputPlace.CheckFile("--out", target);
        var scenario = ScenarioSource.Find(ScenarioSource.LoadFor(trace, file, assembly), trace.Scenario);
        var result = Shrink(trace, scenario, options);
        var isShrunk = result.Shrinking is { NotShrunk: null };
        result = isShrunk ? TraceFolder.SaveAs(result, target) : result with { TracePath = file };
        var exitCode = result.TraceError is not null ? ExitCode.Unusable : isShrunk ? ExitCode.Fine : ReplayCommand.ExitCodeOf(ReplayComparison.Of(trace, result).Agreement);
        output.Text(Text(trace, result, isShrunk, ScenarioSource.Named(assembly)));
        output.Object(Describe(file, trace, result, isShrunk, exitCode));
        return result.TraceError is { } why ? throw new InputException($"{target} cannot be written ({why}): name another file with --out.") : exitCode;
    }

    private static LabResult Shrink(Trace trace, Scenario scenario, ShrinkOptions options)
    {
        try
        {
            return LabRuntime.Shrink(trace, scenario.Program, options);
        }
        catch (FormatException e)
        {
            throw new InputException(e.Message);
        }
    }

    private static string Text(Trace trace, LabResult result, bool isShrunk, string assembly)
    {
        var options = new FailureReportOptions { Scenario = trace.Scenario, Replay = result.TracePath is { } path ? [$"lab replay {Shell.Quoted(path)}{assembly}"] : [] };
        return isShrunk || result.Verdict.IsFailure
            ? FailureReport.Of(result, options)
            : $"{trace.Scenario}: NOT shrunk: {result.Shrinking?.NotShrunk ?? "its verdict is not a property of one schedule"}\n";
    }

    private static JsonObject Describe(string file, Trace trace, LabResult result, bool isShrunk, int exitCode)
    {
        var interleaving = new Interleaving(result.Trace ?? trace, new ReportNames(result.Trace ?? trace));
        return new JsonObject
        {
            ["file"] = file,
            ["scenario"] = trace.Scenario,
            ["verdict"] = result.Verdict.Name,
            ["shrunk"] = isShrunk,
            ["not_shrunk"] = result.Shrinking?.NotShrunk,
            ["found_message"] = result.Shrinking?.FoundMessage,
            ["found_steps"] = result.Shrinking?.FoundSteps,
            ["found_switches"] = result.Shrinking?.FoundSwitches,
            ["found_preemptions"] = result.Shrinking?.FoundPreemptions,
            ["found_early_advances"] = result.Shrinking?.FoundEarlyAdvances,
            ["steps"] = result.Steps,
            ["switches"] = interleaving.Switches,
            ["preemptions"] = interleaving.Preemptions,
            ["early_advances"] = interleaving.EarlyAdvances,
            ["complete"] = result.Shrinking?.IsComplete,
            ["least"] = result.Shrinking?.IsLeast,
            ["executions"] = result.Shrinking?.Executions,
            ["trace"] = isShrunk ? result.TracePath : null,
            ["exit_code"] = exitCode,
        };
    }
}
