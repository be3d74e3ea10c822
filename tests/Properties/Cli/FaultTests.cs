using System.Text.Json.Nodes;
using Lab.Cli;
using NUnit.Framework;

namespace Lab.Properties.Cli;

/// <summary>What the command says when it is not the program's fault.</summary>
[TestFixture]
public sealed class FaultTests
{
    [Test]
    public void A_fault_of_our_own_is_4_says_so_and_how_to_reproduce_it()
    {
        using var error = new StringWriter { NewLine = "\n" };
        using var broken = new BrokenWriter();
        Assert.That(LabCommand.Run(["list"], broken, error), Is.EqualTo(4));
        Assert.That(error.ToString(), Does.Match("^lab: \\[lab bug\\] NotSupportedException: broken in [A-Za-z.]+; to reproduce: lab list\n$"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Standard_output_on_a_disk_that_is_full_is_2_and_no_fault_of_ours(bool asJson)
    {
        using var error = new StringWriter { NewLine = "\n" };
        using var full = new FullWriter();
        foreach (var line in new string[][] { ["list"], ["replay", "no-such-file"] })
        {
            Assert.That(LabCommand.Run([.. line, .. asJson ? ["--json"] : Array.Empty<string>()], full, error), Is.EqualTo(2));
        }

        Assert.That(error.ToString(), Does.StartWith("lab: standard output cannot be written (no space left): send it somewhere else.\n").And.Contain("no-such-file"));
    }

    [Test]
    public void A_lab_without_instrumentation_says_so_in_one_sentence()
    {
        var folder = Directory.CreateTempSubdirectory("lab-plain-").FullName;
        try
        {
            var (exitCode, output, error) = WithoutInstrumentation(folder, "explore", "lost-update", "--out", folder);
            Assert.That(exitCode, Is.EqualTo(2), error);
            Assert.That(output, Is.Empty);
            Assert.That(error, Is.EqualTo(
                "lab: The lab needs the core's instrumentation, which is off in this process: set <LabInstrumentation>true</LabInstrumentation> in the "
                + "project file, or the runtime option Lab.Core.Instrumentation to true.\n"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_program_that_ends_the_process_with_0_is_5_and_said_so(bool asJson)
    {
        string[] line = ["explore", "ends-the-process", "--assembly", typeof(CliScenarios).Assembly.Location];
        using var process = CommandRun.Start([typeof(LabCommand).Assembly.Location, .. line, .. asJson ? ["--json"] : Array.Empty<string>()]);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.EqualTo(5));
        Assert.That(error.Result, Does.StartWith("lab: the program ended the process").And.Contain("to reproduce: lab explore ends-the-process"));
        Assert.That(asJson ? JsonNode.Parse(output)!["exit_code"]!.GetValue<int>() : output.Length, Is.EqualTo(asJson ? 5 : 0));
    }

    /// <summary>The command in a process of its own: the switch has one value in each.</summary>
    private static (int ExitCode, string Output, string Error) WithoutInstrumentation(string folder, params string[] args)
    {
        var tool = typeof(LabCommand).Assembly.Location;
        var settings = JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(tool, ".runtimeconfig.json")))!;
        settings["runtimeOptions"]!["configProperties"]!["Lab.Core.Instrumentation"] = false;
        var plain = Path.Combine(folder, "plain.runtimeconfig.json");
        File.WriteAllText(plain, settings.ToJsonString());
        using var process = CommandRun.Start(["--runtimeconfig", plain, tool, .. args]);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result.ReplaceLineEndings("\n"));
    }

    private sealed class FullWriter : StringWriter
    {
        public override void Write(string? value) => throw new IOException("no space left");

        public override void Write(char value) => throw new IOException("no space left");
    }

    private sealed class BrokenWriter : StringWriter
    {
        public override void Write(string? value) => throw new NotSupportedException("broken");

        public override void Write(char value) => throw new NotSupportedException("broken");
    }
}
