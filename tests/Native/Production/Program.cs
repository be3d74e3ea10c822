// Production code: a channel, tasks, a timeout and cancellation on worker threads. Exit status 0 if all of it did what it should.
using Lab.Core.Channels;
using Lab.Core.Tasks;

await using var runtime = new Runtime(new RuntimeOptions { Workers = 2 });
var sum = await runtime.RunAsync(static async cx =>
{
    var (tx, rx) = Mpsc.Bounded<int>(capacity: 4);
    var total = 0;
    await cx.ScopeAsync(async scope =>
    {
        for (var producer = 0; producer < 4; producer++)
        {
            var mine = tx.Fork();
            scope.Spawn(async c =>
            {
                using (mine)
                {
                    for (var i = 1; i <= 100; i++)
                    {
                        await mine.SendAsync(i, c);
                    }
                }
            });
        }

        tx.Dispose();
        await foreach (var value in rx.ReadAllAsync(cx))
        {
            total += value;
        }
    });
    return total;
});
var isLate = await runtime.RunAsync(static async cx =>
{
    try
    {
        await cx.TimeoutAsync(TimeSpan.FromMilliseconds(1), static c => c.DelayAsync(TimeSpan.FromHours(1)).AsTask());
        return false;
    }
    catch (TimeoutException)
    {
        return true;
    }
});
Console.WriteLine($"{sum}, {(isLate ? "and a timeout that came" : "but no timeout")}");
return sum == 4 * 5_050 && isLate ? 0 : 1;
