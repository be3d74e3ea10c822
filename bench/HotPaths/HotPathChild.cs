using System.Diagnostics;
using System.Globalization;
using Lab.Core.Tasks;

namespace Lab.Bench.HotPaths;

/// <summary>
/// The process that measures: observation has one value per process, and counting needs another Core. Prints one line for each path: name, operation
/// and two figures, with tabs between.
/// </summary>
internal static class HotPathChild
{
    internal const string Name = "hot-paths-child";
    internal const string Native = "native";
    internal const string InLab = "lab";

    private const int Runs = 15;

    /// <summary>For each path: the compiler's last tier comes after thirty calls and some hundred milliseconds.</summary>
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(0.8);

    internal static void Run(string host)
    {
        foreach (var path in host == Native ? HotPathPrograms.Native() : HotPathPrograms.InLab())
        {
            var (left, right) = typeof(Cx).Assembly.GetType(CountingCore.Counters) is { } counters ? Count(path, counters) : Measure(path);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path.Name}\t{path.Operation}\t{left}\t{right}"));
        }
    }

    private static (double Nanoseconds, double Bytes) Measure(HotPath path)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < s_warmUp)
        {
            path.Run();

            // Lets the compiler's own thread in.
            Thread.Sleep(1);
        }

        var (rates, bytes) = (new double[Runs], new double[Runs]);
        for (var i = 0; i < Runs; i++)
        {
            rates[i] = 1e9 / Slices.Rate(path.Run);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var operations = path.Run();
            bytes[i] = (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / operations;
        }

        // What starting the run allocates is spread over its operations: less than a tenth of a byte.
        return (Slices.Median(rates), Math.Round(Slices.Median(bytes), 1));
    }

    private static (double Gates, double Exchanges) Count(HotPath path, Type counters)
    {
        long Value(string field) => (long)counters.GetField(field)!.GetValue(null)!;
        var (gates, exchanges) = (new double[Runs], new double[Runs]);
        for (var i = 0; i < Runs; i++)
        {
            var before = (Gates: Value(CountingCore.Gates), Exchanges: Value(CountingCore.Exchanges));
            var operations = path.Run();
            gates[i] = (double)(Value(CountingCore.Gates) - before.Gates) / operations;
            exchanges[i] = (double)(Value(CountingCore.Exchanges) - before.Exchanges) / operations;
        }

        return (Math.Round(Slices.Median(gates), 2), Math.Round(Slices.Median(exchanges), 2));
    }
}
