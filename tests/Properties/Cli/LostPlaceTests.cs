using System.Text.Json;
using NUnit.Framework;

namespace Lab.Properties.Cli;

/// <summary>The place for what is found is gone when it is found: the finding is told all the same.</summary>
[TestFixture]
[NonParallelizable]
public sealed class LostPlaceTests
{
    private string _folder = "";

    private string Out => Path.Combine(_folder, "out");

    [SetUp]
    public void TakeThePlaceMeanwhile()
    {
        _folder = Directory.CreateTempSubdirectory("lab-cli-place-").FullName;
        CliScenarios.ExtraReads = 0;
        CliScenarios.Meanwhile = () => File.WriteAllText(Out, "taken");
    }

    [TearDown]
    public void Restore()
    {
        CliScenarios.Meanwhile = static () => { };
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public void A_failure_whose_trace_cannot_be_written_is_1_with_its_report_and_the_line_that_finds_it_again()
    {
        var run = Explore("--out", Out);
        Assert.That(run.ExitCode, Is.EqualTo(1), run.Error);
        Assert.That(run.Output, Does.Contain("the balance is 1, not 2").And.Contain("switch (pre-emption)").And.Contain("Trace:  NOT written ("));
        var again = System.Text.RegularExpressions.Regex.Match(run.Output, "Replay: lab (explore changes .*)\n").Groups[1].Value.Split(' ');
        CliScenarios.Meanwhile = static () => { };
        Assert.That(CommandRun.Of([.. again, "--out", Path.Combine(_folder, "other")]).Output, Does.Contain("the balance is 1, not 2"));
    }

    [Test]
    public void The_line_that_finds_it_again_asks_for_the_same_dispatch_time_model_and_step_limit()
    {
        var run = Explore("--out", Out, "--step-limit", "500", "--time-model", "lag:5ms", "--dispatch", "explored");
        Assert.That(run.Output, Does.Contain(" --executions 1 --dispatch explored --time-model lag:5ms --step-limit 500"));
    }

    [Test]
    public void As_json_it_says_why_there_is_no_trace()
    {
        var failure = Json(Explore("--out", Out, "--json")).GetProperty("failures")[0];
        Assert.That(failure.GetProperty("trace").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(failure.GetProperty("trace_error").GetString(), Is.Not.Empty);
    }

    [Test]
    public void A_run_that_cannot_be_stored_says_so_below_what_it_found()
    {
        var run = Explore("--out", _folder, "--resume", Path.Combine(Out, "a.run"));
        Assert.That(run.ExitCode, Is.EqualTo(1), run.Error);
        Assert.That(run.Output, Does.Contain("the balance is 1, not 2").And.Contain("NOT stored in "));
    }

    [Test]
    public void A_run_that_found_nothing_and_cannot_be_stored_is_2_after_its_report()
    {
        var run = Explore("--out", _folder, "--resume", Path.Combine(Out, "a.run"), "--strategy", "nonpreemptive");
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Output, Does.Contain("changes passed").And.Contain("NOT stored in "));
        Assert.That(run.Error, Does.StartWith("lab: the run cannot be stored in "));
    }

    private static JsonElement Json(CommandRun run)
    {
        using var document = JsonDocument.Parse(run.Output);
        return document.RootElement.Clone();
    }

    private static CommandRun Explore(params string[] more) =>
        CommandRun.Of(["explore", "changes", "--assembly", typeof(CliScenarios).Assembly.Location, "--executions", "200", .. more]);
}
