using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Bench;

/// <summary><c>lab-speed</c>: the lab against a bare pump, in one process; and what a step allocates, in the lab and natively.</summary>
internal static class LabSpeedFigures
{
    /// <summary>The goals for whole executions are stated for a machine whose bare pump does this many steps per second.</summary>
    private const double ReferencePump = 30e6;

    /// <summary>A slice of either side is not shorter than this.</summary>
    private const int LeastSteps = 600_000;

    /// <summary>
    /// How often a task yields at least, so that a figure is one of steps, and alike at every number of tasks: to start and end a task costs as much as
    /// some eight steps among 10,000, which is then less than a hundredth.
    /// </summary>
    private const int LeastRounds = 1_000;

    internal static IEnumerable<Row> Run()
    {
        foreach (var tasks in new[] { 10, 100, 10_000 })
        {
            var (lab, bare, ratio) = Yielding(tasks, Math.Max(LeastRounds, LeastSteps / tasks));
            yield return new Row($"steps/s, lab, {tasks} tasks that yield", lab, "1/s");
            yield return new Row($"steps/s, bare pump, {tasks} tasks", bare, "1/s");
            yield return Row.AtLeast($"lab / bare pump, {tasks} tasks", ratio, "x", 0.5);
        }

        yield return new Row("lab / bare pump, 10000 tasks that start, yield 60 times and end", Yielding(10_000, 60).Ratio, "x");

        foreach (var (name, make) in Programs.Steady)
        {
            yield return Row.Exactly($"bytes/step in the lab: {name}", LabBytesPerStep(make), "B", 0);
            yield return Row.Exactly($"bytes/operation natively: {name}", NativeBytesPerRound(make), "B", 0);
        }

        foreach (var row in Executions("2 producers, 1 consumer, capacity 8, 100 messages", Programs.Messages(2, 50, 8), 1_000, 60_000))
        {
            yield return row;
        }

        foreach (var row in Executions("two-task empty program", Programs.TwoTasks, 20_000, 1_000_000))
        {
            yield return row;
        }
    }

    private static (double Lab, double Bare, double Ratio) Yielding(int tasks, int rounds)
    {
        var engine = new LabEngine(new LabOptions { StepLimit = long.MaxValue });
        var program = Programs.Yields(tasks, rounds);
        var walk = new RandomWalk();
        var seed = 0UL;
        return Slices.Compare(
            () => engine.Run(program, walk, new Seed(seed++), 1).Steps,
            () => BarePump.Yields(tasks, rounds));
    }

    private static IEnumerable<Row> Executions(string name, Func<Cx, Task> program, int count, double goal)
    {
        var engine = new LabEngine(new LabOptions());
        var walk = new RandomWalk();
        var (rate, bare, ratio) = Slices.Compare(
            () =>
            {
                for (var i = 1; i <= count; i++)
                {
                    var result = engine.Run(program, walk, new Seed(7).ForExecution(i), i);
                    if (result.Verdict.IsFailure)
                    {
                        throw new InvalidOperationException($"{name}: {result.Verdict}");
                    }
                }

                return count;
            },
            () => BarePump.Yields(10, 60_000));
        yield return new Row($"executions/s here, {name}", rate, "1/s");
        yield return new Row("bare pump here, same run", bare, "1/s");
        yield return Row.AtLeast($"executions/s where the bare pump does 30 M steps/s, {name}", ratio * ReferencePump, "1/s", goal);
    }

    /// <summary>What more steps cost: the difference between a long and a longer execution, so that starting up does not count.</summary>
    private static double LabBytesPerStep(Func<int, Func<Cx, Task>> make)
    {
        var engine = new LabEngine(new LabOptions { StepLimit = long.MaxValue });
        var walk = new RandomWalk();
        (long Bytes, long Steps) Measure(int rounds)
        {
            var program = make(rounds);
            engine.Run(program, walk, new Seed(1), 1);
            engine.Run(program, walk, new Seed(1), 1);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var steps = engine.Run(program, walk, new Seed(1), 1).Steps;
            return (GC.GetAllocatedBytesForCurrentThread() - before, steps);
        }

        Measure(40_000);
        var few = Measure(20_000);
        var many = Measure(40_000);
        return (double)(many.Bytes - few.Bytes) / (many.Steps - few.Steps);
    }

    /// <summary>
    /// The same natively: what the only worker's thread allocates while the program's tasks run. Every byte counts, and nobody else's: the process as a
    /// whole also compiles, and looks after its threads.
    /// </summary>
    private static double NativeBytesPerRound(Func<int, Func<Cx, Task>> make)
    {
        using var runtime = new Runtime(new RuntimeOptions { Workers = 1 });
        long Measure(int rounds)
        {
            var program = make(rounds);
            var bytes = 0L;
            runtime.RunAsync(async cx =>
            {
                var worker = Environment.CurrentManagedThreadId;
                var before = GC.GetAllocatedBytesForCurrentThread();
                await program(cx);
                if (Environment.CurrentManagedThreadId != worker)
                {
                    throw new InvalidOperationException("the program ran on more than one thread");
                }

                bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            }).GetAwaiter().GetResult();
            return bytes;
        }

        Measure(20_000);
        Measure(20_000);
        var few = Measure(10_000);
        var many = Measure(20_000);
        return (many - few) / 10_000.0;
    }
}
