using System.Text.Json;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Cli;

/// <summary>What the user asks of the lab in place of what the scenario asks for: dispatch, time model, step limit.</summary>
[TestFixture]
[NonParallelizable]
public sealed class AskedOptionsTests
{
    private static readonly string s_assembly = typeof(CliScenarios).Assembly.Location;
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("lab-cli-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    // The delay of 1 ms ends before three ready steps have run only where the clock may move by 1 ms meanwhile.
    [TestCase("", 1)]
    [TestCase("lag", 1)]
    [TestCase("lag:1ms", 1)]
    [TestCase("lag:0.5ms", 0)]
    [TestCase("when-idle", 0)]
    [TestCase("free", 1)]
    public void The_time_model_decides_whether_a_ready_task_can_be_late(string model, int status)
    {
        var run = Explore("late-by-a-millisecond", [.. model.Length == 0 ? Array.Empty<string>() : ["--time-model", model], "--strategy", "dfs", "--executions", "5000"]);
        Assert.That(run.ExitCode, Is.EqualTo(status), run.Output);
        Assert.That(run.Output, Does.Contain(status == 0 ? "Every interleaving was explored" : "too late"));
    }

    [Test]
    public void What_was_asked_is_in_the_trace_and_a_replay_asks_for_nothing()
    {
        var run = Explore("late-by-a-millisecond", "--dispatch", "work-stealing:3", "--time-model", "free", "--step-limit", "77", "--no-shrink", "--json");
        using var json = JsonDocument.Parse(run.Output);
        var options = json.RootElement.GetProperty("options").EnumerateObject().Select(static pair => $"{pair.Name}={pair.Value}");
        Assert.That(options, Is.EqualTo(["dispatch=work-stealing:3", "time=free", "start=chosen", "step-limit=77"]));
        var trace = json.RootElement.GetProperty("trace").GetString()!;
        Assert.That(TraceFile.Load(trace).Options.Select(static pair => $"{pair.Key}={pair.Value}"), Is.EqualTo(options));
        Assert.That(CommandRun.Of("replay", trace, "--assembly", s_assembly).ExitCode, Is.Zero);
    }

    [Test]
    public void A_step_limit_ends_an_execution()
    {
        var run = Explore("safe-update", "--step-limit", "2");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Output, Does.Contain("step-limit"));
    }

    [Test]
    public void A_run_is_not_resumed_with_other_options()
    {
        var file = Path.Combine(_folder, "a.run");
        Assert.That(Explore("safe-update", "--executions", "10", "--resume", file).ExitCode, Is.Zero);
        var other = Explore("safe-update", "--executions", "20", "--resume", file, "--time-model", "free");
        Assert.That(other.ExitCode, Is.EqualTo(2));
        Assert.That(other.Error, Does.Contain("lab options"));
    }

    private CommandRun Explore(string scenario, params string[] more) =>
        CommandRun.Of(["explore", scenario, "--assembly", s_assembly, "--out", _folder, .. more]);
}
