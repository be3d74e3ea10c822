using System.Text.Json;
using Lab.Cli;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Cli;

/// <summary><c>lab shrink</c>, <c>--no-shrink</c> and <c>show --races</c> as a script meets them.</summary>
[TestFixture]
[NonParallelizable]
public sealed class ShrinkCommandTests
{
    private static readonly string s_assembly = typeof(CliScenarios).Assembly.Location;
    private string _folder = "";

    [SetUp]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("lab-shrink-").FullName;
        CliScenarios.Expected = "2";
        CliScenarios.ExtraReads = 0;
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Shrinking_a_file_writes_the_small_trace_beside_it_and_it_replays()
    {
        var found = Found("--no-shrink");
        var run = CommandRun.Of("shrink", found, "--assembly", s_assembly);
        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Error);
        Assert.That(run.Output, Does.Contain("1 pre-emption\n").And.Contain("shrunk from ").And.Contain("Why: it fails when "));
        Assert.That(CommandRun.Of("replay", Path.ChangeExtension(found, ".shrunk.trace"), "--assembly", s_assembly).ExitCode, Is.Zero);
    }

    [Test]
    public void Json_says_how_small_it_is()
    {
        using var json = JsonDocument.Parse(CommandRun.Of("shrink", Found("--no-shrink"), "--assembly", s_assembly, "--json").Output);
        var root = json.RootElement;
        Assert.That((root.GetProperty("shrunk").GetBoolean(), root.GetProperty("preemptions").GetInt32(), root.GetProperty("exit_code").GetInt32()), Is.EqualTo((true, 1, 0)));
    }

    [Test]
    public void Exploring_shrinks_by_itself()
    {
        var shrunk = TraceFile.Load(Found());
        Assert.That(shrunk.Events.Count(static e => e.Kind == "TaskPreempted"), Is.EqualTo(1));
    }

    [Test]
    public void A_program_that_has_changed_is_not_shrunk_and_the_exit_status_says_so()
    {
        var found = Found("--no-shrink", name: "changes");
        CliScenarios.Expected = "as it was";
        Assert.That(CommandRun.Of("shrink", found, "--assembly", s_assembly).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public void Races_are_shown_with_both_sites()
    {
        var run = CommandRun.Of("show", Found(), "--races");
        Assert.That(run.Output, Does.Contain("Races: ").And.Contain("writes it in step ").And.Contain("(CliScenarios.cs:"));
    }

    [Test]
    public void A_fault_of_our_own_is_4_with_a_message_and_the_line_that_reproduces_it()
    {
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = LabCommand.Run(["list"], new BrokenWriter(), error);
        Assert.That(exitCode, Is.EqualTo(4));
        Assert.That(error.ToString(), Does.StartWith("lab: [lab bug] NotSupportedException: ").And.Contain("to reproduce: lab list").And.EndWith("\n"));
    }

    private string Found(string? option = null, string name = "lost-update")
    {
        var run = CommandRun.Of([.. (string[])["explore", name, "--assembly", s_assembly, "--out", _folder], .. option is null ? Array.Empty<string>() : [option]]);
        Assert.That(run.ExitCode, Is.EqualTo(1), run.Output + run.Error);
        return Directory.GetFiles(_folder).Single();
    }

    /// <summary>An output that fails in a way the command knows nothing of.</summary>
    private sealed class BrokenWriter : StringWriter
    {
        public override void Write(string? value) => throw new NotSupportedException("no output here");
    }
}
