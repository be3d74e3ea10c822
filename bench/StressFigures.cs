using System.Diagnostics;
using Lab.Core.Tasks;
using Lab.Generators;
using Lab.Seeds;

namespace Lab.Bench;

/// <summary>
/// <c>stress</c>: four native workers run random generated programs for a minute, many at a time. Each program checks itself against its model; a
/// program that does not end within half a minute is a hang; at the end no task is left.
/// </summary>
internal static class StressFigures
{
    private static readonly TimeSpan s_length = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(30);

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
