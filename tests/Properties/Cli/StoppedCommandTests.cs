using System.Text.Json;
using Lab.Cli;
using NUnit.Framework;

namespace Lab.Properties.Cli;

/// <summary>An exploration that somebody stopped before its end and that has found nothing is no pass: it says how far it was, and its status says by whom.</summary>
[TestFixture]
[NonParallelizable]
public sealed class StoppedCommandTests
{
    private string _folder = "";

    [SetUp]
    public void PassAlways()
    {
        _folder = Directory.CreateTempSubdirectory("lab-cli-stop-").FullName;
        CliScenarios.ExtraReads = 0;
    }

    [TearDown]
    public void Restore()
    {
        CliScenarios.Meanwhile = static () => { };
        Directory.Delete(_folder, recursive: true);
    }

    // The first execution asks, and is the last.
    [TestCase(130)]
    [TestCase(143)]
    public void It_says_after_how_many_of_how_many_executions_it_was_stopped(int status)
    {
        var run = Explore(status, "changes");
        Assert.That(run.ExitCode, Is.EqualTo(status), run.Error);
        Assert.That(run.Output, Does.StartWith("changes passed\n").And.Contain("\n  Stopped after 1 of 1,000,000 executions.\n"));
    }

    [Test]
    public void The_json_has_the_status_of_the_process()
    {
        using var json = JsonDocument.Parse(Explore(130, "changes", "--json").Output);
        Assert.That(
            (json.RootElement.GetProperty("exit_code").GetInt32(), json.RootElement.GetProperty("end").GetString(), json.RootElement.GetProperty("executions").GetInt64()),
            Is.EqualTo((130, "stopped", 1L)));
    }

    [Test]
    public void Scenarios_that_were_not_begun_are_counted_and_not_judged()
    {
        var run = Explore(130, "changes", "lost-update", "waits-for-itself");
        Assert.That(run.ExitCode, Is.EqualTo(130), run.Error);
        Assert.That(run.Output, Does.EndWith("\n1 scenarios explored, 0 without a failure.\nStopped before the other 2.\n"));
    }

    [Test]
    public void One_that_was_stopped_before_its_first_execution_has_not_failed()
    {
        using var stop = new StopRequest();
        stop.Ask(130);
        var run = CommandRun.Of(stop, "explore", "lost-update", "--assembly", typeof(CliScenarios).Assembly.Location, "--out", _folder);
        Assert.That((run.ExitCode, run.Output), Is.EqualTo((130, "\n0 scenarios explored, 0 without a failure.\nStopped before the other 1.\n")));
    }

    [Test]
    public void A_failure_that_was_expected_and_not_found_by_then_is_not_held_against_it()
    {
        var run = Explore(130, "changes", "--expect-failures");
        Assert.That(run.ExitCode, Is.EqualTo(130), run.Error);
        Assert.That(run.Output, Does.Not.Contain("as expected"));
    }

    [Test]
    public void Whoever_asks_twice_is_told_so_and_the_first_status_stays()
    {
        using var stop = new StopRequest();
        Assert.That((stop.Ask(130), stop.Ask(143), stop.Status), Is.EqualTo((true, false, 130)));
    }

    private CommandRun Explore(int status, params string[] line)
    {
        using var stop = new StopRequest();
        CliScenarios.Meanwhile = () => stop.Ask(status);
        return CommandRun.Of(
            stop, ["explore", .. line, "--assembly", typeof(CliScenarios).Assembly.Location, "--out", _folder, "--executions", "1000000", "--workers", "1", "--strategy", "nonpreemptive"]);
    }
}
