using System.Reflection;
using Lab.Execution;
using Lab.Exploration;
using Lab.Reports;
using Lab.Traces;

namespace Lab.Testing;

/// <summary>What NUnit shows of an exploration or a replay.</summary>
internal static class LabTestMessage
{
    internal static string OfFailure(ExplorationResult exploration, LabResult failure, Assembly tests) =>
        $"{FailureReport.Of(failure, Options(exploration.Scenario, failure.TracePath, tests))}\n{ExplorationSummary.Of(exploration)}";

    internal static string OfReplay(Trace trace, LabResult replay, ReplayComparison comparison, Assembly tests) =>
        ReplayReport.Of(trace, replay, comparison, Options(trace.Scenario, replay.TracePath, tests));

    /// <summary>The command that replays the trace. It looks for the tests beside the trace, which is where it is unless somebody moved it.</summary>
    internal static string Command(string path, Assembly tests)
    {
        var isBeside = Path.GetDirectoryName(Path.GetFullPath(path)) == Path.GetDirectoryName(tests.Location);
        return $"lab replay \"{path}\"{(isBeside ? "" : $" --assembly \"{tests.Location}\"")}";
    }

    private static FailureReportOptions Options(string scenario, string? path, Assembly tests) => new()
    {
        Scenario = scenario,
        Replay = path is null
            ? []
            :
            [
                Command(path, tests),
                $"LAB_REPLAY=\"{path}\" dotnet test --filter \"FullyQualifiedName={scenario}\"",
            ],
    };
}
