using System.Diagnostics;
using System.Globalization;

namespace Lab.Bench;

/// <summary>
/// <c>native-stress</c>: every spec of Core on the native host, again and again for five minutes, with 1 to 16 workers and more runs of each program than
/// the tests make, while other threads take the processors away and give them back.
/// </summary>
internal static class NativeStressFigures
{
    private static readonly TimeSpan s_length = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_hang = TimeSpan.FromMinutes(10);
    private static readonly int[] s_workers = [2, 4, 1, 8, 3, 16];

    internal static IEnumerable<Row> Run()
    {
        var root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../.."));
        var scratch = Directory.CreateTempSubdirectory("lab-native-stress-");
        try
        {
            SpecRun.Build(root);
            using var load = new Load();
            var specs = new SpecRun(SpecRun.Built(root), Path.Combine(scratch.FullName, "specs"));
            var (rounds, passed, failed) = (0, 0, 0);
            var start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start) < s_length && failed == 0)
            {
                specs.Environment["LAB_SPEC_WORKERS"] = s_workers[rounds % s_workers.Length].ToString(CultureInfo.InvariantCulture);
                specs.Environment["LAB_SPEC_RUNS"] = "100";
                var outcome = specs.Run(["Spec(Native)"], [], s_hang);
                rounds++;
                passed += outcome.Passed;
                if (outcome.Killer is { } killer)
                {
                    failed++;
                    Console.Error.WriteLine($"round {rounds}, {specs.Environment["LAB_SPEC_WORKERS"]} workers: {killer}");
                }
            }

            yield return Row.AtLeast("minutes of specs on native workers, under load", Stopwatch.GetElapsedTime(start).TotalMinutes, "min", s_length.TotalMinutes);
            yield return Row.AtLeast("rounds with 1, 2, 3, 4, 8 or 16 workers", rounds, "rounds", 1);
            yield return Row.AtLeast("specs passed, each 100 times", passed, "specs", rounds);
            yield return Row.Exactly("specs failed, or hung", failed, "specs", 0);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    /// <summary>Threads that compute for some milliseconds, and pause for others: steps are interrupted at all places.</summary>
    private sealed class Load : IDisposable
    {
        private readonly CancellationTokenSource _end = new();

        internal Load()
        {
            for (var i = 0; i < Environment.ProcessorCount; i++)
            {
                var random = new Random(i);
                new Thread(() => Burn(random)) { IsBackground = true }.Start();
            }
        }

        private void Burn(Random random)
        {
            while (!_end.IsCancellationRequested)
            {
                var start = Stopwatch.GetTimestamp();
                var busy = TimeSpan.FromMilliseconds(random.Next(1, 20));
                while (Stopwatch.GetElapsedTime(start) < busy)
                {
                    Thread.SpinWait(100);
                }

                Thread.Sleep(random.Next(1, 20));
            }
        }

        public void Dispose() => _end.Cancel();
    }
}
