using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Oracles;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Exploration;

/// <summary>
/// Looks for sharing that was not declared (design D8): a passing execution is run again with two neighbouring steps exchanged that touch nothing in
/// common. What was declared says that this makes no difference; if it does, something else is shared. Where that is an object of the BCL, as
/// shown by whom it resumes or which timer it takes out, only an exchange that fails is told.
/// </summary>
internal static class Linearisations
{
    /// <summary>An execution with more steps is no sample: copying out what its steps touched would take too long.</summary>
    internal const int LongestSample = 10_000;

    /// <summary>
    /// Call right after <paramref name="passed"/> was re-executed with everything recorded. The failing result; null if every exchange made no difference.
    /// </summary>
    internal static async ValueTask<LabResult?> CheckAsync(LabEngine engine, Func<Cx, Task> program, LabResult passed, ExploreOptions options)
    {
        var isSample = options.Lab is { Dispatch: DispatchKind.Explored, Start: StartMode.Chosen }
            && passed.Steps <= LongestSample && engine.Recorder.EventsDropped == 0;
        if (options.LinearisationSamples == 0 || !isSample)
        {
            return null;
        }

        var log = new StepLog(engine.Recorder);
        var random = new Prng(passed.Seed.Stream(SeedStream.Linearisation));
        for (var i = 0; i < options.LinearisationSamples && log.Commuting.Count > 0; i++)
        {
            var first = log.Commuting[random.Next(log.Commuting.Count)];
            var exchanged = log.Exchanged(first);
            var result = await engine.RunAsync(program, exchanged, passed.Seed, passed.Index, recording: true);
            if (Compare(passed, result, exchanged) is { } difference && (result.Verdict.IsFailure || !log.MeetInBcl(first, engine.Recorder)))
            {
                return Failure(engine, result, log, first, difference, options);
            }
        }

        return null;
    }

    private static string? Compare(LabResult passed, LabResult result, StepOrder exchanged) =>
        result.Verdict.IsFailure ? $"it fails: {result.Verdict}"
        : exchanged.Strayed is { } strayed ? "the program goes another way: " + strayed
        : result.Fingerprint != passed.Fingerprint ? "dependent operations come in another order"
        : result.Outcome != passed.Outcome ? "it ends with different notes"
        : null;

    private static LabResult Failure(LabEngine engine, LabResult result, StepLog log, int first, string difference, ExploreOptions options)
    {
        var where = $"{log.Describe(first)} and {log.Describe(first + 1)}";
        var verdict = result.Verdict.IsFailure
            ? result.Verdict.WithNote($"{Tally.Undeclared}; it differs only in {where}")
            : new Verdict(
                VerdictKind.UndeclaredSharing,
                $"{where} touch nothing in common that was declared, but their order matters: with the two exchanged, {difference}.\n"
                + "Something is shared that the lab cannot see: a field, a collection, a BCL primitive. Use Shared<T> or a primitive of the core.");
        var trace = TraceBuilder.Build(
            engine, result, options.Scenario, options.AssemblyName, options.Seed, result.Strategy, verdict);
        return result with { Verdict = verdict, Trace = trace };
    }
}
