using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Oracles;
using Lab.Strategies;
using Lab.Traces;

namespace Lab.Exploration;

/// <summary>Runs an execution again from its decisions, recorded, and compares.</summary>
internal static class Reexecution
{
    /// <summary>
    /// Call right after the execution ran on <paramref name="engine"/>. A failing result has the trace; its verdict is <c>nondeterministic</c> when
    /// the second run differed from the first. A passing one is returned as it was, unless the caller knows better (<paramref name="passedMeans"/>).
    /// </summary>
    /// <param name="decisions">Null: those that the engine still holds.</param>
    internal static async ValueTask<LabResult> RunAsync(
        LabEngine engine, Func<Cx, Task> program, LabResult first, ExploreOptions options, Verdict? passedMeans = null, List<Decision>? decisions = null)
    {
        decisions ??= TraceBuilder.Decisions(engine);
        var second = await engine.RunAsync(program, new Replay(decisions), first.Seed, first.Index, recording: true);
        var verdict = Compare(first, second);
        if (!verdict.IsFailure)
        {
            if (passedMeans is null)
            {
                return first;
            }

            verdict = passedMeans;
        }

        var isDifferent = !second.Verdict.IsSameAs(first.Verdict);
        var trace = TraceBuilder.Build(
            engine, second, options.Scenario, options.AssemblyName, options.Seed, first.Strategy, verdict, isDifferent ? decisions : null);
        return second with { Verdict = verdict, Strategy = first.Strategy, Trace = trace };
    }

    private static Verdict Compare(LabResult first, LabResult second)
    {
        // When a foreign thread posts is real time: the second run may see it at another step, or not at all.
        if (first.Verdict.Kind == VerdictKind.Escape)
        {
            return second.Verdict.Kind == VerdictKind.Escape ? second.Verdict : first.Verdict.WithNote("a second run of the same schedule did not show it");
        }

        if (second.Verdict.Kind == VerdictKind.Escape)
        {
            return second.Verdict;
        }

        var difference =
            second.Verdict.Kind == VerdictKind.Nondeterministic ? second.Verdict.Message
            : !second.Verdict.IsSameAs(first.Verdict) ? $"first it ended with {Brief(first.Verdict)}, and then with {Brief(second.Verdict)}"
            : second.Steps != first.Steps ? FormattableString.Invariant($"it took {first.Steps} step{(first.Steps == 1 ? "" : "s")}, and then {second.Steps}")
            : second.Outcome != first.Outcome ? "it ended with different notes"
            : second.Fingerprint != first.Fingerprint ? "the same decisions, but another order of dependent operations"
            : null;
        return difference is null
            ? second.Verdict
            : new Verdict(
                VerdictKind.Nondeterministic,
                $"the same schedule led elsewhere: {difference}\n"
                + "The program depends on something that the lab does not control: a clock, a random source, hash order, a static that survives executions.");
    }

    private static string Brief(Verdict verdict) => verdict.FirstLine.Length == 0 ? verdict.Name : $"{verdict.Name} ({verdict.FirstLine.Trim()})";
}
