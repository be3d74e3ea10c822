using System.CommandLine;
using System.Text.Json.Nodes;
using Lab.Exploration;
using Lab.Strategies;

namespace Lab.Cli;

/// <summary><c>lab explore</c>: runs scenarios under one schedule after the other until they fail or the budget is used up.</summary>
internal static class ExploreCommand
{
    internal const string DefaultFolder = "traces-found";

    internal static Command Create(CommandOutput output)
    {
        var names = new Argument<string[]>("NAME") { Description = "The scenarios to explore; `lab list` shows them.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Every scenario of the assembly, each held to the verdict that it expects." };
        var expect = new Option<bool>("--expect-failures") { Description = "Exit status 0 when every scenario ends with the verdict that it expects." };
        var strategy = new Option<string>("--strategy") { Description = $"Who answers: {string.Join(", ", StrategySpec.Usages)}.", HelpName = "name", DefaultValueFactory = _ => Portfolio.Name };
        var executions = new Option<string?>("--executions") { Description = "Executions at most. Default: 10000, or no limit with --time or --resume.", HelpName = "n" };
        var time = new Option<string?>("--time") { Description = "Real time at most for each scenario, for example 30s.", HelpName = "t" };
        var seed = new Option<string>("--seed") { Description = "Where all random choices come from.", HelpName = "n", DefaultValueFactory = _ => "0" };
        var first = new Option<string>("--first") { Description = "Index of the first execution: execution i alone is execution i of a run.", HelpName = "i", DefaultValueFactory = _ => "0" };
        var folder = new Option<string>("--out") { Description = "The folder for the traces of failures.", HelpName = "dir", DefaultValueFactory = _ => DefaultFolder };
        var keepGoing = new Option<bool>("--keep-going") { Description = "Go on after a failure and collect the different ones." };
        var workers = new Option<string?>("--workers") { Description = "Threads that explore; what is found does not depend on it. Default: one per core.", HelpName = "n" };
        var resume = new Option<string?>("--resume") { Description = "Go on from this file if it is there, and write it when the run ends or is stopped (Ctrl-C).", HelpName = "file" };
        var shard = new Option<string?>("--shard") { Description = "Do part i of n; writes a file for `lab merge`. Budget and seed are those of the whole.", HelpName = "i/n" };
        var require = new Option<string[]>("--require") { Description = "What must have had something to judge, for example permit-leak; else the run ends with not-exercised.", HelpName = "oracle", DefaultValueFactory = _ => [] };
        var sharing = new Option<string>("--linearisations") { Description = "How often a sampled execution is run again with two independent steps exchanged, to find undeclared sharing; 0: never.", HelpName = "n", DefaultValueFactory = _ => "2" };
        var noShrink = new Option<bool>("--no-shrink") { Description = "Report failures as they were found." };
        var asked = new AskedOptions();
        var assembly = ScenarioSource.Option();
        var command = new Command("explore", "Looks for failing interleavings.")
        {
            names, all, expect, strategy, executions, time, seed, first, folder, keepGoing, require, sharing, noShrink, workers, resume, shard,
        };
        asked.AddTo(command);
        command.Add(assembly);
        command.SetAction(parsed =>
        {
            var limit = parsed.GetValue(time) is { } text ? OptionValues.Time(text) : (TimeSpan?)null;
            var file = parsed.GetValue(resume);
            var options = new ExploreOptions
            {
                Strategy = OptionValues.Strategy(parsed.GetValue(strategy)!),
                Executions = parsed.GetValue(executions) is { } n ? OptionValues.Count("--executions", n) : limit is null && file is null ? 10_000 : long.MaxValue,
                Time = limit,
                Clock = output.Clock,
                Seed = OptionValues.Seed(parsed.GetValue(seed)!),
                First = OptionValues.Index(parsed.GetValue(first)!),
                KeepGoing = parsed.GetValue(keepGoing),
                Require = OptionValues.Oracles(parsed.GetValue(require)!),
                LinearisationSamples = OptionValues.Linearisations(parsed.GetValue(sharing)!),
                Shrink = parsed.GetValue(noShrink) ? null : new ShrinkOptions(),
                Workers = parsed.GetValue(workers) is { } threads ? OptionValues.Workers(threads) : Environment.ProcessorCount,
                Stop = output.Stop.Token,
                RunFile = file,
                Resume = file is not null,
                Shard = parsed.GetValue(shard) is { } part ? OptionValues.Shard(part) : null,
            };
            var scenarios = Choose(ScenarioSource.Load(parsed.GetValue(assembly)), parsed.GetValue(names)!, parsed.GetValue(all));
            if (file is not null && scenarios.Count > 1)
            {
                throw new InputException("--resume names the file of one scenario: explore one at a time.");
            }

            OutputPlace.CheckFolder("--out", parsed.GetValue(folder)!);
            if (file is not null)
            {
                OutputPlace.CheckFile("--resume", file);
            }

            var holds = parsed.GetValue(all) || parsed.GetValue(expect);
            var exploration = new Exploration(output, options, parsed.GetValue(folder)!, parsed.GetValue(assembly), holds, isBrief: scenarios.Count > 1)
            {
                Lab = asked.Read(parsed),
                Asked = asked.Again(parsed),
            };
            return Run(output, scenarios, exploration);
        });
        return command;
    }

    private static List<Scenario> Choose(Scenarios scenarios, string[] names, bool all)
    {
        if (Array.Find(names, static name => name.StartsWith('-')) is { } option)
        {
            throw new InputException($"there is no option {option}: `lab explore --help` shows those there are.");
        }

        if (all == names.Length > 0)
        {
            throw new InputException(all ? "name scenarios or say --all, not both." : "which scenario? Name one (`lab list` shows them), or say --all.");
        }

        List<Scenario> chosen = all ? [.. scenarios.All] : [.. names.Distinct().Select(name => ScenarioSource.Find(scenarios, name))];
        return chosen.Count > 0 ? chosen : throw new InputException("the assembly has no scenarios: mark a `static Task X(Cx cx)` method with [Scenario(\"name\")].");
    }

    private static int Run(CommandOutput output, List<Scenario> scenarios, Exploration exploration)
    {
        var reports = new List<ExplorationReport>();
        foreach (var scenario in scenarios)
        {
            if (output.Stop.Status == 0)
            {
                reports.Add(exploration.Run(scenario));
            }
        }

        // What was found outweighs that it was stopped.
        var exitCode = reports.Select(static report => report.ExitCode).Where(static status => status < ExitCode.Interrupted).DefaultIfEmpty().Max();
        exitCode = exitCode == ExitCode.Fine ? output.Stop.Status : exitCode;
        if (scenarios.Count == 1 && reports.Count == 1)
        {
            output.Object(reports[0].Json);
            return reports[0].Problem is { } problem ? throw new InputException(problem) : reports[0].ExitCode;
        }

        var asExpected = reports.Count(static report => report.ExitCode == ExitCode.Fine);
        output.Text($"\n{reports.Count} scenarios explored, {asExpected} {(exploration.HoldsToExpectation ? "as expected" : "without a failure")}.\n");
        output.Text(reports.Count == scenarios.Count ? "" : $"Stopped before the other {scenarios.Count - reports.Count}.\n");
        output.Object(new JsonObject { ["scenarios"] = new JsonArray([.. reports.Select(static report => report.Json)]), ["exit_code"] = exitCode });
        return exitCode;
    }
}
