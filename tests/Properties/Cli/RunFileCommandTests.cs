using System.Diagnostics;
using System.Text.Json;
using Lab.Cli;
using NUnit.Framework;

namespace Lab.Properties.Cli;

/// <summary><c>--resume</c>, <c>--shard</c>, <c>--workers</c> and <c>lab merge</c> as a script meets them.</summary>
[TestFixture]
[NonParallelizable]
public sealed class RunFileCommandTests
{
    private static readonly string s_assembly = typeof(CliScenarios).Assembly.Location;
    private string _folder = "";

    private string RunFile => Path.Combine(_folder, "a.run");

    [SetUp]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("lab-cli-run-").FullName;
        CliScenarios.Expected = "2";
        CliScenarios.ExtraReads = 0;
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void The_number_of_workers_changes_nothing_but_the_time()
    {
        var one = Explore("safe-update", "--workers", "1", "--executions", "300");
        Assert.That(WithoutTime(Explore("safe-update", "--workers", "3", "--executions", "300").Output), Is.EqualTo(WithoutTime(one.Output)));
    }

    [Test]
    public void An_interrupted_search_says_how_to_go_on_and_ends_as_if_it_had_not_been()
    {
        var whole = Json(Explore("safe-update", "--strategy", "dfs", "--executions", "1000000", "--json"));
        Assert.That((whole.GetProperty("end").GetString(), whole.GetProperty("exhaustive").GetBoolean()), Is.EqualTo(("exhausted", true)));
        var begun = Explore("safe-update", "--strategy", "dfs", "--resume", RunFile, "--executions", "6");
        Assert.That(begun.ExitCode, Is.Zero, begun.Error);
        Assert.That(begun.Output, Does.Contain("to go on: lab explore safe-update --resume").And.Contain("not finished"));
        var rest = Json(Explore("safe-update", "--strategy", "dfs", "--resume", RunFile, "--json"));
        foreach (var name in new[] { "end", "executions", "steps", "distinct" })
        {
            Assert.That(rest.GetProperty(name).ToString(), Is.EqualTo(whole.GetProperty(name).ToString()), name);
        }

        Assert.That(rest.GetProperty("resumed").GetInt64(), Is.EqualTo(6));
        Assert.That(Explore("safe-update", "--strategy", "dfs", "--resume", RunFile).Output, Does.Contain("Every interleaving was explored: "));
    }

    // It is told only after it said that it runs: then it knows what to do when it is told.
    [Test]
    [Platform(Exclude = "Win", Reason = "There is no SIGTERM.")]
    public void A_run_that_is_told_to_terminate_stores_what_it_has_reports_and_is_143()
    {
        using var process = CommandRun.Start(
            typeof(LabCommand).Assembly.Location, "explore", "says-that-it-runs", "--assembly", s_assembly, "--resume", RunFile, "--out", _folder);
        var output = process.StandardOutput.ReadToEndAsync();
        try
        {
            Assert.That(process.StandardError.ReadLine(), Is.EqualTo(CliScenarios.Running));
            using (var kill = Process.Start("sh", ["-c", FormattableString.Invariant($"kill -TERM {process.Id}")]))
            {
                kill.WaitForExit();
            }

            Assert.That(process.WaitForExit(TimeSpan.FromMinutes(2)), Is.True, "without a limit it runs until it is told");
        }
        finally
        {
            process.Kill();
        }

        Assert.That(process.ExitCode, Is.EqualTo(143));
        Assert.That(output.Result, Does.StartWith("says-that-it-runs passed\n").And.Match("\n  Stopped after [0-9,]+ executions?\\.\n").And.Contain("to go on: lab explore says-that-it-runs --resume"));
        Assert.That(Json(Explore("says-that-it-runs", "--resume", RunFile, "--executions", "1", "--json")).GetProperty("resumed").GetInt64(), Is.Positive);
    }

    [Test]
    public void A_damaged_or_foreign_file_is_2_in_one_line()
    {
        File.WriteAllText(RunFile, "lab-run 1 nonsense");
        MustRefuse(Explore("safe-update", "--resume", RunFile), "is not a usable file of a run");
        Assert.That(Explore("safe-update", "--executions", "5").ExitCode, Is.Zero);
        File.Delete(RunFile);
        Explore("safe-update", "--executions", "5", "--resume", RunFile);
        MustRefuse(Explore("safe-update", "--seed", "4", "--resume", RunFile), "its seed is 0, not 4");
    }

    [Test]
    public void Parts_are_merged_to_what_the_whole_shows()
    {
        var whole = Json(Explore("safe-update", "--executions", "301", "--json"));
        var files = new[] { Shard("safe-update", "1/2"), Shard("safe-update", "2/2") };
        var merged = Json(Lab(["merge", .. files, "--json"]));
        foreach (var name in new[] { "end", "executions", "steps", "distinct", "growth", "oracles", "next_is_new" })
        {
            Assert.That(merged.GetProperty(name).ToString(), Is.EqualTo(whole.GetProperty(name).ToString()), name);
        }

        var text = Lab(["merge", .. files]);
        Assert.That((text.ExitCode, text.Output.Contains("safe-update passed\n  301 executions", StringComparison.Ordinal)), Is.EqualTo((0, true)), text.Output);
    }

    [Test]
    public void A_part_that_is_not_there_is_said_and_is_2()
    {
        var run = Lab("merge", Shard("safe-update", "2/3"));
        Assert.That(run.Output, Does.Contain("NOT the whole run: missing: 1/3, 3/3"));
        MustRefuse(run, "this is not the whole run (missing: 1/3, 3/3)");
        var json = Lab("merge", Shard("safe-update", "2/3"), "--json");
        Assert.That(Json(json).GetProperty("missing").GetArrayLength(), Is.EqualTo(2));
        Assert.That(json.ExitCode, Is.EqualTo(2));
    }

    [Test]
    public void A_failure_in_any_part_is_1_and_its_trace_is_written_and_replays()
    {
        var files = new[] { Shard("lost-update", "1/2"), Shard("lost-update", "2/2") };
        var folder = Path.Combine(_folder, "merged");
        var run = Lab(["merge", .. files, "--out", folder, "--no-shrink"]);
        Assert.That(run.ExitCode, Is.EqualTo(1), run.Error);
        Assert.That(run.Output, Does.Contain("the balance is 1, not 2").And.Contain("Replay: lab replay ").And.Not.Contain("shrunk"));
        var trace = Directory.GetFiles(folder, "*.trace").Single();
        Assert.That(Lab("replay", trace, "--assembly", s_assembly).ExitCode, Is.Zero);
        Assert.That(Path.GetFileName(trace), Is.EqualTo(Path.GetFileName(Json(Explore("lost-update", "--json")).GetProperty("trace").GetString()!)));
    }

    [Test]
    public void What_the_parts_found_is_made_small_where_the_program_is()
    {
        var files = new[] { Shard("lost-update", "1/2"), Shard("lost-update", "2/2") };
        var folder = Path.Combine(_folder, "merged");
        var whole = Json(Explore("lost-update", "--json")).GetProperty("trace").GetString()!;
        var run = Lab(["merge", .. files, "--out", folder, "--assembly", s_assembly]);
        Assert.That(run.ExitCode, Is.EqualTo(1), run.Error);
        Assert.That(run.Output, Does.Contain("  shrunk from ").And.Contain("Why: it fails when "));
        Assert.That(File.ReadAllText(Directory.GetFiles(folder, "*.trace").Single()), Is.EqualTo(File.ReadAllText(whole)), "the trace of the undivided run");
        MustRefuse(Lab(["merge", .. files, "--assembly", "nowhere.dll"]), "there is no file nowhere.dll");
    }

    [Test]
    public void Files_that_cannot_be_merged_are_2_in_one_line()
    {
        MustRefuse(Lab("merge", Path.Combine(_folder, "nothing.run")), "nothing.run");
        Explore("safe-update", "--executions", "5", "--resume", RunFile);
        MustRefuse(Lab("merge", RunFile), "not of a part");
        MustRefuse(Lab("merge", Shard("safe-update", "1/2"), Shard("lost-update", "2/2")), "its scenario is lost-update, not safe-update");
    }

    [TestCase("--workers 0", "--workers '0'")]
    [TestCase("--workers many", "--workers 'many'")]
    [TestCase("--shard 3/2", "--shard '3/2'")]
    [TestCase("--shard 3", "--shard '3'")]
    public void A_value_that_is_none_is_2_in_one_line(string more, string part) => MustRefuse(Explore(["safe-update", .. more.Split(' ')]), part);

    [Test]
    public void One_file_is_of_one_scenario() => MustRefuse(Explore("safe-update", "lost-update", "--resume", RunFile), "one at a time");

    private static void MustRefuse(CommandRun run, string part)
    {
        Assert.That(run.ExitCode, Is.EqualTo(2), run.Output);
        Assert.That(run.Error, Does.StartWith("lab: ").And.Contain(part));
        Assert.That(run.Error.TrimEnd('\n'), Does.Not.Contain("\n"));
    }

    private static string WithoutTime(string text) => System.Text.RegularExpressions.Regex.Replace(text, "[0-9.]+ m?s", "");

    private static JsonElement Json(CommandRun run)
    {
        using var document = JsonDocument.Parse(run.Output);
        return document.RootElement.Clone();
    }

    private static CommandRun Lab(params string[] args) => CommandRun.Of(args);

    private CommandRun Explore(params string[] args) => CommandRun.Of(["explore", .. args, "--assembly", s_assembly, "--out", _folder]);

    private string Shard(string scenario, string part)
    {
        var run = Explore(scenario, "--shard", part, "--executions", "301", "--json");
        return Json(run).GetProperty("run_file").GetString()!;
    }
}
