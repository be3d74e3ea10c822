using Lab.Core.Cancellation;
using Lab.Core.Tasks;
using NUnit.Framework;

namespace Lab.Properties.Tasks;

/// <summary>The native runtime's own promises: what happens to faults that nobody observes, and to what is left at shutdown.</summary>
public sealed class RuntimeTests
{
    [Test]
    public async Task A_fault_that_nobody_observes_goes_to_the_handler()
    {
        var told = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var runtime = new Runtime(new RuntimeOptions { Workers = 2, UnobservedFault = error => told.TrySetResult(error) });
        runtime.Spawn(static _ => throw new InvalidOperationException("lost"));
        Assert.That((await told.Task.WaitAsync(TimeSpan.FromSeconds(10))).Message, Is.EqualTo("lost"));
    }

    [Test]
    public async Task Without_a_handler_disposal_throws_the_first_unobserved_fault()
    {
        var runtime = new Runtime(new RuntimeOptions { Workers = 1 });
        runtime.Spawn(static _ => throw new InvalidOperationException("lost"));
        while (runtime.LiveTasks > 0)
        {
            await Task.Delay(1);
        }

        var error = await Assert.ThrowsAsync<InvalidOperationException>(async () => await runtime.DisposeAsync());
        Assert.That(error!.Message, Is.EqualTo("lost"));
    }

    [Test]
    public async Task A_fault_that_the_caller_of_RunAsync_sees_is_observed()
    {
        var handled = 0;
        await using var runtime = new Runtime(new RuntimeOptions { Workers = 1, UnobservedFault = _ => handled++ });
        await Assert.ThrowsAsync<InvalidOperationException>(() => runtime.RunAsync(static _ => throw new InvalidOperationException("seen")));
        Assert.That(handled, Is.Zero);
    }

    [Test]
    public async Task A_handler_of_unobserved_faults_that_throws_stops_nothing_and_disposal_throws_what_it_threw()
    {
        var runtime = new Runtime(new RuntimeOptions { Workers = 1, UnobservedFault = static error => throw new ArgumentException(error.Message) });

        // A worker that let the exception through would be gone, and its process with it.
        runtime.Spawn(static _ => throw new FormatException("lost"));
        await runtime.RunAsync(static _ => Task.CompletedTask).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(runtime.LiveTasks, Is.Zero);
        var error = await Assert.ThrowsAsync<ArgumentException>(async () => await runtime.DisposeAsync());
        Assert.That(error!.Message, Is.EqualTo("lost"));
    }

    [Test]
    public async Task A_handler_that_throws_in_a_task_that_a_join_runs_does_not_reach_the_joiner()
    {
        var runtime = new Runtime(new RuntimeOptions { Workers = 1, UnobservedFault = static _ => throw new ArgumentException("handler") });
        var outcome = Outcome.Ok;
        var wasRunByTheJoin = false;
        await runtime.RunAsync(async cx =>
        {
            var joins = false;
            var child = runtime.Spawn(_ =>
            {
                wasRunByTheJoin = joins;
                throw new FormatException("lost");
            });
            joins = true;
            var join = child.OutcomeAsync(cx);
            joins = false;
            outcome = await join;
        }).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That((wasRunByTheJoin, outcome.Error?.Message), Is.EqualTo((true, "lost")));
        await Assert.ThrowsAsync<ArgumentException>(async () => await runtime.DisposeAsync());
    }

    [Test]
    public async Task A_listener_that_throws_at_the_shutdown_does_not_keep_it_and_is_an_unobserved_fault()
    {
        var runtime = new Runtime(new RuntimeOptions { Workers = 1 });
        var running = runtime.RunAsync(static async cx =>
        {
            cx.CancellationToken.Register(static () => throw new InvalidTimeZoneException("listener"));
            await cx.DelayAsync(TimeSpan.FromHours(1));
        });
        await runtime.RunAsync(static cx => cx.YieldAsync().AsTask());
        Assert.That(await runtime.ShutdownAsync(), Is.Empty);
        await Assert.ThrowsAsync<CanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(10)));
        var error = await Assert.ThrowsAsync<AggregateException>(async () => await runtime.DisposeAsync());
        Assert.That(error!.InnerException, Is.TypeOf<InvalidTimeZoneException>());
    }

    [Test]
    public async Task What_a_listener_throws_when_a_limit_passes_is_an_unobserved_fault_and_the_limit_holds([Values] bool hasHandler)
    {
        Exception? handled = null;
        var runtime = new Runtime(new RuntimeOptions { Workers = 1, UnobservedFault = hasHandler ? error => handled = error : null });
        var timed = runtime.RunAsync(static cx => cx.TimeoutAsync(TimeSpan.FromMilliseconds(1), static async c =>
        {
            c.CancellationToken.Register(static () => throw new InvalidTimeZoneException("listener"));
            await c.DelayAsync(Timeout.InfiniteTimeSpan);
        }));
        await Assert.ThrowsAsync<TimeoutException>(() => timed.WaitAsync(TimeSpan.FromSeconds(30)));
        if (hasHandler)
        {
            await runtime.DisposeAsync();
        }
        else
        {
            handled = await Assert.ThrowsAsync<AggregateException>(async () => await runtime.DisposeAsync());
        }

        Assert.That(handled, Is.TypeOf<AggregateException>().With.InnerException.TypeOf<InvalidTimeZoneException>());
    }

    [Test]
    public async Task What_does_not_end_in_the_grace_period_is_abandoned_and_reported()
    {
        var runtime = new Runtime(new RuntimeOptions { Workers = 2 });
        var running = runtime.RunAsync(
            static async cx =>
            {
                using (cx.Mask())
                {
                    await cx.DelayAsync(TimeSpan.FromHours(1));
                }
            },
            new SpawnOptions { Name = "stubborn" });
        var left = await runtime.ShutdownAsync(TimeSpan.FromMilliseconds(50));
        Assert.That(left, Has.Count.EqualTo(1));
        Assert.That(left[0], Does.Contain("stubborn"));
        var error = await Assert.ThrowsAsync<CanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.That(error!.Reason.Kind, Is.EqualTo(CancellationKind.Shutdown));
    }

    [Test]
    public async Task Shutdown_cancels_and_drains_what_listens()
    {
        var runtime = new Runtime(new RuntimeOptions { Workers = 2 });
        var running = runtime.RunAsync(static async cx => await cx.DelayAsync(TimeSpan.FromHours(1)));
        Assert.That(await runtime.ShutdownAsync(TimeSpan.FromSeconds(10)), Is.Empty);
        await Assert.ThrowsAsync<CanceledException>(() => running);
        Assert.That(() => runtime.Spawn(static _ => Task.CompletedTask), Throws.InvalidOperationException);
    }

    [Test]
    public async Task Every_shutdown_waits_for_the_first_and_has_its_result()
    {
        var runtime = new Runtime(new RuntimeOptions { Workers = 2 });
        runtime.Spawn(
            static async cx =>
            {
                using (cx.Mask())
                {
                    await cx.DelayAsync(TimeSpan.FromHours(1));
                }
            },
            new SpawnOptions { Name = "stubborn" });
        var first = runtime.ShutdownAsync(TimeSpan.FromMilliseconds(20));
        var second = runtime.ShutdownAsync(TimeSpan.Zero);
        Assert.That(await second, Is.SameAs(await first));
        Assert.That(await first, Has.Count.EqualTo(1));
    }

    // Into a scope of its own, which is open until the step ends: those of others have been closed by then.
    [TestCase(false)]
    [TestCase(true)]
    public async Task What_a_step_spawns_that_ends_after_the_shutdown_is_canceled_and_does_not_run(bool isPumped)
    {
        var options = new RuntimeOptions { Workers = 2, StopPatience = TimeSpan.FromMilliseconds(20) };
        var runtime = isPumped ? new CooperativeRuntime(options) : new Runtime(options);
        using var release = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        using var spawned = new ManualResetEventSlim();
        var late = new List<TaskHandle>();
        var hasRun = false;
        _ = runtime.RunAsync(cx =>
        {
            entered.Set();
            SpinWait.SpinUntil(() => release.IsSet);
            var scope = cx.OpenScope();
            for (var i = 0; i < 3; i++)
            {
                late.Add(scope.Spawn(_ => { hasRun = true; return Task.CompletedTask; }));
            }

            spawned.Set();
            return new TaskCompletionSource().Task;
        });
        var pump = new Thread(() => (runtime as CooperativeRuntime)?.RunFor(TimeSpan.FromHours(1)));
        pump.Start();
        entered.Wait();
        var report = await runtime.ShutdownAsync(TimeSpan.Zero);
        Assert.That(report[^1], Does.Contain("what it spawns until then is canceled"));
        release.Set();
        spawned.Wait();
        pump.Join();
        Assert.That(SpinWait.SpinUntil(() => late.TrueForAll(static handle => handle.IsCompleted), TimeSpan.FromMinutes(1)), "else they would never end");
        Assert.That(late.Select(static handle => handle.Task.Outcome.Reason?.Kind), Is.All.EqualTo(CancellationKind.Shutdown));
        Assert.That(hasRun, Is.False);
    }

    [Test]
    public async Task A_step_that_does_not_end_is_reported_and_ends_its_task_only_once()
    {
        var runtime = new Runtime(new RuntimeOptions { Workers = 1, StopPatience = TimeSpan.FromMilliseconds(20) });
        using var release = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        var running = runtime.RunAsync(cx =>
        {
            entered.Set();
            SpinWait.SpinUntil(() => release.IsSet);
            return Task.CompletedTask;
        });
        entered.Wait();
        var report = await runtime.ShutdownAsync(TimeSpan.Zero);
        Assert.That(report, Has.Count.EqualTo(2));
        Assert.That(report[1], Does.Contain("a step of a task did not end"));
        await Assert.ThrowsAsync<CanceledException>(() => running);
        release.Set();
        Assert.That(runtime.LiveTasks, Is.Zero);
    }
}
