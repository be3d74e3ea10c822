using Lab.Classics;
using Lab.Execution;
using Lab.Strategies;
using Lab.Strategies.Dpor;

namespace Lab.Bench;

// The half of counts that is about partial-order reduction: one execution per Mazurkiewicz trace.
internal static partial class CountFigures
{
    private const int RandomPrograms = 200;

    // What was missed was missed in one of some hundreds.
    private const int ManyPrograms = 1000;

    // Programs with more interleavings are passed over: running all of them would take too long.
    private const long MostInterleavings = 3000;

    /// <summary>DPOR on the programs whose traces are known in closed form, and on random ones against depth-first search.</summary>
    private static IEnumerable<Row> Dpor()
    {
        foreach (var classic in new[]
        {
            TracePrograms.Independent(3, 5), TracePrograms.Readers(2), TracePrograms.Readers(8), TracePrograms.Readers(13),
            TracePrograms.Writers(3), TracePrograms.Writers(5), TracePrograms.Writers(7),
            TracePrograms.Increments(2, 2), TracePrograms.Increments(2, 4), TracePrograms.Increments(3, 2), TracePrograms.Increments(3, 3),
            TracePrograms.Increments(4, 2), TracePrograms.LockedIncrements(2, 4), TracePrograms.LockedIncrements(3, 3),
            TracePrograms.LastZero(2), TracePrograms.LastZero(3), TracePrograms.LastZero(5), TracePrograms.LastZero(10), TracePrograms.LastZero(15),
            TracePrograms.Indexer(11), TracePrograms.Indexer(12), TracePrograms.Indexer(13), TracePrograms.Indexer(14), TracePrograms.Indexer(15),
            TracePrograms.FileSystem(14), TracePrograms.FileSystem(16), TracePrograms.FileSystem(18), TracePrograms.FileSystem(19),
        })
        {
            var (all, _) = Count(classic, new OptimalDpor());
            yield return Row.Exactly($"dpor, {classic.Name}", all, "executions", classic.Traces!.Value);
        }

        yield return Compare("random programs of shared variables", Palette.Shared, 3, 3, new LabOptions { Time = TimeModel.Free }, optimal: true);
        yield return Compare("random programs of model locks", Palette.Model, 3, 3, new LabOptions { Time = TimeModel.Free }, optimal: true);
        yield return Compare("random programs of the core's primitives", Palette.Core, 3, 3, new LabOptions { Time = TimeModel.Free }, optimal: true);
        yield return Compare("random programs with cancellation and joins, two tasks", Palette.Control, 2, 4, new LabOptions { Time = TimeModel.Free }, optimal: true);
        yield return Compare("random programs with cancellation and joins, three tasks", Palette.Control, 3, 3, new LabOptions { Time = TimeModel.Free }, optimal: true);
        yield return Compare("random programs with delays, time moves at will", Palette.Time, 3, 2, new LabOptions { Time = TimeModel.Free }, optimal: true);
        yield return Compare("random programs with delays, time moves when idle", Palette.Time, 2, 3, new LabOptions { Time = TimeModel.WhenIdle }, optimal: true);
        yield return Compare("random programs with delays, lag of 10 ms", Palette.Time, 2, 3, new LabOptions { Time = TimeModel.Lag }, optimal: true);
        yield return Compare(
            "random programs with delays, lag of 3 ms, endings alone", Palette.Time, 2, 3,
            new LabOptions { Time = TimeModel.Lag, Lag = TimeSpan.FromMilliseconds(3) }, optimal: false);
        yield return CompareEndings("random programs with several waits, two tasks", 2, 2);
        yield return CompareEndings("random programs with several waits, three tasks", 3, 1);
    }

    /// <summary>
    /// Of tasks that wait for several things at once not every fingerprint is promised, but every ending. A leak ends the execution there and then: of programs
    /// that may leak the failure alone is compared.
    /// </summary>
    private static Row CompareEndings(string name, int tasks, int steps)
    {
        var engine = new LabEngine(new LabOptions { Time = TimeModel.Free, ForeignWait = TimeSpan.Zero });
        var (compared, equal) = (0, 0);
        for (var number = 0UL; compared < ManyPrograms; number++)
        {
            var program = RandomProgram.Of(number, Palette.Several, tasks, steps);
            if (Endings(engine, program, new DepthFirst()) is not { } all)
            {
                continue;
            }

            compared++;
            var isCut = all.Seen.Any(static ending => ending.Contains("-leak", StringComparison.Ordinal));
            var isEqual = Endings(engine, program, new OptimalDpor()) is { } dpor
                && (isCut ? dpor.Seen.Any(static ending => !ending.StartsWith("passed", StringComparison.Ordinal)) : dpor.Seen.SetEquals(all.Seen));
            equal += isEqual ? 1 : 0;
        }

        return Row.Exactly($"dpor = dfs, {name}, endings alone", equal, $"of {ManyPrograms}", ManyPrograms);
    }

    /// <summary>Programs on which DPOR meets the endings and fingerprints of all interleavings, and (if <paramref name="optimal"/>) each fingerprint once.</summary>
    private static Row Compare(string name, Palette palette, int tasks, int steps, LabOptions options, bool optimal)
    {
        var engine = new LabEngine(options);
        var (compared, equal) = (0, 0);
        for (var number = 0UL; compared < RandomPrograms; number++)
        {
            var program = RandomProgram.Of(number, palette, tasks, steps);
            if (Endings(engine, program, new DepthFirst()) is not { } all)
            {
                continue;
            }

            compared++;
            var dpor = Endings(engine, program, new OptimalDpor());
            var isEqual = dpor is not null && dpor.Value.Seen.SetEquals(all.Seen) && dpor.Value.Fingerprints.SetEquals(all.Fingerprints)
                && (!optimal || dpor.Value.Executions == all.Fingerprints.Count);
            equal += isEqual ? 1 : 0;
        }

        return Row.Exactly($"dpor = dfs, {name}", equal, $"of {RandomPrograms}", RandomPrograms);
    }

    private static (long Executions, HashSet<UInt128> Fingerprints, HashSet<string> Seen)? Endings(LabEngine engine, RandomProgram program, Strategy search)
    {
        var (fingerprints, seen) = (new HashSet<UInt128>(), new HashSet<string>());
        for (var i = 0L; i < MostInterleavings; i++)
        {
            var result = engine.Run(program.Run, search, default, i);
            fingerprints.Add(result.Fingerprint);
            seen.Add($"{result.Verdict.Name} {result.Verdict.FirstLine} {result.Outcome:x}");
            if (search.IsExhausted)
            {
                return (i + 1, fingerprints, seen);
            }
        }

        return null;
    }
}
