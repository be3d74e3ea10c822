using System.Globalization;
using System.Reflection;
using Lab.Bench.HotPaths;
using Lab.Core.Channels;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;

namespace Lab.Bench.Contention;

/// <summary>The process that runs with the counting Core. Prints one line for each program and number of workers, with tabs between.</summary>
internal static class ContentionChild
{
    internal const string Name = "contention-child";

    private const int Runs = 11;
    private const int Operations = 50_000;
    private const int FannedOut = 1_000;
    private const int Producers = 8;
    private const int Capacity = 128;

    private static readonly int[] s_workers = [1, 2, 4, 8, 16];

    internal static void Run()
    {
        var counters = typeof(Cx).Assembly.GetType(CountingCore.Counters)!;
        Field(counters, CountingCore.FailuresOnly).SetValue(null, true);
        foreach (var (name, program) in new (string, Func<Cx, Task>)[] { ("fan-out", FanOut), ("8 producers", ManyProducers) })
        {
            foreach (var workers in s_workers)
            {
                using var runtime = new Runtime(new RuntimeOptions { Workers = workers });
                var figures = Measure(runtime, program, counters);
                Console.WriteLine(string.Join('\t', figures.Select(value => value.ToString(CultureInfo.InvariantCulture)).Prepend($"{name}, {workers} workers")));
            }
        }
    }

    private static double[] Measure(Runtime runtime, Func<Cx, Task> program, Type counters)
    {
        void RunOnce() => runtime.RunAsync(program).GetAwaiter().GetResult();
        for (var i = 0; i < Runs; i++)
        {
            RunOnce();
            Thread.Sleep(20);
        }

        var (rates, gates, failures, sleeps) = (new double[Runs], new double[Runs], new double[Runs], new double[Runs]);
        for (var i = 0; i < Runs; i++)
        {
            var (gate, failure, sleep) = (Value(counters, CountingCore.ContendedGates), Value(counters, CountingCore.FailedExchanges), runtime.Sleeps);
            rates[i] = Slices.Rate(() =>
            {
                RunOnce();
                return Operations;
            });
            gates[i] = (Value(counters, CountingCore.ContendedGates) - gate) * 1000.0 / Operations;
            failures[i] = (Value(counters, CountingCore.FailedExchanges) - failure) * 1000.0 / Operations;
            sleeps[i] = (runtime.Sleeps - sleep) * 1000.0 / Operations;
        }

        return [Slices.Median(rates), Slices.Quantile(rates, 0.25), Slices.Quantile(rates, 0.75), Slices.Median(gates), Slices.Median(failures), Slices.Median(sleeps)];
    }

    /// <summary>One task starts a thousand at a time and waits for them; each yields once. An operation is a task.</summary>
    private static async Task FanOut(Cx cx)
    {
        for (var i = 0; i < Operations / FannedOut; i++)
        {
            await using var scope = cx.OpenScope();
            for (var j = 0; j < FannedOut; j++)
            {
                scope.Spawn(static async (_, c) => await c.YieldAsync(), j, SpawnOptions.Pooled);
            }

            await scope.JoinAsync(cx);
        }
    }

    /// <summary>Eight tasks send into a channel of 128 as fast as they can, one receives. An operation is a message.</summary>
    private static async Task ManyProducers(Cx cx)
    {
        var (tx, rx) = Mpsc.Bounded<int>(Capacity);
        await using var scope = cx.OpenScope();
        for (var i = 0; i < Producers; i++)
        {
            scope.Spawn(async c =>
            {
                for (var j = 0; j < Operations / Producers; j++)
                {
                    await tx.SendAsync(j, c);
                }
            });
        }

        for (var i = 0; i < Operations; i++)
        {
            await rx.ReceiveAsync(cx);
        }

        await scope.JoinAsync(cx);
    }

    private static FieldInfo Field(Type counters, string name) => counters.GetField(name)!;

    private static long Value(Type counters, string name) => (long)Field(counters, name).GetValue(null)!;
}
