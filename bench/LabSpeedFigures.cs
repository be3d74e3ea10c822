using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Bench;

/// <summary>The lab against a bare pump, in one process.</summary>
internal static class LabSpeedFigures
{
    internal static IEnumerable<Row> Run()
    {
        var engine = new LabEngine(new LabOptions { StepLimit = long.MaxValue });
        foreach (var tasks in new[] { 10, 100, 10_000 })
        {
            var rounds = 600_000 / tasks;
            var program = Yields(tasks, rounds);
            var walk = new RandomWalk();
            var seed = 0UL;
            var (lab, bare, ratio) = Slices.Compare(
                () => engine.Run(program, walk, new Seed(seed++), 1).Steps,
                () => BarePump.Yields(tasks, rounds));
            yield return new Row($"steps/s, lab, {tasks} tasks that yield", lab, "1/s");
            yield return new Row($"steps/s, bare pump, {tasks} tasks", bare, "1/s");
            yield return Row.AtLeast($"lab / bare pump, {tasks} tasks", ratio, "x", 0.5);
        }

        // The goals are for a machine whose bare pump does 30 M steps/s; they scale with what it does here.
        var (two, barePerSecond, _) = Slices.Compare(() => Executions(engine, TwoTasks, 20_000), () => BarePump.Yields(10, 60_000));
        var scale = barePerSecond / 30e6;
        yield return new Row("executions/s, two-task empty program", two, "1/s");
        yield return Row.AtLeast("the same on a machine whose bare pump does 30 M steps/s", two / scale, "1/s", 1_000_000);
    }

    private static long Executions(LabEngine engine, Func<Cx, Task> program, int count)
    {
        var walk = new RandomWalk();
        for (var i = 1; i <= count; i++)
        {
            engine.Run(program, walk, new Seed(7).ForExecution(i), i);
        }

        return count;
    }

    private static Func<Cx, Task> Yields(int tasks, int rounds) => cx => cx.ScopeAsync(scope =>
    {
        for (var i = 0; i < tasks; i++)
        {
            scope.Spawn(async c =>
            {
                for (var round = 0; round < rounds; round++)
                {
                    await c.YieldAsync();
                }
            });
        }

        return Task.CompletedTask;
    });

    private static readonly Func<Cx, Task> TwoTasks = static cx => cx.ScopeAsync(static scope =>
    {
        scope.Spawn(static c => Task.CompletedTask);
        scope.Spawn(static c => Task.CompletedTask);
        return Task.CompletedTask;
    });
}
