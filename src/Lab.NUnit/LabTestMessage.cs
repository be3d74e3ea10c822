using Lab.Execution;
using Lab.Exploration;
using Lab.Reports;
using Lab.Traces;

namespace Lab.Testing;

/// <summary>What NUnit shows of an exploration or a replay.</summary>
internal static class LabTestMessage
{
    internal static string OfFailure(ExplorationResult exploration, LabResult failure) =>
        $"{FailureReport.Of(failure, Options(exploration.Scenario, failure.TracePath))}\n{ExplorationSummary.Of(exploration)}";

    internal static string OfReplay(Trace trace, LabResult replay)
    {
        var report = replay.Verdict.IsFailure ? FailureReport.Of(replay, Options(trace.Scenario, replay.TracePath)) : $"{trace.Scenario} passed\n";
        var comparison = ReplayComparison.Of(trace, replay);
        return comparison.Agreement switch
        {
            ReplayAgreement.Exact => $"{report}Reproduced exactly: {comparison.Message}.\n",
            ReplayAgreement.OtherVerdict => $"{report}NOT reproduced, another verdict: {comparison.Message}.\nThe program has changed since it was recorded.\n",
            _ => $"{report}NOT reproduced, diverged: {comparison.Message}\n",
        };
    }

    private static FailureReportOptions Options(string scenario, string? path) => new()
    {
        Scenario = scenario,
        Replay = path is null
            ? []
            :
            [
                $"lab replay \"{path}\"",
                $"LAB_REPLAY=\"{path}\" dotnet test --filter \"FullyQualifiedName={scenario}\"",
                $"LabRuntime.Replay(TraceFile.Load(\"{path.Replace("\\", "\\\\", StringComparison.Ordinal)}\"), program)",
            ],
    };
}
