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

    internal static string OfReplay(Trace trace, LabResult replay, Assembly tests)
    {
        var report = replay.Verdict.IsFailure ? FailureReport.Of(replay, Options(trace.Scenario, replay.TracePath, tests)) : $"{trace.Scenario} passed\n";
        var comparison = ReplayComparison.Of(trace, replay);
        return comparison.Agreement switch
        {
            ReplayAgreement.Exact => $"{report}Reproduced exactly: {comparison.Message}.\n",
            ReplayAgreement.OtherVerdict =>
                report + VerdictText.Wrapped("", $"NOT reproduced, another verdict: {comparison.Message}.", "  ") + "The program has changed since it was recorded.\n",
            _ => VerdictText.Wrapped("", $"NOT reproduced: {comparison.Message}", "  ")
                + "The program has changed since it was recorded, or it depends on something that\nthe lab does not control.\n",
        };
    }

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
