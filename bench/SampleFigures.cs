using System.Collections.Concurrent;
using System.Globalization;
using Lab.Exploration;
using Lab.Samples;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Bench;

/// <summary>
/// <c>samples</c>: how many executions random walk needs for each sample's bug (the worst of twenty seeds), and that no fixed version fails in
/// 100,000 executions. And how often the ordinary test of the first of them, as the README shows it, is red on this machine.
/// </summary>
internal static class SampleFigures
{
    private const int Seeds = 20;
    private const int FindWithin = 10_000;
    private const int Survive = 100_000;
    private const int OrdinaryRuns = 200_000;

    internal static IEnumerable<Row> Run()
    {
        yield return new Row($"the README's ordinary test: red, of {OrdinaryRuns:#,0} runs", OrdinaryTestIsRedAsync().GetAwaiter().GetResult(), "runs");
        foreach (var scenario in Scenarios.In(typeof(LostUpdate).Assembly).All)
        {
            if (scenario.Expected is null)
            {
                yield return Survived(scenario);
            }
            else
            {
                var needed = Enumerable.Range(1, Seeds).Select(seed => Needed(scenario, new Seed((ulong)seed))).ToArray();
                var mean = needed.Average(executions => executions ?? FindWithin);
                yield return new Row($"{scenario.Name}: mean executions to the bug", mean, "executions");
                yield return new Row(
                    $"{scenario.Name}: most executions to the bug, {Seeds} seeds",
                    needed.Max(executions => executions ?? double.PositiveInfinity),
                    "executions",
                    string.Create(CultureInfo.InvariantCulture, $"<= {FindWithin}"),
                    needed.All(executions => executions is not null));
            }
        }
    }

    /// <summary>Executions up to the expected verdict; null if there was none, or another one.</summary>
    private static long? Needed(Scenario scenario, Seed seed)
    {
        // Execution 0 is non-pre-emptive; the figure is about the random walk alone.
        var found = Explorer.Explore(scenario.Program, scenario.ToExploreOptions() with { Strategy = RandomWalk.Name, Executions = FindWithin, Seed = seed, First = 1 });
        return found.Failure is { } failure && scenario.Expects(failure.Verdict.Kind) ? found.Executions : null;
    }

    /// <summary>The README's first test, on the thread pool: two neighbouring lines in each of two tasks.</summary>
    private static async Task<int> OrdinaryTestIsRedAsync()
    {
        var red = 0;
        for (var run = 0; run < OrdinaryRuns; run++)
        {
            var balances = new ConcurrentDictionary<string, int> { ["ann"] = 100 };
            await Task.WhenAll(Task.Run(() => Credit(30)), Task.Run(() => Credit(50)));
            red += balances["ann"] == 180 ? 0 : 1;

            void Credit(int amount)
            {
                var current = balances["ann"];
                balances["ann"] = current + amount;
            }
        }

        return red;
    }

    private static Row Survived(Scenario scenario)
    {
        var result = Explorer.Explore(scenario.Program, scenario.ToExploreOptions() with { Executions = Survive });
        var passed = result.Executions - result.Failures.Count;
        return Row.AtLeast($"{scenario.Name}: executions without a failure", passed, "executions", Survive);
    }
}
