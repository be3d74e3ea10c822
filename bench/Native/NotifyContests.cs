using Lab.Core.Sync;
using Lab.Core.Tasks;

namespace Lab.Bench.Native;

/// <summary><c>notify</c>: one task wakes another, in both directions.</summary>
internal static class NotifyContests
{
    private const int Rounds = 50_000;

    internal static IEnumerable<Contest> All()
    {
        using var runtime = new Runtime(new RuntimeOptions { Workers = 1 });
        yield return new Contest(
            "wait + wake",
            Rounds,
            () => runtime.RunAsync(PingPong).GetAwaiter().GetResult(),
            new Rival("SemaphoreSlim", () => Task.Run(SemaphorePingPong).GetAwaiter().GetResult(), 3))
        {
            BytesGoal = 0,
        };
    }

    private static async Task PingPong(Cx cx)
    {
        var (ping, pong) = (new Notify(), new Notify());
        await using var scope = cx.OpenScope();
        scope.Spawn(async c =>
        {
            for (var i = 0; i < Rounds / 2; i++)
            {
                await ping.WaitAsync(c);
                pong.NotifyOne();
            }
        });
        for (var i = 0; i < Rounds / 2; i++)
        {
            ping.NotifyOne();
            await pong.WaitAsync(cx);
        }

        await scope.JoinAsync(cx);
    }

    private static async Task SemaphorePingPong()
    {
        var (ping, pong) = (new SemaphoreSlim(0), new SemaphoreSlim(0));
        var other = Task.Run(async () =>
        {
            for (var i = 0; i < Rounds / 2; i++)
            {
                await ping.WaitAsync();
                pong.Release();
            }
        });
        for (var i = 0; i < Rounds / 2; i++)
        {
            ping.Release();
            await pong.WaitAsync();
        }

        await other;
    }
}
