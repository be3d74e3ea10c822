using System.Globalization;
using System.Reflection;
using Lab.Exploration;
using Lab.Reports;
using Lab.Reports.Viewer;
using Lab.Seeds;
using Lab.Traces;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Commands;

namespace Lab.Testing;

/// <summary>
/// Explores or replays in place of NUnit's own call of the method. The command it wraps (NUnit's set-up, call and tear-down) is never run: each
/// execution does these itself, on a fixture of its own.
/// </summary>
internal sealed class LabTestCommand(TestCommand inner, LabTestAttribute settings) : DelegatingTestCommand(inner)
{
    private Assembly Tests => Test.TypeInfo!.Assembly;

    public override TestResult Execute(TestExecutionContext context)
    {
        var result = context.CurrentResult;
        RunEnd.Begin(Test.FullName);
        try
        {
            var program = Program();
            if (LabEnvironment.Replay is { } path)
            {
                Replay(context, program, path);
            }
            else
            {
                Explore(context, program);
            }
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            // What is wrong with what was asked for is said in words; only a fault of the lab has a place in it.
            result.SetResult(ResultState.Error, e.Message, e is InvalidOperationException ? e.StackTrace : null);
        }
        finally
        {
            RunEnd.End(Test.FullName);
        }

        return result;
    }

    private FixtureProgram Program()
    {
        var method = ((TestMethod)Test).Method;
        ITest? suite = Test;
        while (suite is not null and not TestFixture)
        {
            suite = suite.Parent;
        }

        return new FixtureProgram(method.MethodInfo, method.TypeInfo.Type, (suite as TestFixture)?.Arguments ?? []);
    }

    private void Explore(TestExecutionContext context, FixtureProgram program)
    {
        var exploration = Explorer.Explore(program.RunAsync, new ExploreOptions
        {
            Scenario = Test.FullName,
            AssemblyName = Tests.GetName().Name ?? "",
            Strategy = settings.Strategy,
            Executions = settings.Executions,
            Seed = LabEnvironment.Seed ?? new Seed(settings.Seed),
            Time = settings.TimeLimit,
            Shrink = settings.Shrink ? new ShrinkOptions() : null,
            Require = settings.Require,
            LinearisationSamples = settings.LinearisationSamples,
            Workers = settings.ExploringThreads,
            Lab = settings.LabOptions,
        });
        var result = context.CurrentResult;
        if (exploration.Failure is { } failure)
        {
            failure = failure.Trace is null ? failure : TraceFolder.SaveAs(failure, PathOf(failure.Trace));
            if (failure is { TracePath: { } path, Trace: { } trace })
            {
                Attach(trace, path);
            }

            result.SetResult(ResultState.Failure, LabTestMessage.OfFailure(exploration, failure, Tests), failure.Verdict.Exception?.StackTrace);
        }
        else if (program.Withdrawn is { } withdrawn)
        {
            result.SetResult(withdrawn.ResultState, withdrawn.Message, withdrawn.StackTrace);
        }
        else
        {
            context.OutWriter.WriteLine(ExplorationSummary.Of(exploration));
            result.SetResult(ResultState.Success);
        }
    }

    private void Replay(TestExecutionContext context, FixtureProgram program, string path)
    {
        path = LabEnvironment.FindReplay(path, Tests);
        var trace = TraceFile.Load(path);
        var result = context.CurrentResult;
        if (trace.Scenario != Test.FullName)
        {
            // A replay that nobody runs must not be green.
            if (IsHere(trace.Scenario))
            {
                result.SetResult(ResultState.Skipped, $"LAB_REPLAY names a trace of {trace.Scenario}; only that test runs.");
            }
            else
            {
                RunEnd.Replayed();
                result.SetResult(
                    ResultState.Error,
                    $"LAB_REPLAY names a trace of {trace.Scenario} ({trace.AssemblyName}), and no test that was loaded from {Tests.GetName().Name} has that name: "
                    + (trace.Scenario.Contains('.') ? "run the tests of the project that it is in, or correct the name if it was renamed."
                        : $"it is a scenario, and no test; {LabTestMessage.Command(path, Tests)} replays it if it is in that assembly."));
            }

            return;
        }

        RunEnd.Replayed();
        var replay = LabRuntime.Replay(trace, program.RunAsync) with { Index = trace.Execution };
        var comparison = ReplayComparison.Of(trace, replay);
        var message = LabTestMessage.OfReplay(trace, replay with { TracePath = path }, comparison, Tests);

        // What no replay can tell is not green either.
        if (replay.Verdict.IsFailure || comparison.Agreement == ReplayAgreement.Nondeterministic)
        {
            result.SetResult(ResultState.Failure, message, replay.Verdict.Exception?.StackTrace);
        }
        else
        {
            context.OutWriter.WriteLine(message);
            result.SetResult(ResultState.Success);
        }
    }

    private bool IsHere(string name)
    {
        ITest root = Test;
        while (root.Parent is { } parent)
        {
            root = parent;
        }

        return Has(root, name);
    }

    private static bool Has(ITest test, string name) => test.IsSuite ? test.Tests.Any(child => Has(child, name)) : test.FullName == name;

    private static string PathOf(Trace trace)
    {
        var folder = LabEnvironment.Traces ?? NUnit.Framework.TestContext.CurrentContext.WorkDirectory;
        var name = string.Create(CultureInfo.InvariantCulture, $"{FileName(trace.Scenario)}.{trace.Verdict.Kind}.{trace.Seed}-{trace.Execution}.trace");
        return Path.GetFullPath(Path.Combine(folder, name));
    }

    /// <summary>The trace and a page that shows it belong to the test's result; that the page cannot be written is no reason to lose the failure.</summary>
    private void Attach(Trace trace, string path)
    {
        NUnit.Framework.TestContext.AddTestAttachment(path, "the failing execution: `lab replay` runs it again");
        var page = path + ".html";
        try
        {
            File.WriteAllText(page, ViewerPage.Of(trace, new ViewerOptions { Replay = LabTestMessage.Command(path, Tests) }));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }

        NUnit.Framework.TestContext.AddTestAttachment(page, "the failing execution as a page for the browser");
    }

    /// <summary>The end of a name says most; what a file system might not take becomes an underscore.</summary>
    private static string FileName(string scenario)
    {
        var safe = string.Concat(scenario.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_'));
        return safe.Length <= 150 ? safe : safe[^150..];
    }
}
