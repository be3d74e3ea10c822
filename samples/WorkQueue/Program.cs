using Lab.Core.Tasks;
using Lab.Samples.Queueing;

// A shop tells other people's servers about its orders, and is redeployed in the middle of it.
await using var runtime = new Runtime();
await runtime.RunAsync(static async cx =>
{
    var (store, began, gate) = (new InMemoryJobStore(), cx.Clock.GetTimestamp(), new Lock());
    var options = new QueueOptions { Capacity = 4, Workers = 3, Observer = Print };
    var webhooks = new Webhooks();

    Console.WriteLine("First start: 4 places in the intake, 3 workers, 3 attempts of 200 ms, then a stop with 400 ms of grace.\n");
    await RunOnceAsync(uptime: TimeSpan.Zero, grace: TimeSpan.FromMilliseconds(400),
    [
        new("order-1", "shop.example 40 200"),
        new("order-2", "shop.example 40 503 200"),
        new("order-3", "bank.example 60 silence 200"),
        new("order-4", "gone.example 20 404"),
        new("order-5", "shop.example 150 200"),
        new("order-6", "shop.example 40 200"),
        new("order-7", "mail.example 180 503 503 200"),
        new("order-8", "shop.example 40 200"),
    ]);
    Console.WriteLine("\nSecond start: nothing is submitted; what the first left pending is done.\n");
    await RunOnceAsync(uptime: TimeSpan.FromMilliseconds(50), grace: TimeSpan.FromSeconds(5), []);

    async Task RunOnceAsync(TimeSpan uptime, TimeSpan grace, Job[] jobs)
    {
        await cx.ScopeAsync(async scope =>
        {
            var queue = new WorkQueue(store, webhooks, options);
            await queue.StartAsync(scope, cx);
            foreach (var job in jobs)
            {
                await queue.SubmitAsync(job, cx);
            }

            await cx.DelayAsync(uptime);
            await queue.StopAsync(grace, cx);
        });
        var all = await store.AllAsync(cx);
        var counts = all.GroupBy(static entry => entry.State).OrderBy(static g => g.Key).Select(static g => $"{g.Count()} {g.Key}");
        Console.WriteLine($"\n{all.Count} jobs: {string.Join(", ", counts)}");
    }

    void Print(QueueEvent e)
    {
        var what = e.Kind switch
        {
            QueueEventKind.Began => $"attempt {e.Attempt}",
            QueueEventKind.Failed => $"attempt {e.Attempt} failed: {e.Detail}",
            _ => e.Detail,
        };
        lock (gate)
        {
            Console.WriteLine($"{cx.Clock.GetElapsedTime(began).TotalMilliseconds,6:0} ms  {e.JobId}  {what}");
        }
    }
});
