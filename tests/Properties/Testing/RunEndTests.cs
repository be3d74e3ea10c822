using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Properties.Cli;
using Lab.Testing;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Testing;

/// <summary>Runs of a process of their own, which end without the one test that could say what is wrong.</summary>
[TestFixture]
public sealed class RunEndTests
{
    private const string EndsNow = "LAB_TEST_ENDS_THE_PROCESS";

    private static readonly string s_mine = typeof(RunEndTests).FullName!;

    [Test]
    public void A_replay_whose_test_the_filter_leaves_out_is_red_and_says_so()
    {
        var folder = Directory.CreateTempSubdirectory("lab-run-end-").FullName;
        try
        {
            // Of a test that exists: were it renamed, the others would say so.
            var file = Path.Combine(folder, "of-another.trace");
            TraceFile.Save(TraceOf($"{s_mine}.{nameof(Ends_the_process_if_it_is_told_to)}"), file);

            var (exitCode, error) = Run($"{typeof(LabTestExample).FullName}.{nameof(LabTestExample.A_message_is_not_lost)}", ("LAB_REPLAY", file));
            Assert.That(exitCode, Is.EqualTo(2), error);
            Assert.That(error, Does.Contain($"error: LAB_REPLAY names {file}, and no test replayed it"));

            (_, error) = Run($"{s_mine}.{nameof(Ends_the_process_if_it_is_told_to)}", ("LAB_REPLAY", file));
            Assert.That(error, Does.Not.Contain("no test replayed it"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_program_that_ends_the_process_with_0_is_red_and_said_so(bool ends)
    {
        var (exitCode, error) = Run($"{s_mine}.{nameof(Ends_the_process_if_it_is_told_to)}", (EndsNow, ends ? "1" : ""));
        Assert.That(exitCode, Is.EqualTo(ends ? 2 : 0), error);
        Assert.That(error.Contains($"error: {s_mine}.{nameof(Ends_the_process_if_it_is_told_to)} had not ended when the process did", StringComparison.Ordinal), Is.EqualTo(ends));
    }

    [LabTest(Executions = 2)]
    public async Task Ends_the_process_if_it_is_told_to(Cx cx)
    {
        await cx.YieldAsync();
        if (Environment.GetEnvironmentVariable(EndsNow) is { Length: > 0 })
        {
            Environment.Exit(0);
        }
    }

    private static Trace TraceOf(string test)
    {
        var trace = LabRuntime.TryRun(static _ => throw new InvalidDataException("always")).Trace!;
        return new Trace
        {
            Scenario = test,
            AssemblyName = trace.AssemblyName,
            Seed = trace.Seed,
            Strategy = trace.Strategy,
            Execution = trace.Execution,
            Options = trace.Options,
            Decisions = trace.Decisions,
            Verdict = trace.Verdict,
        };
    }

    private static (int ExitCode, string Error) Run(string test, params (string Name, string Value)[] environment)
    {
        using var process = CommandRun.Start([typeof(RunEndTests).Assembly.Location, "--filter", $"FullyQualifiedName={test}"], environment);
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error.Result);
    }
}
