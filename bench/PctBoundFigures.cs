using Lab.Execution;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Bench;

/// <summary>
/// <c>pct-bound</c>: PCT(d) finds a bug of depth d with a probability of at least 1 / (n k^(d-1)) per execution, n tasks and at most k choices (Burckhardt et
/// al. 2010). Held against it is the lower end of the 99 % confidence interval of what was measured (Wilson 1927). For depth 2 and 3 random
/// walk needs at least ten times more executions: the ratio is that of PCT's lower end and random walk's upper end.
/// </summary>
internal static class PctBoundFigures
{
    // One-sided 99 %.
    private const double Z = 2.3263478740408408;
    private const int Profile = 2_000;
    private static readonly (int Depth, int Idle)[] s_programs = [(1, 4), (1, 30), (2, 8), (2, 20), (3, 8), (3, 24), (4, 8), (4, 12)];

    internal static IEnumerable<Row> Run()
    {
        var engine = new LabEngine(new LabOptions());
        foreach (var (depth, idle) in s_programs)
        {
            var program = new Staircase(depth, idle);
            var k = Math.Max(Longest(engine, program, new RandomWalk()), Longest(engine, program, new Pct(depth, 4 * idle)));
            var bound = 1 / (Staircase.Tasks * Math.Pow(k, depth - 1));
            var executions = (int)Math.Clamp(200 / bound, 20_000, 1_000_000);
            var (low, rate, _) = Measure(engine, program, new Pct(depth, k), executions);
            var name = FormattableString.Invariant($"depth {depth}, {idle} idle operations, k = {k}");
            yield return new Row($"{name}: PCT({depth}) finds it in", rate, "of executions");
            yield return Row.AtLeast($"{name}: at least, with 99 % confidence", low, "of executions", Math.Round(bound, 7));
            if (depth is 2 or 3 && idle >= 20)
            {
                var (_, walk, high) = Measure(engine, program, new RandomWalk(), 400_000);
                yield return new Row($"{name}: random walk finds it in", walk, "of executions");
                yield return Row.AtLeast($"{name}: random walk needs more executions, at least", low / high, "times", 10);
            }
        }
    }

    private static int Longest(LabEngine engine, Staircase program, Strategy strategy)
    {
        var longest = 0;
        for (var i = 1; i <= Profile; i++)
        {
            engine.Run(program.RunAsync, strategy, new Seed(1).ForExecution(i), i);
            longest = Math.Max(longest, engine.Decisions.Choices);
        }

        return longest;
    }

    /// <summary>The rate of hits, and the ends of its interval.</summary>
    private static (double Low, double Rate, double High) Measure(LabEngine engine, Staircase program, Strategy strategy, int executions)
    {
        var hits = 0;
        for (var i = 1; i <= executions; i++)
        {
            engine.Run(program.RunAsync, strategy, new Seed(2).ForExecution(i), i);
            hits += program.IsHit ? 1 : 0;
        }

        var rate = (double)hits / executions;
        var center = rate + (Z * Z / (2 * executions));
        var width = Z * Math.Sqrt((rate * (1 - rate) / executions) + (Z * Z / (4.0 * executions * executions)));
        var scale = 1 + (Z * Z / executions);
        return ((center - width) / scale, rate, (center + width) / scale);
    }
}
