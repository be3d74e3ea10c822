using System.Text.Json;
using Lab.Cli;
using Lab.Exploration;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Cli;

/// <summary>The command line as a script meets it: exit status, standard output, standard error.</summary>
[TestFixture]
[NonParallelizable]
public sealed class LabCommandTests
{
    private static readonly string s_assembly = typeof(CliScenarios).Assembly.Location;
    private string _folder = "";

    [SetUp]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("lab-cli-").FullName;
        CliScenarios.Expected = "2";
        CliScenarios.ExtraReads = 0;
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_scenario_that_passes_is_0_and_says_what_passing_means()
    {
        var run = Explore("safe-update", "--executions", "200");
        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Contain("safe-update passed").And.Contain("200 executions").And.Contain("not a proof"));
        Assert.That(run.Error, Is.Empty);
    }

    [Test]
    public void A_failure_is_1_and_its_report_has_the_table_the_trace_and_the_line_that_replays_it()
    {
        var run = Explore("lost-update");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Output, Does.Contain("the balance is 1, not 2").And.Contain("switch (pre-emption)").And.Contain("reads shared#1 -> 0")
            .And.Contain("at CliScenarios.LostUpdate (CliScenarios.cs:").And.Contain("it reproduces exactly").And.Contain("Replay: lab replay "));
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1));
    }

    [Test]
    public void The_same_failure_gets_the_same_file_with_the_same_bytes()
    {
        var first = Trace("lost-update");
        var bytes = File.ReadAllBytes(first);
        Assert.That(Trace("lost-update"), Is.EqualTo(first));
        Assert.That(File.ReadAllBytes(first), Is.EqualTo(bytes));
        Assert.That(Path.GetFileName(first), Does.Match("^lost-update-exception-0-[0-9]+\\.trace$"));
    }

    [Test]
    public void A_deadlock_is_found_and_replays()
    {
        var run = Lab("replay", Trace("waits-for-itself"), "--assembly", s_assembly);
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        Assert.That(run.Output, Does.Contain("deadlock").And.Contain("20 ms").And.Contain("Reproduced exactly"));
    }

    [Test]
    public void A_replay_that_reproduces_is_0()
    {
        var run = Lab("replay", Trace("lost-update"), "--assembly", s_assembly);
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        Assert.That(run.Output, Does.Contain("Reproduced exactly"));
    }

    [Test]
    public void A_replay_with_another_verdict_is_1()
    {
        var trace = Trace("changes");
        CliScenarios.Expected = "as it was";
        var run = Lab("replay", trace, "--assembly", s_assembly);
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Output, Does.Contain("NOT reproduced, another verdict").And.Contain("not as it was").And.Contain("lab explore changes"));
    }

    // The trace lies beside the assembly, where a test leaves it: the replay finds it there, and an exploration has to be told.
    [Test]
    public void The_line_that_looks_for_the_failure_again_finds_the_program_too()
    {
        var trace = Trace("changes");
        File.Copy(s_assembly, Path.Combine(_folder, Path.GetFileName(s_assembly)));
        CliScenarios.ExtraReads = 3;
        var again = System.Text.RegularExpressions.Regex.Match(Lab("replay", trace).Output, "To look for the failure again:\n  lab (.*)\n").Groups[1].Value;
        Assert.That(Lab(again.Split(' ')).Output, Does.StartWith("changes "));
    }

    [Test]
    public void A_replay_that_diverges_is_3()
    {
        var trace = Trace("changes");
        CliScenarios.ExtraReads = 3;
        var run = Lab("replay", trace, "--assembly", s_assembly);
        Assert.That(run.ExitCode, Is.EqualTo(3));
        Assert.That(run.Output, Does.Contain("NOT reproduced"));
    }

    [Test]
    public void A_program_that_is_nondeterministic_is_3() => Assert.That(Explore("remembers").ExitCode, Is.EqualTo(3));

    // The trace holds one of two runs that differed, and the replay is a third: it passes, which proves nothing.
    [Test]
    public void The_replay_of_what_was_nondeterministic_is_3_and_says_why_it_tells_nothing()
    {
        var trace = Trace("remembers");
        var run = Lab("replay", trace, "--assembly", s_assembly);
        Assert.That(run.ExitCode, Is.EqualTo(3));
        Assert.That(run.Output, Does.Contain("NOT reproduced: recorded nondeterministic").And.Contain("No replay can confirm or refute").And.Not.Contain("has changed"));
        var json = Json(Lab("replay", trace, "--assembly", s_assembly, "--json"));
        Assert.That(json.GetProperty("agreement").GetString(), Is.EqualTo("nondeterministic"));
        Assert.That(Lab("shrink", trace, "--assembly", s_assembly).ExitCode, Is.EqualTo(3));
    }

    [Test]
    public void A_scenario_that_fails_as_expected_is_0_when_that_is_asked_for()
    {
        var run = Explore("lost-update", "safe-update", "--expect-failures", "--executions", "200");
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        Assert.That(run.Output, Does.Contain("ok  lost-update: exception after").And.Contain("2 scenarios explored, 2 as expected"));
    }

    [Test]
    public void A_scenario_that_passes_although_a_failure_was_expected_is_1()
    {
        var run = Explore("lost-update", "--expect-failures", "--strategy", "nonpreemptive", "--executions", "1");
        Assert.That(run.ExitCode, Is.EqualTo(1), run.Output);
        Assert.That(run.Output, Does.Contain("NOT as expected: exception was expected"));
    }

    [Test]
    public void All_holds_each_scenario_to_what_it_expects()
    {
        var run = Lab("explore", "--all", "--assembly", s_assembly, "--out", _folder, "--executions", "200");
        Assert.That(run.ExitCode, Is.EqualTo(3), "changes fails unexpectedly, remembers is nondeterministic");
        Assert.That(run.Output, Does.Contain("ok  lost-update: exception after").And.Contain("ok  safe-update: passed 200 executions").And.Contain("as expected.\n"));
    }

    [Test]
    public void What_is_required_and_had_nothing_to_judge_is_1()
    {
        var run = Explore("safe-update", "--executions", "20", "--require", "channel-fifo,scope-quiescence", "--require", "timer-order");
        Assert.That(run.ExitCode, Is.EqualTo(1), run.Error);
        Assert.That(run.Output, Does.Contain("not-exercised").And.Contain("not exercised in 20 executions: channel-fifo, timer-order\n"));
        Assert.That(Explore("safe-update", "--executions", "20", "--require", "scope-quiescence").ExitCode, Is.Zero);
    }

    [Test]
    public void Keep_going_collects_the_different_failures_of_all_executions()
    {
        var json = Json(Explore("lost-update", "--keep-going", "--executions", "100", "--json"));
        Assert.That(json.GetProperty("executions").GetInt64(), Is.EqualTo(100));
        Assert.That(json.GetProperty("failures").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public void Execution_i_alone_is_execution_i_of_the_run()
    {
        var index = TraceFile.Load(Trace("lost-update")).Execution;
        var json = Json(Explore("lost-update", "--first", $"{index}", "--executions", "1", "--json"));
        Assert.That(json.GetProperty("failures")[0].GetProperty("execution").GetInt64(), Is.EqualTo(index));
    }

    [Test]
    public void A_time_limit_ends_a_run_without_a_failure()
    {
        var run = Explore("safe-update", "--time", "50ms");
        Assert.That(run.ExitCode, Is.Zero, run.Output);
    }

    [Test]
    public void A_trace_of_a_test_replays_that_test()
    {
        var recorded = LabRuntime.TryRun(new ReplayedFixture().Reads_twice);
        var path = Path.Combine(_folder, "test.trace");
        TraceFile.Save(
            new Trace
            {
                Scenario = $"{typeof(ReplayedFixture).FullName}.{nameof(ReplayedFixture.Reads_twice)}",
                AssemblyName = "Lab.Properties",
                Seed = default,
                Strategy = "random",
                Decisions = [],
                Verdict = new TraceVerdict("passed", ""),
                Steps = recorded.Steps,
            },
            path);
        var run = Lab("replay", path);
        Assert.That(run.ExitCode, Is.Zero, run.Error + run.Output);
        Assert.That(run.Output, Does.Contain("Reads_twice passed").And.Contain("Reproduced exactly"));
    }

    [Test]
    public void Show_needs_no_program()
    {
        var run = Lab("show", Trace("lost-update"));
        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Contain("T0.1 \"left\"").And.Contain("writes shared#1 = 1"));
        Assert.That(run.Output.Split('\n').Select(static line => line.Length), Is.All.LessThanOrEqualTo(80));
    }

    [Test]
    public void Show_tells_the_races_beside_the_page_that_it_writes()
    {
        var page = Path.Combine(_folder, "page.html");
        Assert.That(Lab("show", Trace("lost-update"), "--html", page, "--races").Output, Does.StartWith($"written: {page}\n").And.Contain("shared#1: "));
    }

    [Test]
    public void Diff_of_a_trace_with_itself_is_0_and_with_another_1()
    {
        var one = Trace("lost-update");
        var other = Trace("waits-for-itself");
        Assert.That(Lab("diff", one, one).ExitCode, Is.Zero);
        Assert.That(Lab("diff", one, other).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public void List_names_what_there_is()
    {
        var run = Lab("list", "--assembly", s_assembly);
        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Match("lost-update +exception: Two increments").And.Match("safe-update +passes"));

        // Nobody watches: a line is for grep, however long it is.
        Assert.That(run.Output.Count(static c => c == '\n'), Is.EqualTo(Scenarios.In(typeof(CliScenarios).Assembly).All.Count));
    }

    [TestCase("list", "scenarios")]
    [TestCase("explore lost-update", "scenario strategy seed executions steps distinct elapsed_ms verdict trace")]
    [TestCase("explore safe-update lost-update --executions 50", "scenarios exit_code")]
    [TestCase("explore no-such-thing", "error exit_code")]
    [TestCase("explore", "error exit_code")]
    [TestCase("nonsense", "error exit_code")]
    [TestCase("explore --help", "error exit_code")]
    public void With_json_standard_output_is_exactly_one_object(string line, string properties)
    {
        string[] more = line.StartsWith("explore") ? ["--assembly", s_assembly, "--out", _folder, "--json"] : line == "list" ? ["--assembly", s_assembly, "--json"] : ["--json"];
        var json = Json(Lab([.. line.Split(' '), .. more]));
        Assert.That(properties.Split(' ').Where(name => !json.TryGetProperty(name, out _)), Is.Empty);
    }

    [Test]
    public void The_commands_on_traces_write_one_object_too()
    {
        var trace = Trace("lost-update");
        Assert.That(Json(Lab("show", trace, "--json")).GetProperty("rows").GetArrayLength(), Is.GreaterThan(5));
        Assert.That(Json(Lab("diff", trace, trace, "--json")).GetProperty("identical").GetBoolean(), Is.True);
        Assert.That(Json(Lab("replay", trace, "--assembly", s_assembly, "--json")).GetProperty("agreement").GetString(), Is.EqualTo("exact"));
    }

    [Test]
    public void Help_is_0()
    {
        Assert.That(Lab("--help").ExitCode, Is.Zero);
        Assert.That(Lab("explore", "--help").Output, Does.Contain("--strategy").And.Contain("--keep-going"));
    }

    private static JsonElement Json(CommandRun run)
    {
        using var document = JsonDocument.Parse(run.Output);
        Assert.That(document.RootElement.ValueKind, Is.EqualTo(JsonValueKind.Object));
        return document.RootElement.Clone();
    }

    private static CommandRun Lab(params string[] args) => CommandRun.Of(args);

    private CommandRun Explore(params string[] args) => CommandRun.Of(["explore", .. args, "--assembly", s_assembly, "--out", _folder]);

    private string Trace(string scenario) => Json(Explore(scenario, "--json")).GetProperty("trace").GetString()!;
}
