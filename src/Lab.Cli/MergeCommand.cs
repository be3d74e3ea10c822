using System.CommandLine;
using System.Text.Json.Nodes;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Reports;

namespace Lab.Cli;

/// <summary><c>lab merge</c>: joins what the parts of a run found, as if it had been run in one piece, and makes it small.</summary>
internal static class MergeCommand
{
    internal static Command Create(CommandOutput output)
    {
        var files = new Argument<string[]>("FILES") { Description = "The files that `lab explore --shard` wrote, one of each part.", Arity = ArgumentArity.OneOrMore };
        var folder = new Option<string>("--out") { Description = "The folder for the traces of failures.", HelpName = "dir", DefaultValueFactory = _ => ExploreCommand.DefaultFolder };
        var noShrink = new Option<bool>("--no-shrink") { Description = "Report failures as they were found; their program is not needed then." };
        var assembly = ScenarioSource.Option();
        var command = new Command("merge", "Joins the parts of a run that several machines explored, and makes its failures small.") { files, folder, noShrink, assembly };
        command.SetAction(parsed => Run(output, parsed.GetValue(files)!, parsed.GetValue(folder)!, parsed.GetValue(noShrink) ? null : new MergedFailures(parsed.GetValue(assembly))));
        return command;
    }

    private static int Run(CommandOutput output, string[] files, string folder, MergedFailures? failures)
    {
        if (Array.Find(files, static file => !File.Exists(file)) is { } missing)
        {
            throw new InputException($"there is no file {missing}: name the files that `lab explore --shard` wrote.");
        }

        OutputPlace.CheckFolder("--out", folder);
        var merged = Merge(files, folder);
        if (failures is not null)
        {
            merged = merged with { Result = merged.Result with { Failures = [.. merged.Result.Failures.Select(failure => failures.Shrink(failure, folder))] } };
        }

        var result = merged.Result;
        var exitCode = ExitCodeOf(merged);
        foreach (var failure in result.Failures)
        {
            string[] replay = failure.TracePath is { } path ? [$"lab replay {Shell.Quoted(path)}"] : [];
            output.Text(FailureReport.Of(failure, new FailureReportOptions { Scenario = result.Scenario, Replay = replay }) + "\n");
        }

        output.Text(ExplorationSummary.Of(result) + Gaps(merged));
        var json = ExplorationJson.Of(null, result, [], null, null, exitCode);
        json["missing"] = Names(merged.Missing);
        json["unfinished"] = Names(merged.Unfinished);
        output.Object(json);
        return exitCode != ExitCode.Unusable
            ? exitCode
            : throw new InputException($"this is not the whole run ({Gap(merged)}): explore the rest, and merge all files.");
    }

    private static MergedShards Merge(string[] files, string folder)
    {
        try
        {
            return ShardMerge.Of(files, folder);
        }
        catch (RunFileException e)
        {
            throw new InputException($"{e.Message} Give the files that `lab explore --shard` wrote for one run.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{e.Message.TrimEnd('.')}: name the files that `lab explore --shard` wrote.");
        }
    }

    // A failure is one, whatever is missing; that there is none can be said of the whole only.
    private static int ExitCodeOf(MergedShards merged) =>
        merged.Result.Failures.Any(static failure => failure.Verdict.Kind == VerdictKind.Nondeterministic) ? ExitCode.Diverged
        : merged.Result.Failures.Count > 0 ? ExitCode.Found
        : merged.IsWhole ? ExitCode.Fine
        : ExitCode.Unusable;

    private static string Gaps(MergedShards merged) => merged.IsWhole ? "" : $"  NOT the whole run: {Gap(merged)}\n";

    private static string Gap(MergedShards merged) => string.Join("; ", new[]
    {
        merged.Missing.Count > 0 ? $"missing: {string.Join(", ", merged.Missing)}" : "",
        merged.Unfinished.Count > 0 ? $"not finished: {string.Join(", ", merged.Unfinished)}" : "",
    }.Where(static part => part.Length > 0));

    private static JsonArray Names(IReadOnlyList<Shard> shards) => new([.. shards.Select(static shard => JsonValue.Create(shard.ToString()))]);
}
