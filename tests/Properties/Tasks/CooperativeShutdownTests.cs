using Lab.Core.Cancellation;
using Lab.Core.Tasks;
using NUnit.Framework;

namespace Lab.Properties.Tasks;

/// <summary>How a runtime ends that runs only while it is pumped.</summary>
public sealed class CooperativeShutdownTests
{
    private static readonly TimeSpan s_frame = TimeSpan.FromMilliseconds(16);
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);

    [Test]
    public async Task Shutdown_drains_while_somebody_pumps()
    {
        var runtime = new CooperativeRuntime();
        var cleanedUp = false;
        var running = runtime.RunAsync(async cx =>
        {
            try
            {
                await cx.DelayAsync(s_long);
            }
            finally
            {
                using (cx.Mask())
                {
                    await cx.DelayAsync(TimeSpan.FromMilliseconds(5));
                    cleanedUp = true;
                }
            }
        });
        runtime.RunFor(s_frame);
        var shutdown = runtime.ShutdownAsync(TimeSpan.FromSeconds(30));
        Assert.That(shutdown.IsCompleted, Is.False);
        while (!running.IsCompleted)
        {
            runtime.RunFor(s_frame);
        }

        Assert.That(await shutdown, Is.Empty);
        Assert.That(cleanedUp);
        await Assert.ThrowsAsync<CanceledException>(() => running);
        Assert.That((runtime.RunFor(s_frame), runtime.UntilDue), Is.EqualTo((default(PumpResult), (TimeSpan?)null)));
        Assert.That(() => runtime.Spawn(static _ => Task.CompletedTask), Throws.InvalidOperationException);
    }

    [Test]
    public async Task What_is_not_pumped_in_the_grace_period_is_abandoned_and_reported()
    {
        var runtime = new CooperativeRuntime();
        var running = runtime.RunAsync(static async cx => await cx.DelayAsync(s_long), new SpawnOptions { Name = "idle" });
        runtime.RunFor(s_frame);
        var left = await runtime.ShutdownAsync(TimeSpan.FromMilliseconds(20));
        Assert.That(left, Has.Count.EqualTo(1));
        Assert.That(left[0], Does.Contain("idle"));
        var error = await Assert.ThrowsAsync<CanceledException>(() => running);
        Assert.That(error!.Reason.Kind, Is.EqualTo(CancellationKind.Shutdown));
    }

    [Test]
    public void Disposal_pumps_what_can_end_without_waiting_and_abandons_the_rest()
    {
        var log = new List<string>();
        using (var runtime = new CooperativeRuntime())
        {
            runtime.Spawn(async cx =>
            {
                try
                {
                    await cx.DelayAsync(s_long);
                }
                finally
                {
                    log.Add("ended");
                }
            });
            runtime.Spawn(async cx =>
            {
                using (cx.Mask())
                {
                    await cx.DelayAsync(s_long);
                }

                log.Add("never");
            });
            runtime.RunFor(s_frame);
        }

        Assert.That(log, Is.EqualTo(new[] { "ended" }));
    }

    [Test]
    public void Disposal_throws_the_first_fault_that_nobody_observed()
    {
        var runtime = new CooperativeRuntime();
        runtime.Spawn(static _ => throw new InvalidOperationException("lost"));
        runtime.RunFor(s_frame);
        Assert.That(runtime.Dispose, Throws.InvalidOperationException.With.Message.EqualTo("lost"));
    }

    [Test]
    public async Task Disposal_inside_of_a_step_is_refused_and_whoever_waits_for_the_shutdown_hears_of_it()
    {
        var runtime = new CooperativeRuntime();
        var running = runtime.RunAsync(_ =>
        {
            runtime.Dispose();
            return Task.CompletedTask;
        });
        runtime.RunFor(s_frame);
        await Assert.ThatAsync(() => running, Throws.InvalidOperationException);
        await Assert.ThatAsync(() => runtime.ShutdownAsync(), Throws.InvalidOperationException);
    }

    [Test]
    public void A_handler_of_Woken_that_throws_is_an_unobserved_fault()
    {
        var faults = new List<Exception>();
        using var runtime = new CooperativeRuntime(new RuntimeOptions { UnobservedFault = faults.Add });
        runtime.Woken += static () => throw new InvalidOperationException("no frame");
        var running = runtime.RunAsync(static _ => Task.CompletedTask);
        runtime.RunFor(s_frame);
        Assert.That(running.IsCompletedSuccessfully);
        Assert.That(faults.ConvertAll(static fault => fault.Message), Is.EqualTo(new[] { "no frame" }));
    }

    [Test]
    public async Task A_step_on_another_thread_is_waited_for()
    {
        var runtime = new CooperativeRuntime();
        using var release = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        var isOver = false;
        runtime.Spawn(_ =>
        {
            entered.Set();
            release.Wait();
            isOver = true;
            return Task.CompletedTask;
        });
        var thread = new Thread(() => runtime.RunFor(Timeout.InfiniteTimeSpan));
        thread.Start();
        entered.Wait();
        Assert.That(() => runtime.RunFor(s_frame), Throws.InvalidOperationException.With.Message.Contains("pumped already"));
        var wasOver = false;
        var shutdown = Task.Run(async () =>
        {
            await runtime.ShutdownAsync(TimeSpan.Zero);
            wasOver = isOver;
        });

        // Time for a shutdown that does not wait to show it.
        Thread.Sleep(30);
        release.Set();
        await shutdown;
        thread.Join();
        Assert.That(wasOver);
        Assert.That(runtime.RunFor(s_frame), Is.EqualTo(default(PumpResult)));
    }
}
