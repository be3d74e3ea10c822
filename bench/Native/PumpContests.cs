using Lab.Core.Sync;
using Lab.Core.Tasks;

namespace Lab.Bench.Native;

/// <summary>
/// <c>pump</c>: the runtime without threads, pumped in frames of 8 ms with a look at the clock after each step, beside a runtime with one worker thread
/// and beside a bare synchronization context, which has neither lanes nor timers nor a budget and looks at no clock.
/// </summary>
internal static class PumpContests
{
    private const int Tasks = 10;
    private const int Yields = 40_000;
    private const int Rounds = 100_000;

    private static readonly TimeSpan s_frame = TimeSpan.FromMilliseconds(8);

    internal static IEnumerable<Contest> All()
    {
        using var pumped = new CooperativeRuntime();
        using var threaded = new Runtime(new RuntimeOptions { Workers = 1 });
        yield return new Contest(
            "yield, 10 tasks",
            Tasks * Yields,
            () => Pump(pumped, YieldAsync),
            new Rival("Runtime, 1 worker", () => threaded.RunAsync(YieldAsync).GetAwaiter().GetResult(), null),
            new Rival("a bare context", static () => BarePump.Yields(Tasks, Yields), null))
        {
            BytesGoal = 0,
        };
        yield return new Contest(
            "wait + wake",
            Rounds,
            () => Pump(pumped, PingPongAsync),
            new Rival("Runtime, 1 worker", () => threaded.RunAsync(PingPongAsync).GetAwaiter().GetResult(), null))
        {
            BytesGoal = 0,
        };
    }

    private static void Pump(CooperativeRuntime runtime, Func<Cx, Task> body)
    {
        var running = runtime.RunAsync(body);
        while (runtime.RunFor(s_frame).HasMore || !running.IsCompleted)
        {
        }
    }

    private static Task YieldAsync(Cx cx) => cx.ScopeAsync(static scope =>
    {
        for (var i = 0; i < Tasks; i++)
        {
            scope.Spawn(static async c =>
            {
                for (var round = 0; round < Yields; round++)
                {
                    await c.YieldAsync();
                }
            });
        }

        return Task.CompletedTask;
    });

    private static Task PingPongAsync(Cx cx)
    {
        Notify ping = new(), pong = new();
        return cx.ScopeAsync(scope =>
        {
            scope.Spawn(async c =>
            {
                for (var round = 0; round < Rounds; round++)
                {
                    await ping.WaitAsync(c);
                    pong.NotifyOne();
                }
            });
            scope.Spawn(async c =>
            {
                for (var round = 0; round < Rounds; round++)
                {
                    ping.NotifyOne();
                    await pong.WaitAsync(c);
                }
            });
            return Task.CompletedTask;
        });
    }
}
