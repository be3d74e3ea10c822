using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Properties.Strategies;

/// <summary>Runs a strategy over consecutive executions on one engine, learning where an exploration would.</summary>
internal static class StrategyRuns
{
    /// <summary>Executions 1 .. n; execution 0 is non-pre-emptive and only measures.</summary>
    /// <returns>The strategy, as it is after the last.</returns>
    internal static Strategy Run(string text, int executions, Func<Cx, Task> program, Action<LabResult> ended, LabOptions? options = null, ulong seed = 1)
    {
        var strategy = StrategySpec.Parse(text);
        var first = new FirstExecution(strategy);
        var engine = new LabEngine(options ?? new LabOptions());
        var lessons = new List<object>();
        for (var i = 0; i <= executions; i++)
        {
            if (i > 0 && int.IsPow2(i) && strategy.Learns)
            {
                strategy.Learn(lessons);
                lessons.Clear();
            }

            var result = engine.Run(program, i == 0 ? first : strategy, new Seed(seed).ForExecution(i), i);
            if (engine.Lesson is { } lesson)
            {
                lessons.Add(lesson);
            }

            if (i > 0)
            {
                ended(result);
            }
        }

        return strategy;
    }

    /// <summary>How many executions ended with each text that the program left in <paramref name="said"/>; only those from <paramref name="from"/> on.</summary>
    internal static Dictionary<string, long> Count(string text, int executions, Func<Cx, Task> program, Func<string> said, int from = 1)
    {
        var counts = new Dictionary<string, long>();
        Run(text, executions, program, result =>
        {
            var key = said();
            if (result.Index >= from)
            {
                counts[key] = counts.GetValueOrDefault(key) + 1;
            }
        });
        return counts;
    }
}
