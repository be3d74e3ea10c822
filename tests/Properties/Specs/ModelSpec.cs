using Lab.Core.Tasks;
using Lab.Sharing;
using NUnit.Framework;

namespace Lab.Properties.Specs;

/// <summary>The mutex, semaphore and condition of model programs, in every host.</summary>
internal sealed class ModelSpec(HostKind host) : Spec(host)
{
    [Test]
    public void A_mutex_is_held_by_one_task_at_a_time() => Run(async cx =>
    {
        var mutex = new ModelMutex();
        var inside = 0;
        await cx.ScopeAsync(scope =>
        {
            for (var i = 0; i < 3; i++)
            {
                scope.Spawn(async c =>
                {
                    await mutex.LockAsync(c);
                    Assert.That(++inside, Is.EqualTo(1));
                    await c.YieldAsync();
                    inside--;
                    await mutex.UnlockAsync(c);
                });
            }

            return Task.CompletedTask;
        });
    });

    [Test]
    public void Unlocking_what_another_task_holds_throws_and_unlocks_nothing() => Run(async cx =>
    {
        var mutex = new ModelMutex();
        await mutex.LockAsync(cx);
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(async c => await Thrown<InvalidOperationException>(async () => await mutex.UnlockAsync(c)));
            return Task.CompletedTask;
        });
        await mutex.UnlockAsync(cx);
        await mutex.LockAsync(cx);
    });

    [Test]
    public void A_semaphore_admits_its_count() => Run(async cx =>
    {
        var semaphore = new ModelSemaphore(2);
        var inside = 0;
        await cx.ScopeAsync(scope =>
        {
            for (var i = 0; i < 4; i++)
            {
                scope.Spawn(async c =>
                {
                    await semaphore.AcquireAsync(c);
                    Assert.That(Interlocked.Increment(ref inside), Is.LessThanOrEqualTo(2));
                    await c.YieldAsync();
                    Interlocked.Decrement(ref inside);
                    await semaphore.ReleaseAsync(c);
                });
            }

            return Task.CompletedTask;
        });
    });

    [Test]
    public void A_signal_that_nobody_waits_for_is_lost() => Run(async cx =>
    {
        var mutex = new ModelMutex();
        var condition = new ModelCondition(mutex);
        await condition.SignalAsync(cx);
        await cx.ScopeAsync(async scope =>
        {
            var waiter = scope.Spawn(async c =>
            {
                await mutex.LockAsync(c);
                await condition.WaitAsync(c);
            });
            for (var i = 0; i < 10; i++)
            {
                await cx.YieldAsync();
            }

            waiter.Cancel();
            Assert.That(await End(waiter, cx), Is.EqualTo("Canceled"));
        });
    });

    [Test]
    public void A_signal_ends_the_oldest_wait_and_a_wait_that_ends_holds_the_mutex() => Run(async cx =>
    {
        var mutex = new ModelMutex();
        var condition = new ModelCondition(mutex);
        var order = new List<int>();
        var waiting = 0;
        await cx.ScopeAsync(async scope =>
        {
            var arrived = new List<int>();
            for (var i = 0; i < 3; i++)
            {
                var number = i;
                scope.Spawn(async c =>
                {
                    await mutex.LockAsync(c);
                    arrived.Add(number);
                    waiting++;
                    await condition.WaitAsync(c);
                    order.Add(number);
                    await mutex.UnlockAsync(c);
                });
            }

            for (var ended = 0; ended < 3;)
            {
                await mutex.LockAsync(cx);
                if (waiting > ended)
                {
                    await condition.SignalAsync(cx);
                    ended++;
                }

                await mutex.UnlockAsync(cx);
                await cx.YieldAsync();
            }
        });
        Assert.That(order, Has.Count.EqualTo(3));
    });

    [Test]
    public void A_broadcast_ends_every_wait() => Run(async cx =>
    {
        var mutex = new ModelMutex();
        var condition = new ModelCondition(mutex);
        var isSet = false;
        await cx.ScopeAsync(async scope =>
        {
            for (var i = 0; i < 3; i++)
            {
                scope.Spawn(async c =>
                {
                    await mutex.LockAsync(c);
                    while (!isSet)
                    {
                        await condition.WaitAsync(c);
                    }

                    await mutex.UnlockAsync(c);
                });
            }

            await mutex.LockAsync(cx);
            isSet = true;
            await condition.SignalAllAsync(cx);
            await mutex.UnlockAsync(cx);
        });
    });

    [Test]
    public void A_canceled_request_for_a_held_mutex_ends_and_takes_nothing() => Run(async cx =>
    {
        var mutex = new ModelMutex();
        await mutex.LockAsync(cx);
        await cx.ScopeAsync(async scope =>
        {
            var waiter = scope.Spawn(async c => await mutex.LockAsync(c));
            await cx.YieldAsync();
            waiter.Cancel();
            Assert.That(await End(waiter, cx), Is.EqualTo("Canceled"));
        });
        await mutex.UnlockAsync(cx);
        await mutex.LockAsync(cx);
    });

    [Test]
    public void A_canceled_wait_for_a_condition_holds_the_mutex_when_it_ends() => Run(async cx =>
    {
        var mutex = new ModelMutex();
        var condition = new ModelCondition(mutex);
        var hasEnded = false;
        await cx.ScopeAsync(async scope =>
        {
            var waiter = scope.Spawn(async c =>
            {
                await mutex.LockAsync(c);
                try
                {
                    await condition.WaitAsync(c);
                }
                finally
                {
                    hasEnded = true;
                    await mutex.UnlockAsync(c);
                }
            });
            await mutex.LockAsync(cx);
            waiter.Cancel();
            for (var i = 0; i < 3; i++)
            {
                await cx.YieldAsync();
                Assert.That(hasEnded, Is.False);
            }

            await mutex.UnlockAsync(cx);
            Assert.That(await End(waiter, cx), Is.EqualTo("Canceled"));
        });
        await mutex.LockAsync(cx);
    });

    [Test]
    public void A_masked_request_waits_for_the_mutex_whatever_happens() => Run(async cx =>
    {
        var mutex = new ModelMutex();
        await mutex.LockAsync(cx);
        await cx.ScopeAsync(async scope =>
        {
            var isOutside = false;
            var waiter = scope.Spawn(async c =>
            {
                using (c.Mask())
                {
                    await mutex.LockAsync(c);
                    Assert.That(isOutside);
                    await mutex.UnlockAsync(c);
                }
            });
            waiter.Cancel();
            await cx.YieldAsync();
            isOutside = true;
            await mutex.UnlockAsync(cx);
        });
    });

    [Test]
    public void A_request_that_is_not_awaited_at_once_stands_in_line() => Run(async cx =>
    {
        var mutex = new ModelMutex();
        await mutex.LockAsync(cx);
        await cx.ScopeAsync(async scope =>
        {
            var begun = new ModelSemaphore(0);
            scope.Spawn(async c =>
            {
                var pending = mutex.LockAsync(c).AsTask();
                await begun.ReleaseAsync(c);
                await pending;
                await mutex.UnlockAsync(c);
            });
            await begun.AcquireAsync(cx);
            await mutex.UnlockAsync(cx);
        });
        await mutex.LockAsync(cx);
    });
}
