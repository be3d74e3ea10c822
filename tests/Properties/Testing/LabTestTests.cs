using Lab.Exploration;
using Lab.Traces;
using NUnit.Framework;
using NUnit.Framework.Interfaces;

namespace Lab.Properties.Testing;

/// <summary>[LabTest] seen from outside: what NUnit reports of an exploration.</summary>
[TestFixture]
[NonParallelizable]
public sealed class LabTestTests
{
    private readonly string? _pwd = Environment.GetEnvironmentVariable("PWD");
    private string _traces = "";

    [SetUp]
    public void UseOwnFolder()
    {
        _traces = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Environment.SetEnvironmentVariable("LAB_TRACES", _traces);
    }

    [TearDown]
    public void Restore()
    {
        foreach (var name in new[] { "LAB_TRACES", "LAB_REPLAY", "LAB_SEED" })
        {
            Environment.SetEnvironmentVariable(name, null);
        }

        Environment.SetEnvironmentVariable("PWD", _pwd);

        if (Directory.Exists(_traces))
        {
            Directory.Delete(_traces, recursive: true);
        }
    }

    [Test]
    public void On_several_threads_the_failure_is_the_same_one()
    {
        string Execution(string test) => System.Text.RegularExpressions.Regex.Match(Run(test).Message, "[0-9,]+ executions?, [0-9,]+ steps").Value;
        Assert.That(Execution("Finds_it_on_three_threads"), Is.EqualTo(Execution("Finds_a_lost_update")).And.Not.Empty);
    }

    [Test]
    public void A_failing_test_fails_once_with_the_verdict_the_trace_and_how_to_replay_it()
    {
        var result = Run("Finds_a_lost_update");
        Assert.That(result.ResultState, Is.EqualTo(ResultState.Failure));
        var path = Directory.GetFiles(_traces, "*.trace").Single();
        Assert.That(result.Message, Does.Contain("both increments count").And.Contain(path).And.Contain($"lab replay \"{path}\" --assembly \"{GetType().Assembly.Location}\"").And.Contain("LAB_REPLAY="));
        Assert.That(result.AssertionResults, Is.Empty, "assertions of single executions are not the test's");
    }

    [Test]
    public void The_trace_and_its_page_are_attached_to_the_result()
    {
        var attached = Run("Finds_a_lost_update").TestAttachments.Select(static attachment => attachment.FilePath).ToList();
        Assert.That(attached, Is.EquivalentTo(Directory.GetFiles(_traces)).And.Count.EqualTo(2));
        Assert.That(File.ReadAllText(attached[1]), Does.StartWith("<!doctype html>").And.Contain("lab replay"));
    }

    [Test]
    public void A_failure_whose_trace_cannot_be_written_is_told_all_the_same()
    {
        File.WriteAllText(_traces, "not a folder");
        var result = Run("Finds_a_lost_update");
        File.Delete(_traces);
        Assert.That(result.ResultState, Is.EqualTo(ResultState.Failure));
        Assert.That(result.Message, Does.Contain("both increments count").And.Contain("Trace:  NOT written ("));
    }

    [Test]
    public void A_trace_names_the_test_and_its_assembly()
    {
        var result = Run("Finds_a_lost_update");
        var trace = TraceFile.Load(Directory.GetFiles(_traces, "*.trace").Single());
        Assert.That((trace.Scenario, trace.AssemblyName), Is.EqualTo((result.Test.FullName, "Lab.Properties")));
    }

    [Test]
    public void A_passing_test_passes_and_says_what_ran()
    {
        var result = Run("Survives_with_compare_exchange");
        Assert.That(result.ResultState, Is.EqualTo(ResultState.Success));
        Assert.That(result.Output, Does.Contain("200 executions"));
        Assert.That(Directory.Exists(_traces), Is.False);
    }

    [Test]
    public void An_assertion_that_the_program_catches_does_not_fail_the_test() =>
        Assert.That(Run("Catches_its_own_failed_assertion").ResultState, Is.EqualTo(ResultState.Success));

    [Test]
    public void An_assertion_in_a_child_fails_the_test() => Assert.That(Run("Fails_in_a_child").Message, Does.Contain("assertion-failed").And.Contain("parent"));

    [Test]
    public void Assert_Pass_ends_an_execution_well() => Assert.That(Run("Passes_early").ResultState, Is.EqualTo(ResultState.Success));

    [Test]
    public void A_test_whose_every_execution_is_inconclusive_is_inconclusive() =>
        Assert.That(Run("Assumes_what_never_holds").ResultState, Is.EqualTo(ResultState.Inconclusive));

    [Test]
    public void A_strategy_that_does_not_exist_is_an_error_that_lists_those_that_do()
    {
        var result = Run("Names_no_strategy");
        Assert.That(result.ResultState, Is.EqualTo(ResultState.Error));
        Assert.That(result.Message, Does.Contain("clairvoyant").And.Contain("random"));
    }

    [Test]
    public void What_is_required_and_had_nothing_to_judge_fails_the_test() =>
        Assert.That(Run("Sends_nothing_although_that_is_required").Message, Does.Contain("not-exercised").And.Contain("not exercised in 20 executions: channel-fifo\n"));

    [TestCase("May_take_no_step", "StepLimit")]
    [TestCase("Lags_by_less_than_nothing", "LagMilliseconds")]
    [TestCase("Has_less_than_no_time", "TimeLimitSeconds")]
    [TestCase("Has_more_time_than_there_is", "TimeLimitSeconds")]
    [TestCase("Has_a_time_that_is_no_number", "TimeLimitSeconds")]
    [TestCase("May_not_run", "Executions")]
    [TestCase("Has_no_worker", "Workers")]
    [TestCase("Has_no_thread", "Threads")]
    public void A_setting_that_is_out_of_range_is_an_error_that_names_it(string method, string setting)
    {
        var result = Run(method);
        Assert.That(result.ResultState, Is.EqualTo(ResultState.Error));
        Assert.That(result.Message, Does.Contain(setting));
    }

    [TestCase("Has_no_parameter", "Cx")]
    [TestCase("Returns_nothing", "Task")]
    public void A_method_of_another_shape_is_refused(string method, string because)
    {
        var result = Run(method);
        Assert.That(result.ResultState.Status, Is.EqualTo(TestStatus.Failed));
        Assert.That(result.Message, Does.Contain(because));
    }

    [Test]
    public void Each_execution_has_its_own_fixture_with_set_up_and_tear_down()
    {
        LifeCycleBase<int>.Log.Clear();
        var result = NestedRun.Of(typeof(LifeCycle<int>), "Runs");
        Assert.That(result.ResultState, Is.EqualTo(ResultState.Success), result.Message);
        Assert.That(LifeCycleBase<int>.Log, Has.Count.GreaterThanOrEqualTo(50));
        // The last one is NUnit's own instance, which lives for [OneTimeSetUp] only.
        Assert.That(LifeCycleBase<int>.Log.Distinct(), Is.EqualTo(new[] { "new base+ derived+ test derived- base- disposed", "new disposed" }));
    }

    [Test]
    public void LAB_REPLAY_replays_the_trace_and_skips_every_other_test()
    {
        Run("Finds_a_lost_update");
        Environment.SetEnvironmentVariable("LAB_REPLAY", Directory.GetFiles(_traces, "*.trace").Single());
        var results = NestedRun.Of(typeof(LabTestFixtures<int>));
        Assert.That(results["Finds_a_lost_update"].Message, Does.Contain("Reproduced exactly").And.Contain("both increments count"));
        Assert.That(results["Survives_with_compare_exchange"].ResultState.Status, Is.EqualTo(TestStatus.Skipped));
        Assert.That(results["Survives_with_compare_exchange"].Message, Does.Contain("Finds_a_lost_update"));
    }

    [Test]
    public void LAB_REPLAY_of_a_test_that_is_not_there_is_an_error_and_not_a_run_that_skipped_everything()
    {
        Run("Finds_a_lost_update");
        var path = Directory.GetFiles(_traces, "*.trace").Single();
        TraceFile.Save(WithoutLastDecision(TraceFile.Load(path), "Elsewhere.Tests.Renamed_since"), path);
        Environment.SetEnvironmentVariable("LAB_REPLAY", path);
        var result = Run("Finds_a_lost_update");
        Assert.That(result.ResultState, Is.EqualTo(ResultState.Error));
        Assert.That(result.Message, Does.Contain("Elsewhere.Tests.Renamed_since").And.Contain("no test that was loaded from Lab.Properties has that name"));
    }

    // The runner is in another folder by now; only the environment still says where it was started.
    [Test]
    public void LAB_REPLAY_may_be_relative_to_the_folder_from_which_the_run_was_started()
    {
        Run("Finds_a_lost_update");
        Environment.SetEnvironmentVariable("PWD", Path.GetTempPath());
        Environment.SetEnvironmentVariable("LAB_REPLAY", Path.GetRelativePath(Path.GetTempPath(), Directory.GetFiles(_traces, "*.trace").Single()));
        Assert.That(Run("Finds_a_lost_update").Message, Does.Contain("Reproduced exactly"));
    }

    [Test]
    public void LAB_REPLAY_may_be_relative_to_a_folder_above_the_tests()
    {
        var folder = Path.Combine(Path.GetDirectoryName(GetType().Assembly.Location)!, Path.GetRandomFileName());
        Environment.SetEnvironmentVariable("LAB_TRACES", _traces = folder);
        Run("Finds_a_lost_update");
        var above = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(folder)))!;
        Environment.SetEnvironmentVariable("PWD", null);
        Environment.SetEnvironmentVariable("LAB_REPLAY", Path.GetRelativePath(above, Directory.GetFiles(folder, "*.trace").Single()));
        Assert.That(Run("Finds_a_lost_update").Message, Does.Contain("Reproduced exactly"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void LAB_REPLAY_of_what_is_not_there_says_in_one_line_where_it_was_looked_for(bool isRelative)
    {
        Environment.SetEnvironmentVariable("PWD", "/started/here");
        Environment.SetEnvironmentVariable("LAB_REPLAY", isRelative ? "found/gone.trace" : Path.GetFullPath("/found/gone.trace"));
        var result = Run("Finds_a_lost_update");
        Assert.That((result.ResultState, result.StackTrace), Is.EqualTo((ResultState.Error, (string?)null)));
        Assert.That(result.Message, Does.StartWith("LAB_REPLAY names ").And.Contain("gone.trace").And.Not.Contain("\n"));
        Assert.That(result.Message.Contains("/started/here", StringComparison.Ordinal), Is.EqualTo(isRelative));
    }

    [Test]
    public void LAB_REPLAY_of_a_trace_that_the_program_no_longer_follows_says_where_it_diverged()
    {
        Run("Finds_a_lost_update");
        var path = Directory.GetFiles(_traces, "*.trace").Single();
        var trace = TraceFile.Load(path);
        TraceFile.Save(WithoutLastDecision(trace), path);
        Environment.SetEnvironmentVariable("LAB_REPLAY", path);
        Assert.That(Run("Finds_a_lost_update").Message, Does.Contain("NOT reproduced: ").And.Contain("after the last recorded decision"));
    }

    [Test]
    public void LAB_REPLAY_of_a_trace_that_was_nondeterministic_is_not_green_although_it_passes()
    {
        Assert.That(Run("Remembers_earlier_executions").Message, Does.Contain("nondeterministic"));
        Environment.SetEnvironmentVariable("LAB_REPLAY", Directory.GetFiles(_traces, "*.trace").Single());
        var replay = Run("Remembers_earlier_executions");
        Assert.That(replay.ResultState, Is.EqualTo(ResultState.Failure));
        Assert.That(replay.Message, Does.Contain("Remembers_earlier_executions passed\nNOT reproduced: recorded nondeterministic"));
    }

    [Test]
    public void The_command_line_finds_a_test_by_the_name_in_its_trace()
    {
        var name = typeof(LabTestExample).FullName + "." + nameof(LabTestExample.A_message_is_not_lost);
        var scenario = Scenarios.In(typeof(LabTestExample).Assembly).Find(name);
        Assert.That(LabRuntime.TryRun(scenario.Program).Verdict.IsFailure, Is.False);
    }

    [Test]
    public void LAB_REPLAY_of_what_is_no_trace_is_an_error_with_the_path()
    {
        Directory.CreateDirectory(_traces);
        var path = Path.Combine(_traces, "shopping.txt");
        File.WriteAllText(path, "milk\n");
        Environment.SetEnvironmentVariable("LAB_REPLAY", path);
        var result = Run("Finds_a_lost_update");
        Assert.That(result.ResultState, Is.EqualTo(ResultState.Error));
        Assert.That(result.Message, Does.Contain("shopping.txt"));
    }

    [Test]
    public void LAB_SEED_replaces_the_seed()
    {
        Environment.SetEnvironmentVariable("LAB_SEED", "0x2A");
        Assert.That(Run("Survives_with_compare_exchange").Output, Does.Contain("seed 42"));
    }

    [Test]
    public void LAB_SEED_that_is_no_seed_is_an_error()
    {
        Environment.SetEnvironmentVariable("LAB_SEED", "lucky");
        Assert.That(Run("Survives_with_compare_exchange").Message, Does.Contain("LAB_SEED").And.Contain("lucky"));
    }

    private static ITestResult Run(string method) => NestedRun.Of(typeof(LabTestFixtures<int>), method);

    private static Trace WithoutLastDecision(Trace trace, string? scenario = null) => new()
    {
        Scenario = scenario ?? trace.Scenario,
        AssemblyName = trace.AssemblyName,
        Seed = trace.Seed,
        Strategy = trace.Strategy,
        Execution = trace.Execution,
        Options = trace.Options,
        Decisions = [.. trace.Decisions.SkipLast(1)],
        Verdict = trace.Verdict,
    };
}
