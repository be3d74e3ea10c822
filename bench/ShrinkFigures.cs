using System.Diagnostics;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Bench;

/// <summary>
/// <c>shrink</c>: 598 failing schedules of at least 200 decisions, found by random walk in thirteen programs, each shrunk under the default budget. The
/// true minimum of a program has the fewest tasks left behind by the clock, 0 or what the program's text makes necessary; and among those it is where
/// no schedule with fewer pre-emptions fails (a complete search, without early advances where none is needed) and one with so many does: 0 to 3.
/// </summary>
internal static class ShrinkFigures
{
    private const int Decisions = 200;
    private const int Each = 46;
    private const long MaxSearch = 300_000;

    // Of the failures of a program, about one in one to three is long enough. One that has none is a fault of the program's.
    private const ulong MaxSeeds = 2_000;

    internal static IEnumerable<Row> Run()
    {
        var excess = new List<int>();
        var excessHeldBack = new List<int>();
        var foundHeldBack = 0;
        var times = new List<double>();
        var incomplete = 0;
        foreach (var (name, program, heldBack) in LongPrograms.All)
        {
            var found = Failures(program).Take(Each).ToList();
            var shrunk = found.ConvertAll(failure => Shrink(failure, program, times));
            incomplete += shrunk.Count(static result => result.Shrinking is not { NotShrunk: null });
            foundHeldBack += found.Sum(HeldBack);
            excessHeldBack.AddRange(shrunk.Select(result => HeldBack(result) - heldBack));
            var preemptions = shrunk.ConvertAll(Preemptions);
            var least = preemptions.Min();
            var minimum = Minimum(program, found[0], least);
            excess.AddRange(preemptions.Select(count => count - minimum));
            yield return new Row($"{name}: mean pre-emptions found", found.Average(Preemptions), "pre-emptions");
            yield return new Row($"{name}: true minimum", minimum, "pre-emptions");
            yield return new Row($"{name}: mean after shrinking", preemptions.Average(), "pre-emptions");
        }

        var exact = excess.Zip(excessHeldBack).Count(static more => more is (0, 0));
        excess.Sort();
        times.Sort();
        yield return Row.AtLeast("failing schedules", excess.Count, "schedules", 500);
        yield return Row.AtMost("pre-emptions more than the minimum, median", excess[excess.Count / 2], "pre-emptions", 1);
        yield return new Row("pre-emptions more than the minimum, worst", excess[^1], "pre-emptions");
        yield return new Row("tasks left behind by the clock, found", foundHeldBack, "in all");
        yield return Row.Exactly("tasks left behind more than the minimum, worst", excessHeldBack.Max(), "tasks", 0);
        yield return new Row("shrunk to the true minimum", 100.0 * exact / excess.Count, "%");
        yield return Row.Exactly("not confirmed by replay", incomplete, "schedules", 0);
        yield return new Row("time of one, median", times[times.Count / 2], "ms");
        yield return Row.AtMost("time of one, most", times[^1], "ms", 1000);
    }

    private static IEnumerable<LabResult> Failures(Func<Cx, Task> program)
    {
        for (var seed = 1UL; seed <= MaxSeeds; seed++)
        {
            // Only looked at, not shrunk: that is what is measured.
            var found = Explorer.Explore(program, new ExploreOptions { Strategy = RandomWalk.Name, Seed = new Seed(seed), First = 1, Shrink = null, Executions = 100_000 });
            if (found.Failure is { } failure && failure.DecisionCount >= Decisions)
            {
                yield return failure;
            }
        }

        throw new InvalidOperationException($"{MaxSeeds} seeds have too few failures of {Decisions} decisions");
    }

    private static LabResult Shrink(LabResult failure, Func<Cx, Task> program, List<double> times)
    {
        var started = Stopwatch.GetTimestamp();
        var result = LabRuntime.Shrink(failure.Trace!, program);
        times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        return result;
    }

    private static int Preemptions(LabResult result) => result.Trace!.Events.Count(static e => e.Kind == "TaskPreempted");

    /// <summary>Each time that the clock moved while tasks were ready, those tasks. In these programs it moves once, by a millisecond.</summary>
    private static int HeldBack(LabResult result) =>
        result.Trace!.Events.Where(static e => e.Kind == "ClockAdvanced").Sum(static e => e.Detail.Split("was ready for").Length - 1);

    /// <summary>Looks for fewer than <paramref name="known"/> pre-emptions.</summary>
    private static int Minimum(Func<Cx, Task> program, LabResult failure, int known)
    {
        for (var bound = 0; bound < known; bound++)
        {
            if (Fails(program, failure, bound))
            {
                return bound;
            }
        }

        return known;
    }

    private static bool Fails(Func<Cx, Task> program, LabResult failure, int bound)
    {
        var search = new PreemptionBounded(bound, bound);

        // Without early advances: with one it is no smaller failure, however few pre-emptions it takes.
        var engine = new LabEngine(new LabOptions { Time = TimeModel.WhenIdle });
        var (answer, _) = LabThread<object>.Run(engine, () =>
        {
            for (var i = 0L; i < MaxSearch && !search.IsExhausted; i++)
            {
                if (engine.Run(program, search, default, i).Verdict.IsLike(failure.Verdict))
                {
                    return true;
                }
            }

            return search.IsExhausted ? false : throw new InvalidOperationException($"{MaxSearch} executions do not search {bound} pre-emptions completely");
        });
        return (bool)answer!;
    }
}
