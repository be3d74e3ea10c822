using Lab.Causality;
using Lab.Execution;
using Lab.Exploration;
using Lab.Seeds;
using Lab.Traces;

namespace Lab.Shrinking;

/// <summary>
/// Why an execution failed: the passing execution that is nearest to it, and the dependent operations that come in another order there. Near are those
/// without one of its deviations, and those with one of its races reversed. Nearest is the one with the fewest operations reversed or missing.
/// </summary>
internal static class NearestPassing
{
    private const int MaxCandidates = 64;
    private const int MaxCompared = 12;

    // Comparing traces is quadratic in the worst case.
    private const int LongestTrace = 20_000;

    /// <summary>Null when none of the candidates passed: it fails in every order that was tried.</summary>
    internal static async ValueTask<FailureCause?> FindAsync(Attempts attempts, LabResult failure, ExploreOptions options)
    {
        if (failure.Trace!.Events.Count > LongestTrace)
        {
            return null;
        }

        var failed = await attempts.RecordAsync(attempts.Best.Plan);
        var graph = new StepGraph(attempts.Engine.Recorder);
        var seen = new HashSet<UInt128>();
        var failing = Requests.Of(failure.Trace);
        CausalDifference? nearest = null;
        Trace? passed = null;
        foreach (var plan in Candidates(failed, graph, options.Lab.Start == StartMode.Eager).Take(MaxCandidates))
        {
            var attempt = await attempts.LookAsync(plan);
            if (attempts.IsOver)
            {
                break;
            }

            if (attempt.Result.Verdict.IsFailure || !seen.Add(attempt.Result.Fingerprint) || seen.Count > MaxCompared)
            {
                continue;
            }

            var recorded = await attempts.RecordAsync(attempt.Plan);
            var trace = TraceBuilder.Build(
                attempts.Engine, recorded.Result, options.Scenario, options.AssemblyName, options.Seed, failure.Strategy, recorded.Result.Verdict);
            var difference = CausalDifference.Between(Requests.Of(trace), failing);
            if (nearest is null || IsNearer(difference, nearest))
            {
                (nearest, passed) = (difference, trace);
            }
        }

        return nearest is null ? null : new FailureCause(nearest.Reversed, nearest.OnlyInB, nearest.OnlyInA, passed!);
    }

    private static IEnumerable<Plan> Candidates(Attempt failed, StepGraph graph, bool isEager)
    {
        foreach (var moment in failed.Deviations())
        {
            yield return failed.Plan.Without([moment]);
        }

        foreach (var race in graph.Races.OrderBy(static race => race.Later - race.Earlier).ThenBy(static race => race.Earlier))
        {
            if (Regrouping.Reversed(graph, race) is { } order)
            {
                yield return Regrouping.PlanOf(graph, order, isEager);
            }
        }
    }

    private static bool IsNearer(CausalDifference a, CausalDifference b)
    {
        var (sizeA, sizeB) = (Size(a), Size(b));
        return sizeA != sizeB ? sizeA < sizeB : a.Reversed.Count < b.Reversed.Count;
    }

    private static int Size(CausalDifference difference) => difference.Reversed.Count + difference.OnlyInA.Count + difference.OnlyInB.Count;
}
