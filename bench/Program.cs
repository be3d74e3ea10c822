using System.Globalization;
using System.Text.Json;
using Lab.Bench;
using Lab.Bench.HotPaths;
using Lab.Bench.Contention;
using Lab.Bench.Native;
using Spectre.Console;

var figures = new Dictionary<string, Figure>
{
    ["determinism"] = new("the same schedule gives the same trace bytes, everywhere", DeterminismFigures.Run),
    ["orders"] = new("equal tasks run in all orders equally often", OrderFigures.Run),
    ["samples"] = new("executions to each sample's bug; fixed versions survive", SampleFigures.Run),
    ["stress"] = new("random programs on native workers for a minute; then small ones against all that the lab has of them", StressFigures.Run),
    ["mutants"] = new("known bugs put into Core, and which spec sees each", () => MutationFigures.Run(args), "--full", "--check", "--part=", "--only="),
    ["pct-bound"] = new("PCT finds bugs of depth d as often as its theorem says, and random walk does not", PctBoundFigures.Run),
    ["counts"] = new("exhaustive searches run exactly as many executions as there are", CountFigures.Run),
    ["dpor-speed"] = new("executions per second of DPOR and of depth-first search against the random walk", DporSpeedFigures.Run),
    ["bug-table"] = new("executions to the bug of classic programs, every strategy", () => BugTableFigures.Run(args), "--full", "--write"),
    ["scale"] = new("two workers against one; memory over ten million executions", ScaleFigures.Run),
    ["shrink"] = new("pre-emptions after shrinking against the true minimum, and the time it takes", ShrinkFigures.Run),
    ["linearizability"] = new("steps of the check with and without memory, checked executions per second", LinearizabilityFigures.Run),
    ["lab-speed"] = new("lab steps and executions per second against a bare pump, bytes per step", LabSpeedFigures.Run),
    ["hot-paths"] = new("nanoseconds, bytes, gates and interlocked operations of every hot path", () => HotPathFigures.Run(args), "--write", "--check"),
    ["native-stress"] = new("the specs natively, again and again for five minutes, under load, with 1 to 16 workers", NativeStressFigures.Run),
    ["latency"] = new("the wake of a task whose workers sleep, beside the thread pool; an idle runtime's processor time", LatencyFigures.Run),
    ["contention"] = new("contended gates and failed compare-exchanges with 1 to 16 workers", ContentionFigures.Run),
    ["viewer"] = new("a page of 100,000 events: its size, opening and scrubbing in Chromium", ViewerFigures.Run),
};

// Production's speed is measured as production runs it: without observation. This must come before the first use of Core (one value per process).
if (args.Any(NativeFigures.Names.ContainsKey) || args.Contains("latency") || args is [HotPathChild.Name, HotPathChild.Native] or [ContentionChild.Name])
{
    AppContext.SetSwitch("Lab.Core.Instrumentation", false);
}

foreach (var (name, (about, contests)) in NativeFigures.Names)
{
    figures[name] = new Figure(about, () => NativeFigures.Rows(contests()));
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

List<Row> rows;
bool isJson;
try
{
    if (args.Contains(BenchmarkMode.Option))
    {
        return BenchmarkMode.Run(Invocation.Parse(args, BenchmarkMode.OptionsOf), isFull: args.Contains(BenchmarkMode.Full));
    }

    (var name, isJson) = Invocation.Parse(args, name => figures.TryGetValue(name, out var known) ? known.Options : null);
    rows = [.. figures[name].Run()];
}
catch (UsageException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine("usage: dotnet run -c Release --project bench -- NAME [--json] [options]; NAME is one of:");
    foreach (var (name, figure) in figures)
    {
        Console.Error.WriteLine($"  {name,-16} {figure.About}{string.Concat(figure.Options.Select(static option => $" [{option}]"))}");
    }

    Console.Error.WriteLine($"{BenchmarkMode.Option} [{BenchmarkMode.Full}]: through BenchmarkDotNet; for {string.Join(", ", NativeFigures.Names.Keys)}");
    return 2;
}

if (isJson)
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
