using System.Reflection;
using Lab.Cli;
using NUnit.Framework;

namespace Lab.Snapshots;

/// <summary>The output that README.md shows is the output: <c>&lt;!-- output: COMMAND --&gt;</c> stands above the block that shows it.</summary>
[TestFixture]
public sealed class ReadmeTests
{
    private const string Mark = "<!-- output: ";
    private const string CodeMark = "<!-- code: ";

    private static readonly string s_root = typeof(ReadmeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(item => item.Key == "RepositoryRoot").Value!;

    private static string Readme { get; } = File.ReadAllText(Path.Combine(s_root, "README.md"));

    [Test]
    public void The_output_it_shows_is_what_the_command_prints()
    {
        var (command, shown) = Shown();
        Assert.That(Output(command), Does.StartWith(shown + "\n"), "The block shows what comes before the summary, which tells the time that it took.");
        Assert.That(shown, Does.EndWith("it reproduces exactly."));
    }

    [Test]
    public void The_first_two_commands_show_a_bug_and_run_the_tests()
    {
        var lines = Readme.Split('\n');
        var commands = lines.Where((line, i) => line.StartsWith("dotnet ", StringComparison.Ordinal) && lines[i - 1] == "```").ToArray();
        Assert.That(commands[..2], Is.EqualTo(new[] { $"dotnet run -c Release --project src/Lab.Cli -- {Shown().Command}", "dotnet test -c Release" }));
    }

    // Line by line, whatever the indentation, and in the same order.
    [Test]
    public void The_code_it_shows_is_in_the_file_that_it_names()
    {
        var blocks = Readme.Split(CodeMark).Skip(1).ToArray();
        Assert.That(blocks, Is.Not.Empty);
        foreach (var block in blocks)
        {
            var file = File.ReadAllText(Path.Combine(s_root, block[..block.IndexOf(" -->", StringComparison.Ordinal)]));
            var at = 0;
            foreach (var line in block.Split("```csharp\n")[1].Split("```")[0].Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                var found = file.IndexOf(line, at, StringComparison.Ordinal);
                Assert.That(found, Is.GreaterThanOrEqualTo(at), line);
                at = found + line.Length;
            }
        }
    }

    [Test]
    public void Every_file_it_links_to_exists()
    {
        var links = Readme.Split("](").Skip(1).Select(part => part[..part.IndexOf(')')]).ToArray();
        Assert.That(links, Is.Not.Empty);
        Assert.That(links.Where(link => !File.Exists(Path.Combine(s_root, link))), Is.Empty);
    }

    private static (string Command, string Text) Shown()
    {
        var block = Readme[(Readme.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length)..];
        var command = block[..block.IndexOf(" -->", StringComparison.Ordinal)];
        var parts = block.Split("```\n");
        return (command, parts[1].TrimEnd('\n'));
    }

    // The traces go where the command is run.
    private static string Output(string command)
    {
        var before = Environment.CurrentDirectory;
        var folder = Directory.CreateTempSubdirectory("lab-readme-");
        try
        {
            Environment.CurrentDirectory = folder.FullName;
            using var output = new StringWriter();
            Assert.That(LabCommand.Run(command.Split(' '), output, TextWriter.Null), Is.Zero, "the bug was found, and its trace replays");
            return output.ToString();
        }
        finally
        {
            Environment.CurrentDirectory = before;
            folder.Delete(recursive: true);
        }
    }
}
