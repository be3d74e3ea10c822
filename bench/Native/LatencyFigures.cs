using System.Diagnostics;
using Lab.Core.Sync;
using Lab.Core.Tasks;

namespace Lab.Bench.Native;

/// <summary>
/// <c>latency</c>: a thread that is no worker wakes a task of a runtime in which every worker sleeps; the same with the thread pool. And what a runtime
/// costs that has nothing to do, or next to nothing.
/// </summary>
internal static class LatencyFigures
{
    private const int Rounds = 300;
    private const int Blocks = 10;
    private const double Idle = 2;

    /// <summary>Steps of a tenth of a second, so that all of them take a second.</summary>
    private const int LongSteps = 10;

    /// <summary>Processor time in a second for taking ten short tasks from another worker, and for looking every 2 ms whether there is one more.</summary>
    private const double BesideGoal = 50;

    /// <summary>No worse than the thread pool; two measurements of the same differ by up to a twentieth.</summary>
    private const double Goal = 1;
    private const double JudgedAt = 1.05;

    internal static IEnumerable<Row> Run()
    {
        using var runtime = new Runtime(new RuntimeOptions { Workers = Environment.ProcessorCount });
        var ours = new Ours(runtime);
        var pool = new Pool();
        Measure(ours);
        Measure(pool);
        var (a, b) = (new double[Blocks][], new double[Blocks][]);
        for (var i = 0; i < Blocks; i++)
        {
            a[i] = Measure(ours);
            b[i] = Measure(pool);
        }

        foreach (var (name, q) in new[] { ("p50", 0.5), ("p99", 0.99) })
        {
            yield return Spread($"wake of a task whose workers sleep, {name}: ours", [.. a.Select(block => Slices.Quantile(block, q))], "us");
            yield return Spread($"wake of a task whose workers sleep, {name}: thread pool", [.. b.Select(block => Slices.Quantile(block, q))], "us");
            var ratios = a.Zip(b, (x, y) => Slices.Quantile(x, q) / Slices.Quantile(y, q)).ToArray();
            yield return Row.AtMost($"wake of a task whose workers sleep, {name}: ours / thread pool", Slices.Median(ratios), "x", Goal, JudgedAt)
                with { Spread = (Slices.Quantile(ratios, 0.25), Slices.Quantile(ratios, 0.75)) };
        }

        var (workers, process) = IdleTime(runtime);
        yield return new Row($"processor time of a process with an idle runtime in {Idle} s, its own housekeeping included", process, "ms");
        if (OperatingSystem.IsLinux())
        {
            yield return Row.Exactly($"processor time of an idle runtime's workers in {Idle} s, with a timer an hour off", workers, "ms", 0);
            var beside = Enumerable.Range(0, 3).Select(static _ => BesideLongSteps()).ToArray();
            yield return Row.AtMost("processor time that the second worker needs in 1 s beside steps of 100 ms with a task queued in each", Slices.Median(beside), "ms", BesideGoal)
                with { Spread = (beside.Min(), beside.Max()) };
        }
    }

    private static Row Spread(string name, double[] values, string unit) =>
        new(name, Slices.Median(values), unit) { Spread = (Slices.Quantile(values, 0.25), Slices.Quantile(values, 0.75)) };

    /// <summary>From before the call that wakes to the first line of the task after its wait, in microseconds.</summary>
    private static double[] Measure(ISleeper sleeper)
    {
        var latencies = new double[Rounds];
        for (var i = 0; i < Rounds; i++)
        {
            // Longer than any spinning before a sleep.
            Thread.Sleep(2);
            var start = Stopwatch.GetTimestamp();
            sleeper.Wake();
            long end;
            while ((end = Interlocked.Exchange(ref sleeper.Awake, 0)) == 0)
            {
                Thread.SpinWait(10);
            }

            latencies[i] = Stopwatch.GetElapsedTime(start, end).TotalMicroseconds;
        }

        return latencies;
    }

    /// <summary>Of its workers by the kernel's own count (on Linux), and of the whole process, in milliseconds.</summary>
    private static (double Workers, double Process) IdleTime(Runtime runtime)
    {
        var workers = OperatingSystem.IsLinux() ? Enumerable.Range(0, Environment.ProcessorCount).SelectMany(i => Named($"lab worker {i}")).ToArray() : [];
        runtime.Spawn(static async cx => await cx.DelayAsync(TimeSpan.FromHours(1)));
        Thread.Sleep(TimeSpan.FromSeconds(1));
        using var process = Process.GetCurrentProcess();
        process.Refresh();
        var (before, workersBefore) = (process.TotalProcessorTime, workers.Sum(ProcessorTime));
        Thread.Sleep(TimeSpan.FromSeconds(Idle));
        process.Refresh();
        return (workers.Sum(ProcessorTime) - workersBefore, (process.TotalProcessorTime - before).TotalMilliseconds);
    }

    /// <summary>
    /// One worker takes long steps, and spawns a short task in each, for the other one to find. What the workers' threads need and those steps do not, by
    /// the kernel's own count: what else runs on the machine is not in it.
    /// </summary>
    private static double BesideLongSteps()
    {
        using var runtime = new Runtime(new RuntimeOptions { Workers = 2 });
        var threads = new[] { "lab worker 0", "lab worker 1" }.SelectMany(Named).ToArray();
        var before = threads.Sum(ProcessorTime);
        var inSteps = 0.0;
        runtime.RunAsync(cx => cx.ScopeAsync(async scope =>
        {
            for (var i = 0; i < LongSteps; i++)
            {
                scope.Spawn(static _ => Task.CompletedTask);
                var begun = ProcessorTime("thread-self");
                for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < 1.0 / LongSteps;)
                {
                }

                inSteps += ProcessorTime("thread-self") - begun;
                await cx.YieldAsync();
            }
        })).GetAwaiter().GetResult();
        return threads.Sum(ProcessorTime) - before - inSteps;
    }

    /// <summary>The youngest thread of that name, for earlier runtimes of this process may not be over yet. By when it began: ids start again from below.</summary>
    private static IEnumerable<string> Named(string name) => Directory.GetDirectories("/proc/self/task")
        .Where(thread => File.ReadAllText($"{thread}/comm").Trim() == name)
        .OrderBy(Begun)
        .Select(static thread => $"self/task/{Path.GetFileName(thread)}")
        .TakeLast(1);

    /// <summary>When a thread began, in the kernel's ticks: the 22nd field of its line, of which the second is a name in parentheses.</summary>
    private static long Begun(string thread)
    {
        var line = File.ReadAllText($"{thread}/stat");
        return long.Parse(line[(line.LastIndexOf(')') + 2)..].Split(' ')[19], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Of a thread, in milliseconds.</summary>
    private static double ProcessorTime(string thread) =>
        long.Parse(File.ReadAllText($"/proc/{thread}/schedstat").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) / 1e6;

    private interface ISleeper
    {
        /// <summary>When the task was awake, in ticks of the stopwatch; 0 as long as it is not.</summary>
        ref long Awake { get; }

        void Wake();
    }

    private sealed class Ours : ISleeper
    {
        private readonly Notify _notify = new();
        private long _awake;

        internal Ours(Runtime runtime) => runtime.Spawn(async cx =>
        {
            while (true)
            {
                await _notify.WaitAsync(cx);
                Interlocked.Exchange(ref _awake, Stopwatch.GetTimestamp());
            }
        });

        public ref long Awake => ref _awake;

        public void Wake() => _notify.NotifyOne();
    }

    private sealed class Pool : ISleeper
    {
        private readonly SemaphoreSlim _semaphore = new(0);
        private long _awake;

        internal Pool() => _ = Task.Run(async () =>
        {
            while (true)
            {
                await _semaphore.WaitAsync();
                Interlocked.Exchange(ref _awake, Stopwatch.GetTimestamp());
            }
        });

        public ref long Awake => ref _awake;

        public void Wake() => _semaphore.Release();
    }
}
