using Lab.Execution;
using Lab.Exploration;
using Lab.Traces;

namespace Lab.Reports;

/// <summary>A replay as a person reads it: what happened this time, whether that is what was recorded, and if not, what it means.</summary>
internal static class ReplayReport
{
    /// <param name="options">For the report of an execution that failed.</param>
    /// <param name="again">What to do where it is not what was recorded; goes on in the sentence's line.</param>
    internal static string Of(Trace trace, LabResult replay, ReplayComparison comparison, FailureReportOptions options, string again = "")
    {
        var report = replay.Verdict.IsFailure ? FailureReport.Of(replay, options) : $"{trace.Scenario} passed\n";
        var next = again.Length == 0 ? "\n" : $" {again}";
        return comparison.Agreement switch
        {
            ReplayAgreement.Exact => $"{report}Reproduced exactly: {comparison.Message}.\n",
            ReplayAgreement.OtherVerdict =>
                report + VerdictText.Wrapped("", $"NOT reproduced, another verdict: {comparison.Message}.", "  ")
                + $"The program has changed since it was recorded.{next}",
            ReplayAgreement.Nondeterministic =>
                report + VerdictText.Wrapped("", $"NOT reproduced: {comparison.Message}.", "  ")
                + "No replay can confirm or refute what was recorded: that two runs of this schedule\n"
                + $"differed, by something that the lab does not control.{next}",
            _ => VerdictText.Wrapped("", $"NOT reproduced: {comparison.Message}", "  ")
                + $"The program has changed since it was recorded, or it depends on something that\nthe lab does not control.{next}",
        };
    }
}
