using System.Text.Json.Nodes;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Reports;
using Lab.Traces;
using Spectre.Console;

namespace Lab.Cli;

/// <summary>What exploring one scenario came to.</summary>
/// <param name="Problem">Why nothing was found although the exit status is not 0; null if it is, or if something was.</param>
internal sealed record ExplorationReport(int ExitCode, JsonObject Json, string? Problem = null);

/// <summary>Explores one scenario, checks at once that what it found replays, and reports.</summary>
/// <param name="output">Gets the report.</param>
/// <param name="options">The budget and the seed; name and lab options come from the scenario.</param>
/// <param name="folder">For the traces of failures.</param>
/// <param name="assembly">As on the command line, for the lines that replay.</param>
/// <param name="holdsToExpectation">A scenario that fails as its author expects is fine.</param>
/// <param name="isBrief">What is fine is reported in one line: for many scenarios.</param>
internal sealed class Exploration(CommandOutput output, ExploreOptions options, string folder, string? assembly, bool holdsToExpectation, bool isBrief)
{
    // Whole reports stand apart from one another and from lines.
    private string _between = "";

    internal bool HoldsToExpectation => holdsToExpectation;

    /// <summary>What the user asks of the lab itself, in place of what the scenario asks for.</summary>
    internal required Func<LabOptions, LabOptions> Lab { get; init; }

    /// <summary>The same as on the command line.</summary>
    internal required string Asked { get; init; }

    internal ExplorationReport Run(Scenario scenario)
    {
        var result = Explore(scenario);
        var verdict = result.Failure?.Verdict.Kind ?? VerdictKind.Passed;
        var replays = result.Failures.Select(failure => Check(scenario, failure)).ToList();
        var isFine = holdsToExpectation && scenario.Expects(verdict) && replays.TrueForAll(static replay => replay is null or { Agreement: ReplayAgreement.Exact });
        var exitCode = isFine ? ExitCode.Fine : ExitCodeOf(result, replays);
        if (exitCode == ExitCode.Fine && result is { WasStopped: true, Failures.Count: 0 })
        {
            exitCode = output.Stop.Status;
        }
        else if (holdsToExpectation && !isFine && exitCode == ExitCode.Fine)
        {
            // It passed, and was expected to fail: what it is there to show was not shown.
            exitCode = ExitCode.Found;
        }

        var problem = exitCode is ExitCode.Fine or >= ExitCode.Interrupted && result.RunFileError is { } why ? $"the run cannot be stored in {RunFile(scenario)} ({why}): name another file or folder." : null;
        exitCode = problem is null ? exitCode : ExitCode.Unusable;
        output.Text(isFine && isBrief && !result.WasStopped ? OneLine(scenario, result) : WholeReport(scenario, result, replays, isFine));
        return new ExplorationReport(exitCode, ExplorationJson.Of(scenario.Expected, result, replays, Lab(scenario.Options), RunFile(scenario), exitCode), problem);
    }

    private static int ExitCodeOf(ExplorationResult result, List<ReplayComparison?> replays) =>
        result.Failures.Count == 0 ? ExitCode.Fine
        : result.Failures.Any(static failure => failure.Verdict.Kind == VerdictKind.Nondeterministic) || replays.Exists(static replay => replay is { Agreement: not ReplayAgreement.Exact })
            ? ExitCode.Diverged
            : ExitCode.Found;

    private ExplorationResult Explore(Scenario scenario)
    {
        var asked = scenario.ToExploreOptions();
        var run = options with
        {
            Scenario = asked.Scenario,
            AssemblyName = asked.AssemblyName,
            Lab = Lab(asked.Lab) with { TraceDirectory = folder },
            RunFile = RunFile(scenario),
        };
        try
        {
            return output.ShowsProgress ? Watched(scenario, run) : Explorer.Explore(scenario.Program, run);
        }
        catch (RunFileException e)
        {
            throw new InputException($"{e.Message} Name another file, or delete it to begin anew.");
        }
        catch (ArgumentException e) when (run.RunFile is not null || run.Lab.Dispatch == DispatchKind.WorkStealing)
        {
            throw new InputException(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{run.RunFile} cannot be read ({e.Message.TrimEnd('.')}): name another file with --resume.");
        }
    }

    /// <summary>Where the run is stored: the file that the user named, or, of a part, one beside the traces whose name says what it is.</summary>
    private string? RunFile(Scenario scenario) =>
        options.RunFile
        ?? (options.Shard is { } shard ? Path.Combine(folder, FormattableString.Invariant($"{scenario.Name}-{options.Seed}-shard-{shard.Number}-of-{shard.Count}.run")) : null);

    private ExplorationResult Watched(Scenario scenario, ExploreOptions run)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output.Writer) });
        return console.Status().Start(Markup.Escape($"exploring {scenario.Name}"), status =>
        {
            var before = default(ExplorationProgress);
            return Explorer.Explore(scenario.Program, run with
            {
                Progress = now =>
                {
                    status.Status(Markup.Escape($"exploring {scenario.Name}: {Progress(before, now)}"));
                    before = now;
                },
            });
        });
    }

    /// <summary>How far, how fast, and whether there still is something new.</summary>
    private static string Progress(ExplorationProgress before, ExplorationProgress now)
    {
        var executions = Math.Max(1, now.Executions - before.Executions);
        var rate = executions / Math.Max(1e-3, (now.Elapsed - before.Elapsed).TotalSeconds);
        var growth = 1000.0 * Math.Max(0, now.Distinct - before.Distinct) / executions;
        return FormattableString.Invariant(
            $"{now.Executions:N0} executions ({rate:N0}/s), {now.Distinct:N0} distinct ({growth:0.#} new per 1,000), {now.Failures} failures, {now.Elapsed.TotalSeconds:0} s");
    }

    /// <summary>Replays what was found from the file that was written; null when there is nothing to replay.</summary>
    private static ReplayComparison? Check(Scenario scenario, LabResult failure) =>
        failure.TracePath is { } path && failure.Verdict.Kind != VerdictKind.Nondeterministic
            ? ReplayCommand.Replay(TraceFile.Load(path), scenario).Comparison
            : null;

    private string WholeReport(Scenario scenario, ExplorationResult result, List<ReplayComparison?> replays, bool isFine)
    {
        var text = _between + Text(scenario, result, replays) + Expectation(scenario, result, isFine);
        _between = "\n";
        return text;
    }

    private string OneLine(Scenario scenario, ExplorationResult result)
    {
        _between = "\n";
        var executions = FailureReport.Count(result.Executions, "execution");
        var told = result.Failure is { } failure ? $"{failure.Verdict.Name} after {executions}" : FormattableString.Invariant($"passed {executions}, {result.Distinct:N0} distinct");
        return VerdictText.Wrapped("ok  ", $"{scenario.Name}: {told} ({ExplorationSummary.Elapsed(result.Elapsed)})");
    }

    private string Text(Scenario scenario, ExplorationResult result, List<ReplayComparison?> replays)
    {
        var text = "";
        for (var i = 0; i < result.Failures.Count; i++)
        {
            var failure = result.Failures[i];
            text += FailureReport.Of(failure, new FailureReportOptions { Scenario = scenario.Name, Replay = [Again(result, failure)] });
            text += (replays[i] is { } replay ? Said(replay) : "") + "\n";
        }

        return text + ExplorationSummary.Of(result) + Stored(scenario, result);
    }

    private string Stored(Scenario scenario, ExplorationResult result) =>
        RunFile(scenario) is not { } file ? ""
        : result.RunFileError is { } why ? $"  NOT stored in {file} ({why})\n"
        : result.Shard is not null ? $"  stored in {file}\n"
        : result.End == ExplorationEnd.OutOfBudget ? $"  to go on: lab explore {result.Scenario} --resume {Shell.Quoted(file)} ...\n"
        : "";

    private string Expectation(Scenario scenario, ExplorationResult result, bool isFine) =>
        !holdsToExpectation || result is { WasStopped: true, Failures.Count: 0 } ? ""
        : isFine ? "  as expected\n"
        : $"  NOT as expected: {Verdict.NameOf(scenario.Expected ?? VerdictKind.Passed)} was expected\n";

    private static string Said(ReplayComparison replay) => replay.Agreement == ReplayAgreement.Exact
        ? "Checked: replayed from that file, and it reproduces exactly.\n"
        : $"Checked: replayed from that file, and it does NOT reproduce: {replay.Message}\n";

    // An execution that never came back has no trace; running it alone shows it again.
    private string Again(ExplorationResult result, LabResult failure) =>
        (failure.TracePath is { } path
            ? $"lab replay {Shell.Quoted(path)}"
            : FormattableString.Invariant($"lab explore {result.Scenario} --seed {result.Seed} --strategy {Shell.Quoted(failure.Strategy)} --first {failure.Index} --executions 1{Asked}"))
        + ScenarioSource.Named(assembly);
}
