using Lab.Core.Cancellation;
using Lab.Core.Channels;
using Lab.Core.Scheduling;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using NUnit.Framework;

namespace Lab.Properties.Tasks;

/// <summary>A wait that its task began and did not await, and that another task awaits when the first has ended, and its record may serve a third.</summary>
public sealed class DroppedWaitTests
{
    [Test]
    public void A_wait_that_was_complete_at_its_call_gives_its_value_wherever_it_is_awaited([Values] bool pooled) => OneWorker.Run(async (scope, cx) =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        tx.TrySend(42);
        var dropped = default(ValueTask<int>);
        var first = scope.Spawn(
            (_, c) =>
            {
                UseUpInline(c);
                dropped = rx.ReceiveAsync(c);
                Assert.That(dropped.IsCompleted, Is.False, "otherwise this shows nothing");
                return Task.CompletedTask;
            },
            0,
            pooled ? SpawnOptions.Pooled : null);
        await first.JoinAsync(cx);
        var tenant = scope.Spawn(static (_, c) => c.DelayAsync(TimeSpan.FromHours(1)).AsTask(), 0, SpawnOptions.Pooled);
        Assert.That(ReferenceEquals(tenant.Task, first.Task), Is.EqualTo(pooled), "otherwise this shows nothing");
        await cx.YieldAsync();
        var value = scope.Spawn<int>(async c =>
        {
            var value = await dropped;
            await c.YieldAsync();
            return value;
        });
        Assert.That(await value.JoinAsync(cx), Is.EqualTo(42));
        tenant.Cancel();
    });

    [Test]
    public void A_wait_that_was_consumed_outside_of_its_tasks_steps_leaves_nothing_to_the_next() => OneWorker.Run(async (scope, cx) =>
    {
        var semaphore = new AsyncSemaphore(0);
        var parked = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var waits = scope.Spawn(async c =>
        {
            await Task.Delay(1).ConfigureAwait(false);
            Assert.That(SynchronizationContext.Current, Is.Null, "otherwise this shows nothing");
            var yield = c.YieldAsync().AsTask();
            Assert.That(yield.IsCompleted, "it suspends only in a step of its task");
            var wait = semaphore.AcquireAsync(c);
            var isParked = !wait.IsCompleted;
            parked.SetResult(isParked);
            await wait;
        });
        Assert.That(await parked.Task, "nobody has released");
        semaphore.Release();
        await waits.JoinAsync(cx);
    });

    [Test]
    public void A_wait_that_waited_when_its_task_ended_says_so_to_who_awaits_it([Values] bool pooled) => OneWorker.Run(async (scope, cx) =>
    {
        var (_, rx) = Mpsc.Bounded<int>(1);
        var dropped = default(ValueTask<int>);
        var first = scope.Spawn(
            (_, c) =>
            {
                dropped = rx.ReceiveAsync(c);
                return Task.CompletedTask;
            },
            0,
            pooled ? SpawnOptions.Pooled : null);
        await first.JoinAsync(cx);
        var second = scope.Spawn(async _ => await dropped);
        Assert.That((await second.OutcomeAsync(cx)).Error, Is.TypeOf<InvalidOperationException>().With.Message.Contains("ended"));
    });

    private static void UseUpInline(Cx cx)
    {
        var notify = new Notify();
        for (var i = 0; i < RuntimeTask.InlineBudget; i++)
        {
            notify.NotifyOne();
            Assert.That(notify.WaitAsync(cx).IsCompletedSuccessfully);
        }
    }
}
