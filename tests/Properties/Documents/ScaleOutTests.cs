using System.Diagnostics;
using System.Text.RegularExpressions;
using Lab.Cli;
using Lab.Properties.Architecture;
using NUnit.Framework;

namespace Lab.Properties.Documents;

/// <summary>The commands of docs/scale-out, as a shell expands them, run part by part on a scenario that is here.</summary>
[TestFixture]
internal sealed partial class ScaleOutTests
{
    private static readonly string s_recipes = Path.Combine(SourceFile.RepositoryRoot, "docs", "scale-out");

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("lab-scale-out-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void The_pods_of_the_job_make_one_run()
    {
        var explore = Folded(Recipe("job.yaml"));
        for (var index = 0; index < 16; index++)
        {
            Run(explore, "JOB_COMPLETION_INDEX", $"{index}");
        }

        MustBeOneRun(Single(MergeLine(), Recipe("merge.yaml")));
    }

    [Test]
    public void The_jobs_of_the_matrix_make_one_run()
    {
        var explore = Single(ExploreLine(), Recipe("workflow.yaml"));
        for (var part = 1; part <= 4; part++)
        {
            Run(explore.Replace("${{ matrix.part }}", $"{part}", StringComparison.Ordinal).Replace("--out found", $"--out parts/part-{part}", StringComparison.Ordinal), "", "");
        }

        MustBeOneRun(Single(MergeLine(), Recipe("workflow.yaml")));
    }

    // What the page shows of the recipes is in them, line by line.
    [Test]
    public void The_page_shows_what_the_recipes_say()
    {
        var recipes = string.Concat(Directory.GetFiles(s_recipes, "*.yaml").Select(File.ReadAllText));
        foreach (Match block in YamlBlock().Matches(File.ReadAllText($"{s_recipes}.md")))
        {
            Assert.That(recipes, Does.Contain(block.Groups[1].Value));
        }
    }

    private static string Recipe(string name) => File.ReadAllText(Path.Combine(s_recipes, name));

    private static string Single(Regex line, string text) => line.Matches(text).Single().Groups[1].Value;

    /// <summary>The folded scalar of the job: lines joined by spaces.</summary>
    private static string Folded(string yaml) =>
        string.Join(' ', FoldedScalar().Match(yaml).Groups[1].Value.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    private void MustBeOneRun(string merge)
    {
        var merged = Run(merge, "", "");
        using var whole = new StringWriter();
        Assert.That(LabCommand.Run(["explore", "timeout-race-fixed", "--executions", "640", "--out", Path.Combine(_folder, "whole")], whole, TextWriter.Null), Is.Zero);
        Assert.That(Timeless(merged), Is.EqualTo(Timeless(whole.ToString())).And.Contain("640 executions"));

        static string Timeless(string text) => Elapsed().Replace(text, "");
    }

    /// <summary>Expanded by a shell, with the recipes' example replaced by a scenario of the samples and a small budget, and run in this process.</summary>
    private string Run(string command, string variable, string value)
    {
        command = command.Replace("order-flow", "timeout-race-fixed", StringComparison.Ordinal).Replace("10000000", "640", StringComparison.Ordinal)
            .Replace("--assembly Tests.dll ", "", StringComparison.Ordinal).Replace("--assembly out/Tests.dll ", "", StringComparison.Ordinal)
            .Replace("/found", $"{_folder}/found", StringComparison.Ordinal);
        var arguments = Expanded(command, variable, value);
        using var output = new StringWriter();
        using var errors = new StringWriter();
        Assert.That(LabCommand.Run(arguments, output, errors), Is.Zero, errors.ToString());
        return output.ToString();
    }

    private string[] Expanded(string command, string variable, string value)
    {
        var start = new ProcessStartInfo("sh", ["-c", $"lab() {{ printf '%s\\n' \"$@\"; }}\n{command}"]) { RedirectStandardOutput = true, WorkingDirectory = _folder };
        if (variable.Length > 0)
        {
            start.Environment[variable] = value;
        }

        using var shell = Process.Start(start)!;
        var lines = shell.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        shell.WaitForExit();

        // The recipes' relative paths are relative to where they run.
        return [.. lines.Select(line => line.StartsWith("parts/", StringComparison.Ordinal) || line == "found" ? Path.Combine(_folder, line) : line)];
    }

    [GeneratedRegex(@"^ *- >-\n((?: {14}.*\n)+)", RegexOptions.Multiline)]
    private static partial Regex FoldedScalar();

    [GeneratedRegex("^ +(lab explore .*)$", RegexOptions.Multiline)]
    private static partial Regex ExploreLine();

    [GeneratedRegex("^ +-? *(lab merge .*)$", RegexOptions.Multiline)]
    private static partial Regex MergeLine();

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex YamlBlock();

    [GeneratedRegex(@", [0-9.,]+ (ms|s|min)$", RegexOptions.Multiline)]
    private static partial Regex Elapsed();
}
