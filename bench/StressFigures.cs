using System.Diagnostics;
using Lab.Classics;
using Lab.Core.Tasks;
using Lab.Generators;
using Lab.Seeds;

namespace Lab.Bench;

/// <summary>
/// <c>stress</c>: four native workers run random generated programs for a minute, many at a time. Each program checks itself against its model; a
/// program that does not end within half a minute is a hang; at the end no task is left. Then small ones, a fixed time of each kind, against all that the
/// lab has of them.
/// </summary>
internal static class StressFigures
{
    private static readonly TimeSpan s_length = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(30);

    private const long MostExecutions = 1000;
    private const int NativeRuns = 200;

    /// <summary>Of fewer programs a row would say nothing.</summary>
    private const int LeastCompared = 5;

    private static readonly TimeSpan s_comparison = TimeSpan.FromSeconds(20);

    private static readonly (string Name, Palette Palette, int Tasks, int Steps)[] s_compared =
    [
        ("shared variables", Palette.Shared, 2, 4),
        ("model locks", Palette.Model, 3, 2),
        ("the core's primitives", Palette.Core, 3, 2),
        ("cancellation and joins, two tasks", Palette.Control, 2, 4),
        ("cancellation and joins, three tasks", Palette.Control, 3, 2),
        ("several waits, two tasks", Palette.Several, 2, 2),
        ("several waits, three tasks", Palette.Several, 3, 1),
    ];

    internal static IEnumerable<Row> Run()
    {
        var (seconds, programs, violations, hangs, leaks, first) = RunAsync().GetAwaiter().GetResult();
        if (first is not null)
        {
            Console.Error.WriteLine(first);
        }

        yield return Row.AtLeast("seconds of random programs on 4 workers", seconds, "s", s_length.TotalSeconds);
        yield return new Row("programs run", programs, "programs");
        yield return Row.Exactly("violations of the model", violations, "programs", 0);
        yield return Row.Exactly("hangs", hangs, "programs", 0);
        yield return Row.Exactly("tasks left at the end", leaks, "tasks", 0);
        foreach (var (name, palette, count, steps) in s_compared)
        {
            foreach (var row in Against(name, palette, count, steps))
            {
                yield return row;
            }
        }
    }

    /// <summary>What native runs of random programs show against all that the lab has of them, with 2 and with 4 workers.</summary>
    private static IEnumerable<Row> Against(string name, Palette palette, int count, int steps)
    {
        var (compared, unknown, ofWorkers, runs, inLab, seen) = (0, 0, 0, 0L, 0L, 0L);
        Runtime[] runtimes = [new(new RuntimeOptions { Workers = 2 }), new(new RuntimeOptions { Workers = 4 })];
        var start = Stopwatch.GetTimestamp();
        for (var number = 0UL; Stopwatch.GetElapsedTime(start) < s_comparison; number++)
        {
            if (NativeEndings.Of(RandomProgram.Of(number, palette, count, steps), palette, MostExecutions) is not { } program)
            {
                continue;
            }

            foreach (var runtime in runtimes)
            {
                program.Run(runtime, NativeRuns);
            }

            compared++;
            runs += program.Runs;
            inLab += program.InLab;
            seen += program.Seen;
            ofWorkers += program.OfWorkersAlone is null ? 0 : 1;
            if (program.Unknown is not null && unknown++ < 3)
            {
                Console.Error.WriteLine($"program {number} of {palette}, {count} tasks of {steps} steps: {program}");
            }
        }

        var left = runtimes.Sum(static runtime => runtime.LiveTasks);
        foreach (var runtime in runtimes)
        {
            runtime.ShutdownAsync(TimeSpan.FromSeconds(5)).GetAwaiter().GetResult();
        }

        yield return Row.AtLeast($"{name}: programs run natively and searched in the lab", compared, "programs", LeastCompared);
        yield return new Row($"{name}: native runs", runs, "runs");
        yield return new Row($"{name}: endings of the lab seen natively", inLab == 0 ? 0 : 100.0 * seen / inLab, "%");

        // Only where several waits are started before the first is awaited may the dispatch of workers show what the explored one does not.
        var alone = $"{name}: programs with a native ending that the lab has under its work-stealing dispatch alone";
        yield return palette == Palette.Several ? new Row(alone, ofWorkers, "programs") : Row.Exactly(alone, ofWorkers, "programs", 0);
        yield return Row.Exactly($"{name}: programs with a native ending that the lab has not", unknown, "programs", 0);
        yield return Row.Exactly($"{name}: native tasks left", left, "tasks", 0);
    }

    private static async Task<(double Seconds, long Programs, int Violations, int Hangs, int Leaks, string? First)> RunAsync()
    {
        var runtime = new Runtime(new RuntimeOptions { Workers = 4 });
        var start = Stopwatch.GetTimestamp();
        var number = 0L;
        var violations = 0;
        var hangs = 0;
        string? first = null;

        async Task Lane()
        {
            while (Stopwatch.GetElapsedTime(start) < s_length && hangs == 0)
            {
                var i = Interlocked.Increment(ref number);
                var program = LabProgram.Random(new Seed((ulong)i), (int)(i % 100)) with { Patience = TimeSpan.FromMilliseconds(20) };
                try
                {
                    await runtime.RunAsync(program.Run).WaitAsync(s_hang);
                }
                catch (TimeoutException)
                {
                    Interlocked.Increment(ref hangs);
                    Interlocked.CompareExchange(ref first, $"hang of program {i}:\n{program}", null);
                }
                catch (Exception e)
                {
                    Interlocked.Increment(ref violations);
                    Interlocked.CompareExchange(ref first, $"program {i}: {e}\n{program}", null);
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Lane()));
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var left = runtime.LiveTasks;
        await runtime.ShutdownAsync(TimeSpan.FromSeconds(5));
        return (elapsed, number, violations, hangs, left, first);
    }
}
