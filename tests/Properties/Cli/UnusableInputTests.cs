using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Cli;

/// <summary>What cannot be used is exit status 2 and one line that says what and how to mend it; never a stack trace, never a success.</summary>
[TestFixture]
public sealed class UnusableInputTests
{
    private static readonly string s_assembly = typeof(CliScenarios).Assembly.Location;
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("lab-cli-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("explore lost-updat", "did you mean lost-update?")]
    [TestCase("explore LOST-UPDATE", "did you mean lost-update?")]
    [TestCase("explore zzz", "`lab list` shows")]
    [TestCase("explore", "which scenario?")]
    [TestCase("explore lost-update --all", "not both")]
    [TestCase("explore lost-update --strategy randum", "Did you mean random?")]
    [TestCase("explore lost-update --strategy poss", "Did you mean pos?")]
    [TestCase("explore lost-update --strategy bfs", "Did you mean dfs?")]
    [TestCase("explore lost-update --executions ten", "write a whole number from 1")]
    [TestCase("explore lost-update --executions 0", "write a whole number from 1")]
    [TestCase("explore lost-update --executions -1", "write a whole number from 1")]
    [TestCase("explore lost-update --executions 99999999999999999999", "write a whole number from 1")]
    [TestCase("explore lost-update --time 30", "for example 30s")]
    [TestCase("explore lost-update --time -1s", "for example 30s")]
    [TestCase("explore lost-update --time 1.5.2s", "for example 30s")]
    [TestCase("explore lost-update --seed x", "0x and up to 16")]
    [TestCase("explore lost-update --first -1", "from 0")]
    [TestCase("explore lost-update --require luck", "use one of: cancel-monotone, ")]
    [TestCase("explore lost-update --workers 0", "from 1 to 1024")]
    [TestCase("explore lost-update --linearisations -1", "from 0")]
    [TestCase("explore lost-update --dispatch native", "write explored, work-stealing, or work-stealing:4")]
    [TestCase("explore lost-update --dispatch work-stealing:0", "1 to 1024")]
    [TestCase("explore lost-update --dispatch explored:2", "1 to 1024")]
    [TestCase("explore lost-update --strategy dpor --dispatch work-stealing", "Use dfs or random with work-stealing")]
    [TestCase("explore lost-update --time-model slow", "write when-idle, free, lag, or lag:50ms")]
    [TestCase("explore lost-update --time-model lag:5", "a number and a unit")]
    [TestCase("explore lost-update --time-model free:5ms", "write when-idle, free")]
    [TestCase("explore lost-update --step-limit 0", "write a whole number from 1")]
    [TestCase("explore lost-update --no-such-option", "--help")]
    [TestCase("explore lost-update --seed", "is not a seed")]
    public void A_bad_word_on_the_command_line(string line, string advice) => Expect(advice, [.. line.Split(' '), "--assembly", s_assembly]);

    [Test]
    public void A_strategy_that_is_like_none_is_not_guessed_at()
    {
        var run = CommandRun.Of("explore", "lost-update", "--strategy", "foo", "--assembly", s_assembly);
        Assert.That(run.Error, Does.Contain("'foo' is not a strategy").And.Not.Contain("Did you mean"));
    }

    [TestCase("")]
    [TestCase("nonsense")]
    [TestCase("replay")]
    [TestCase("diff only-one")]
    public void A_command_line_that_is_none(string line) => Expect("--help", line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Test]
    public void An_assembly_that_is_not_there() => Expect("build the project", "list", "--assembly", Path.Combine(_folder, "none.dll"));

    [Test]
    public void An_assembly_that_is_none() => Expect("cannot be loaded", "list", "--assembly", Write("text.dll", "hello"));

    [Test]
    public void A_trace_that_is_not_there() => Expect("there is no file", "replay", Path.Combine(_folder, "none.trace"));

    [Test]
    public void A_trace_that_is_a_folder() => Expect("is a folder", "show", _folder);

    [TestCase("show")]
    [TestCase("replay")]
    public void A_damaged_trace(string command)
    {
        var text = TraceFile.ToText(Traces.SampleTraces.Trace);
        Expect("record it again", command, Write("cut.trace", text[..(text.Length / 2)]));
        Expect("record it again", command, Write("edited.trace", text.Replace("seed 7", "seed 8")));
        Expect("line 1", command, Write("other.trace", "hello\n"));
        Expect("byte order mark", command, Write("marked.trace", "\uFEFF" + text));
        Expect("line 1", command, Write("empty.trace", ""));
    }

    [Test]
    public void A_damaged_trace_on_either_side_of_a_diff()
    {
        var good = Write("good.trace", TraceFile.ToText(Traces.SampleTraces.Trace));
        var bad = Write("bad.trace", "lab-trace 1\n");
        Expect("bad.trace", "diff", good, bad);
        Expect("bad.trace", "diff", bad, good);
    }

    [Test]
    public void A_trace_of_an_assembly_that_is_not_here() =>
        Expect("--assembly", "replay", Write("good.trace", TraceFile.ToText(Traces.SampleTraces.Trace)));

    [Test]
    public void A_trace_of_a_scenario_that_is_gone() =>
        Expect("is not a scenario", "replay", Write("good.trace", TraceFile.ToText(Traces.SampleTraces.Trace)), "--assembly", s_assembly);

    // Before the first execution: none is run for nothing.
    [Test]
    public void A_folder_that_cannot_be_written()
    {
        var below = Path.Combine(Write("file", "x"), "below");
        Expect("name another with --out", "explore", "safe-update", "--assembly", s_assembly, "--out", below);
        Expect("name another with --out", "explore", "lost-update", "--assembly", s_assembly, "--out", Path.Combine(_folder, "file"));
        Expect("name another with --out", "merge", Path.Combine(_folder, "file"), "--out", below);
        Expect("name another file with --resume", "explore", "safe-update", "--assembly", s_assembly, "--out", _folder, "--resume", below);
        Expect("is a folder: name a file with --resume", "explore", "safe-update", "--assembly", s_assembly, "--out", _folder, "--resume", _folder);
        Expect("name another file with --out", "shrink", Write("good.trace", TraceFile.ToText(Traces.SampleTraces.Trace)), "--out", below);
        Assert.That(Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName), Is.EquivalentTo(new[] { "file", "good.trace" }), "looking leaves nothing behind");
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static void Expect(string advice, params string[] args)
    {
        var run = CommandRun.Of(args);
        Assert.That(run.ExitCode, Is.EqualTo(2), run.Error + run.Output);
        Assert.That(run.Output, Is.Empty);
        Assert.That(run.Error, Does.StartWith("lab: ").And.EndsWith("\n").And.Contain(advice));
        Assert.That(run.Error.Count(static c => c == '\n'), Is.EqualTo(1), "one line");
    }
}
