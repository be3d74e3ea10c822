using System.Diagnostics;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Seeds;
using Lab.Strategies;

var engine = new LabEngine(new LabOptions { StepLimit = long.MaxValue });
foreach (var n in args.Length > 0 ? args.Select(int.Parse).ToArray() : new[] { 10, 100, 10_000 })
{
    var rounds = 2_000_000 / n;
    Func<Cx, Task> program = cx => cx.ScopeAsync(scope =>
    {
        for (var i = 0; i < n; i++) scope.Spawn(async c => { for (var j = 0; j < rounds; j++) await c.YieldAsync(); });
        return Task.CompletedTask;
    });
    for (var k = 0; k < 4; k++)
    {
        var a = GC.GetAllocatedBytesForCurrentThread();
        var t = Stopwatch.GetTimestamp();
        var r = engine.Run(program, new RandomWalk(), new Seed((ulong)k), k);
        var s = Stopwatch.GetElapsedTime(t).TotalSeconds;
        var t2 = Stopwatch.GetTimestamp();
        var bare = Bare(n, rounds);
        var s2 = Stopwatch.GetElapsedTime(t2).TotalSeconds;
        Console.WriteLine($"{n}: {r.Verdict} {r.Steps} steps {r.Steps / s / 1e6:F1} M/s; bare {bare / s2 / 1e6:F1} M/s ratio {r.Steps / s / (bare / s2):F2} alloc/step {(double)(GC.GetAllocatedBytesForCurrentThread() - a) / r.Steps:F2}");
    }
}
Func<Cx, Task> two = static cx => cx.ScopeAsync(static scope => { scope.Spawn(static c => Task.CompletedTask); scope.Spawn(static c => Task.CompletedTask); return Task.CompletedTask; });
for (var k = 0; k < 5; k++)
{
    var walk = new RandomWalk();
    var a = GC.GetAllocatedBytesForCurrentThread();
    var t = Stopwatch.GetTimestamp();
    for (var i = 0; i < 300_000; i++) engine.Run(two, walk, new Seed((ulong)i), i);
    var s = Stopwatch.GetElapsedTime(t).TotalSeconds;
    Console.WriteLine($"two-task: {300_000 / s:F0}/s  {(double)(GC.GetAllocatedBytesForCurrentThread() - a) / 300_000:F0} B");
}
return 0;

static long Bare(int n, int rounds)
{
    var pump = new Pump();
    var before = SynchronizationContext.Current;
    SynchronizationContext.SetSynchronizationContext(pump);
    for (var i = 0; i < n; i++) _ = Go(rounds);
    pump.Run();
    SynchronizationContext.SetSynchronizationContext(before);
    return pump.Steps;
    static async Task Go(int rounds) { for (var j = 0; j < rounds; j++) await Task.Yield(); }
}

sealed class Pump : SynchronizationContext
{
    private (SendOrPostCallback, object?)[] _items = new (SendOrPostCallback, object?)[16];
    private int _count;
    private Prng _prng = new(new Seed(1));
    public long Steps;
    public override void Post(SendOrPostCallback d, object? state)
    {
        if (_count == _items.Length) Array.Resize(ref _items, _count * 2);
        _items[_count++] = (d, state);
    }
    public void Run()
    {
        while (_count > 0)
        {
            var i = _prng.Next(_count);
            var (d, s) = _items[i];
            _items[i] = _items[--_count];
            Steps++;
            d(s);
        }
    }
}
