using System.Globalization;
using Lab.Classics;
using Lab.Execution;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Bench;

/// <summary>
/// <c>counts</c>: exhaustive searches run exactly as many executions as there are things to run: interleavings for depth-first search, those with few
/// pre-emptions for its bounded form, Mazurkiewicz traces for DPOR. Derivations stand beside the same counts in the tests.
/// </summary>
internal static partial class CountFigures
{
    private const int Walks = 20_000;

    internal static IEnumerable<Row> Run() => [.. Dfs(), .. Dpor(), .. Rates()];

    /// <summary>Depth-first search: every interleaving once.</summary>
    private static IEnumerable<Row> Dfs()
    {
        foreach (var (tasks, operations) in new[] { (2, 5), (2, 8), (3, 3), (3, 4), (4, 2), (5, 2) })
        {
            // (kn)! / (n!)^k ways to shuffle k tasks of n operations.
            var (all, _) = Count(TracePrograms.Independent(tasks, operations), new DepthFirst());
            yield return Row.Exactly($"dfs, {tasks} tasks of {operations} operations", all, "executions", TracePrograms.Multinomial(tasks, operations));
        }

        foreach (var classic in Catalogue.Buggy.Append(CountedPrograms.Control(2, 10)).Where(static c => c.Interleavings is not null))
        {
            var expected = classic.Interleavings!.Value;
            var (all, failing) = Count(classic, new DepthFirst());
            yield return Row.Exactly($"dfs, {classic.Name}", all, "executions", expected.All);
            yield return Row.Exactly($"dfs, {classic.Name}, failing", failing, "executions", expected.Failing);
        }

        const int Length = 8;
        var two = TracePrograms.Independent(2, Length);
        for (var bound = 0; bound <= 4; bound++)
        {
            var (all, _) = Count(two, new PreemptionBounded(bound, bound));
            yield return Row.Exactly($"dfs, 2 tasks of {Length} operations, at most {bound} pre-emptions", all, "executions", Bounded(Length, bound));
        }

        var (raised, _) = Count(two, new PreemptionBounded(0, PreemptionBounded.Most));
        yield return Row.Exactly($"dfs, 2 tasks of {Length} operations, pre-emptions 0, 1, 2, ...", raised, "executions", TracePrograms.Multinomial(2, Length));
    }

    /// <summary>
    /// How often a random walk fails, against known rates, given to a tenth of a per cent. Those of two-stage with one reader are exact: all writers are
    /// alike, so the states are few (who waits where, who holds what, what the reader saw) and so is the table of their probabilities; a rate of 0.1 that
    /// is told of 99 writers must come from a small sample.
    /// </summary>
    private static IEnumerable<Row> Rates()
    {
        foreach (var (classic, percent) in new[]
        {
            (CountedPrograms.Account, 33.3), (CountedPrograms.Lazy, 33.3), (CountedPrograms.Deadlock, 50), (CountedPrograms.TokenRing, 16.7),
            (CountedPrograms.TwoStage(1, 1), 6.25), (CountedPrograms.TwoStage(10, 10), 12.9), (CountedPrograms.TwoStage(19, 1), 1.32),
            (CountedPrograms.TwoStage(99, 1), 0.278),
            (CountedPrograms.WrongLock(1, 1), 22.6), (CountedPrograms.Reorder(2, 1), 5.0), (CountedPrograms.Reorder(3, 1), 3.7),
            (CountedPrograms.Reorder(4, 1), 2.9), (CountedPrograms.Reorder(9, 1), 1.2), (CountedPrograms.Carter, 50), (CountedPrograms.DriverStop, 6.4),
        })
        {
            // Four standard deviations of the sample, and the rounding of the rate.
            var tolerance = 0.05 + (400 * Math.Sqrt(percent / 100 * (1 - (percent / 100)) / Walks));
            var rate = WalkRate(classic, Spawning.AllAtOnce);
            yield return new Row(
                $"random walk, {classic.Name}, failing",
                rate,
                "%",
                string.Create(CultureInfo.InvariantCulture, $"{percent} +- {tolerance:0.00}"),
                Math.Abs(rate - percent) <= tolerance);
        }

        // Spawned one by one, each setter is well on its way when the next comes: none of 20,000 walks was ever seen to fail.
        yield return Row.AtMost("random walk, reorder-9-1 spawned one by one, failing", WalkRate(CountedPrograms.Reorder(9, 1), Spawning.OneByOne), "%", 0.05);
    }

    private static double WalkRate(Classic classic, Spawning spawning)
    {
        var engine = new LabEngine(Classic.Options(spawning));
        var program = classic.Program(spawning);
        var walk = new RandomWalk();
        var failing = 0;
        for (var i = 1; i <= Walks; i++)
        {
            failing += engine.Run(program, walk, new Seed(11).ForExecution(i), i).Verdict.IsFailure ? 1 : 0;
        }

        return 100.0 * failing / Walks;
    }

    /// <summary>All executions of a search that count, and those that failed as expected.</summary>
    internal static (long All, long Failing) Count(Classic classic, Strategy search, Spawning spawning = Spawning.AllAtOnce)
    {
        var engine = new LabEngine(Classic.Options(spawning));
        var program = classic.Program(spawning);
        var (all, failing) = (0L, 0L);
        for (var i = 0L; !search.IsExhausted; i++)
        {
            var verdict = engine.Run(program, search, default, i).Verdict;
            if (verdict.IsFailure && verdict.Kind != classic.Expected)
            {
                throw new InvalidOperationException($"{classic.Name}: {verdict}");
            }

            all += search.IsForeign ? 0 : 1;
            failing += !search.IsForeign && verdict.IsFailure ? 1 : 0;
        }

        return (all, failing);
    }

    /// <summary>
    /// Two tasks of n operations: r blocks of turns need r - 2 pre-emptions, for whoever ends first gives way for free. Each task's operations are cut into
    /// its share of the blocks, and either may begin: 2 C(n-1, ceil(r/2)-1) C(n-1, floor(r/2)-1).
    /// </summary>
    private static double Bounded(int n, int preemptions)
    {
        var sum = 0L;
        for (var blocks = 2; blocks <= preemptions + 2; blocks++)
        {
            sum += 2 * Choose(n - 1, ((blocks + 1) / 2) - 1) * Choose(n - 1, (blocks / 2) - 1);
        }

        return sum;
    }

    private static long Choose(int n, int k)
    {
        var product = 1L;
        for (var i = 1; i <= k; i++)
        {
            product = product * (n - k + i) / i;
        }

        return product;
    }
}
