using System.Diagnostics;
using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Sharing;

namespace Lab.Bench;

/// <summary><c>scale</c>: two workers against one, and memory over ten million executions.</summary>
internal static class ScaleFigures
{
    private const long Million = 1_000_000;

    internal static IEnumerable<Row> Run()
    {
        // What the machine gives to threads that share nothing: the rows below can come near it, not above.
        var (_, _, ceiling) = Slices.Compare(() => Spin(threads: 2), () => Spin(threads: 1));
        yield return new Row("2 threads / 1 thread, arithmetic that shares nothing", ceiling, "x");

        foreach (var (name, program, executions) in new[]
        {
            ("2 producers, 1 consumer, 100 messages", Programs.Messages(2, 50, 8), 30_000L),
            ("two-task empty program", Programs.TwoTasks, 1_000_000L),
        })
        {
            var (two, one, ratio) = Slices.Compare(() => Explore(program, executions, workers: 2), () => Explore(program, executions, workers: 1));
            yield return new Row($"executions/s, 1 worker, {name}", one, "1/s");
            yield return new Row($"executions/s, 2 workers, {name}", two, "1/s");
            yield return Row.AtLeast($"2 workers / 1 worker, {name}", ratio, "x", 1.8);

            // What does not depend on who else uses the machine: near 1, and two free cores give near 2.
            yield return new Row($"processor time per execution, 2 workers / 1 worker, {name}", ProcessorTime(program, executions, 2) / ProcessorTime(program, executions, 1), "x");
        }

        foreach (var row in Memory("two-task empty program", Programs.TwoTasks, Million, 10 * Million))
        {
            yield return row;
        }

        foreach (var row in Memory("2.7 M orders of writes", TwoWriters, 3 * Million / 2, 3 * Million))
        {
            yield return row;
        }
    }

    private static long Explore(Func<Cx, Task> program, long executions, int workers) =>
        Explorer.Explore(program, new ExploreOptions { Executions = executions, Workers = workers }).Executions;

    /// <summary>Rounds done, 100 M on each thread.</summary>
    private static long Spin(int threads)
    {
        const long Rounds = 100_000_000;
        var all = Enumerable.Range(0, threads).Select(static _ => new Thread(static () =>
        {
            var sum = 1UL;
            for (var i = 0L; i < Rounds; i++)
            {
                sum = (sum * 6364136223846793005) + 1442695040888963407;
            }

            GC.KeepAlive(sum);
        })).ToList();
        all.ForEach(static thread => thread.Start());
        all.ForEach(static thread => thread.Join());
        return threads * Rounds;
    }

    /// <summary>Seconds of all threads; the median of a few runs.</summary>
    private static double ProcessorTime(Func<Cx, Task> program, long executions, int workers)
    {
        var runs = new double[5];
        using var process = Process.GetCurrentProcess();
        for (var i = 0; i < runs.Length; i++)
        {
            process.Refresh();
            var before = process.TotalProcessorTime;
            Explore(program, executions, workers);
            process.Refresh();
            runs[i] = (process.TotalProcessorTime - before).TotalSeconds;
        }

        return Slices.Median(runs);
    }

    /// <summary>How much more is alive, and how much more the process holds, after all executions than after the first part of them.</summary>
    private static IEnumerable<Row> Memory(string name, Func<Cx, Task> program, long from, long to)
    {
        (long Heap, long Process)? before = null, after = null;
        var result = Explorer.Explore(program, new ExploreOptions
        {
            Executions = to,
            Workers = Environment.ProcessorCount,

            // While the run lives, with all that it has gathered: near its end, not after it.
            Progress = progress =>
            {
                before ??= progress.Executions >= from ? Measure() : null;
                after ??= progress.Executions >= to * 0.98 ? Measure() : null;
            },
        });
        yield return new Row($"executions/s, all cores, {name}", Math.Round(result.Executions / result.Elapsed.TotalSeconds), "1/s");
        yield return new Row($"distinct interleavings, {name}", result.Distinct, "");
        yield return new Row($"live heap after {to / 1e6} M, {name}", Megabytes(after!.Value.Heap), "MB");
        yield return Row.AtMost($"live heap, growth from {from / 1e6} M to {to / 1e6} M, {name}", Megabytes(after.Value.Heap - before!.Value.Heap), "MB", 2);
        yield return Row.AtMost($"process, growth from {from / 1e6} M to {to / 1e6} M, {name}", Megabytes(after.Value.Process - before.Value.Process), "MB", 64);
    }

    private static (long Heap, long Process) Measure()
    {
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        using var process = Process.GetCurrentProcess();
        return (heap, process.WorkingSet64);
    }

    private static double Megabytes(long bytes) => Math.Round(bytes / 1e6, 1);

    // C(24, 12) = 2,704,156 orders: more than are kept.
    private static Task TwoWriters(Cx cx)
    {
        var value = new Shared<int>();
        return cx.ScopeAsync(scope =>
        {
            for (var i = 0; i < 2; i++)
            {
                scope.Spawn(async c =>
                {
                    for (var n = 0; n < 12; n++)
                    {
                        await value.WriteAsync(n, c);
                    }
                });
            }

            return Task.CompletedTask;
        });
    }
}
