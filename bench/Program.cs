using System.Globalization;
using System.Text.Json;
using Lab.Bench;
using Lab.Bench.HotPaths;
using Lab.Bench.Contention;
using Lab.Bench.Native;
using Spectre.Console;

var figures = new Dictionary<string, (string About, Func<IEnumerable<Row>> Run)>
{
    ["determinism"] = ("the same schedule gives the same trace bytes, everywhere", DeterminismFigures.Run),
    ["orders"] = ("equal tasks run in all orders equally often", OrderFigures.Run),
    ["samples"] = ("executions to each sample's bug; fixed versions survive", SampleFigures.Run),
    ["stress"] = ("random programs on native workers for a minute", StressFigures.Run),
    ["mutants"] = ("known bugs put into Core, and which spec sees each", () => MutationFigures.Run(args)),
    ["pct-bound"] = ("PCT finds bugs of depth d as often as its theorem says, and random walk does not", PctBoundFigures.Run),
    ["counts"] = ("exhaustive searches run exactly as many executions as there are", CountFigures.Run),
    ["dpor-speed"] = ("executions per second of DPOR and of depth-first search against the random walk", DporSpeedFigures.Run),
    ["bug-table"] = ("executions to the bug of classic programs, every strategy", () => BugTableFigures.Run(args)),
    ["scale"] = ("two workers against one; memory over ten million executions", ScaleFigures.Run),
    ["shrink"] = ("pre-emptions after shrinking against the true minimum, and the time it takes", ShrinkFigures.Run),
    ["linearizability"] = ("steps of the check with and without memory, checked executions per second", LinearizabilityFigures.Run),
    ["lab-speed"] = ("lab steps and executions per second against a bare pump, bytes per step", LabSpeedFigures.Run),
    ["hot-paths"] = ("nanoseconds, bytes, gates and interlocked operations of every hot path", () => HotPathFigures.Run(args)),
    ["native-stress"] = ("the specs natively, again and again for five minutes, under load, with 1 to 16 workers", NativeStressFigures.Run),
    ["latency"] = ("the wake of a task whose workers sleep, beside the thread pool; an idle runtime's processor time", LatencyFigures.Run),
    ["contention"] = ("contended gates and failed compare-exchanges with 1 to 16 workers", ContentionFigures.Run),
    ["viewer"] = ("a page of 100,000 events: its size, opening and scrubbing in Chromium", ViewerFigures.Run),
};

// Production's speed is measured as production runs it: without observation. This must come before the first use of Core (one value per process).
if (args.Any(NativeFigures.Names.ContainsKey) || args.Contains("latency") || args is [HotPathChild.Name, HotPathChild.Native] or [ContentionChild.Name])
{
    AppContext.SetSwitch("Lab.Core.Instrumentation", false);
}

foreach (var (name, (about, contests)) in NativeFigures.Names)
{
    figures[name] = (about, () => NativeFigures.Rows(contests()));
}

if (args is [DeterminismFigures.ChildName])
{
    DeterminismFigures.Hashes(replay: false).Blocks.ForEach(Console.WriteLine);
    return 0;
}

if (args is [ContentionChild.Name])
{
    ContentionChild.Run();
    return 0;
}

if (args is [HotPathChild.Name, var host])
{
    HotPathChild.Run(host);
    return 0;
}

var json = args.Contains("--json");
var names = args.Where(a => !a.StartsWith('-')).ToArray();
if (names.Length != 1 || !figures.TryGetValue(names[0], out var figure))
{
    Console.Error.WriteLine($"usage: dotnet run -c Release --project bench -- NAME [--json]; NAME is one of: {string.Join(", ", figures.Keys)}");
    Console.Error.WriteLine($"{BenchmarkMode.Option}: through BenchmarkDotNet; for {string.Join(", ", NativeFigures.Names.Keys)}");
    return 2;
}

if (args.Contains(BenchmarkMode.Option) && NativeFigures.Names.ContainsKey(names[0]))
{
    return BenchmarkMode.Run(names[0]);
}

List<Row> rows;
try
{
    rows = [.. figure.Run()];
}
catch (UsageException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

if (json)
{
    Console.WriteLine(JsonSerializer.Serialize(rows.Select(r => new { name = r.Name, value = r.Value, unit = r.Unit, goal = r.Goal, holds = r.Holds, lower = r.Spread?.Lower, upper = r.Spread?.Upper })));
}
else
{
    var table = new Table().AddColumns("figure", "value", "unit", "goal", "holds");
    table.Border = TableBorder.Ascii;
    foreach (var row in rows)
    {
        table.AddRow(
            Markup.Escape(row.Name),
            Number(row.Value) + (row.Spread is var (lower, upper) ? $" ({Number(lower)} to {Number(upper)})" : ""),
            row.Unit,
            row.Goal ?? "",
            row.Holds switch { true => "yes", false => "NO", null => "" });
    }

    AnsiConsole.Write(table);
}

return rows.Exists(r => r.Holds == false) ? 1 : 0;

static string Number(double value) => value.ToString(Math.Abs(value) >= 100 ? "#,0" : "0.####", CultureInfo.InvariantCulture);
