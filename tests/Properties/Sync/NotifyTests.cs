using Lab.Core.Cancellation;
using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using NUnit.Framework;
using static Lab.Properties.Sync.Native;

namespace Lab.Properties.Sync;

[TestFixture]
internal sealed class NotifyTests
{
    [Test]
    public Task Waiting_begins_at_the_call_not_at_the_await() => Run(async cx =>
    {
        var notify = new Notify();
        var one = notify.WaitAsync(cx);
        var all = notify.WaitAsync(cx);
        Assert.That(Waiters(notify), Is.EqualTo(2));
        notify.NotifyOne();
        notify.NotifyWaiters();
        await one;
        await all;
    });

    [Test]
    public Task A_broadcast_before_the_call_is_not_remembered() => Run(async cx =>
    {
        var notify = new Notify();
        notify.NotifyWaiters();
        var wait = notify.WaitAsync(cx);
        await Settle(cx);
        Assert.That(wait.IsCompleted, Is.False);
        notify.NotifyOne();
        await wait;
    });

    [Test]
    public Task A_permit_stored_before_the_wait_completes_it_at_once_and_only_one_is_stored() => Run(async cx =>
    {
        var notify = new Notify();
        notify.NotifyOne();
        notify.NotifyOne();
        Assert.That(notify.WaitAsync(cx).IsCompletedSuccessfully);
        var second = notify.WaitAsync(cx);
        Assert.That(second.IsCompleted, Is.False);
        notify.NotifyOne();
        await second;
    });

    [Test]
    public Task Waiters_are_woken_in_the_order_of_their_calls_also_after_some_have_left([Values(0, 1, 2, 3)] int leaver) => Run(async cx =>
    {
        var notify = new Notify();
        var order = new List<int>();
        await cx.ScopeAsync(async scope =>
        {
            var handles = await StartInOrder(cx, scope, notify, 4, async (c, i) =>
            {
                await notify.WaitAsync(c);
                order.Add(i);
            });
            handles[leaver].Cancel();
            await Until(cx, () => handles[leaver].IsCompleted);
            await StartInOrder(cx, scope, notify, 1, async (c, _) =>
            {
                await notify.WaitAsync(c);
                order.Add(4);
            });
            for (var woken = 1; woken <= 4; woken++)
            {
                notify.NotifyOne();
                await Until(cx, () => order.Count == woken);
            }
        });
        Assert.That(order, Is.EqualTo(Enumerable.Range(0, 5).Where(i => i != leaver)));
    });

    [Test]
    public Task One_chosen_by_NotifyOne_and_then_cancelled_passes_the_permit_to_the_next() => Run(async cx =>
    {
        var notify = new Notify();
        var order = new List<int>();
        await cx.ScopeAsync(async scope =>
        {
            var handles = await StartInOrder(cx, scope, notify, 2, async (c, i) =>
            {
                await notify.WaitAsync(c);
                order.Add(i);
            });
            notify.NotifyOne();
            handles[0].Cancel();
        });
        Assert.That(order, Is.EqualTo(new[] { 1 }));
        Assert.That(Waiters(notify), Is.Zero);
    });

    [Test]
    public Task With_nobody_else_waiting_the_permit_of_a_cancelled_waiter_is_stored([Values] bool broadcastBetween) => Run(async cx =>
    {
        var notify = new Notify();
        await cx.ScopeAsync(async scope =>
        {
            var handles = await StartInOrder(cx, scope, notify, 1, async (c, _) => await notify.WaitAsync(c));
            notify.NotifyOne();
            if (broadcastBetween)
            {
                notify.NotifyWaiters();
            }

            handles[0].Cancel();
        });
        Assert.That(notify.WaitAsync(cx).IsCompletedSuccessfully, "the permit was lost");
    });

    [Test]
    public Task One_chosen_by_a_broadcast_and_then_cancelled_passes_nothing_on() => Run(async cx =>
    {
        var notify = new Notify();
        await cx.ScopeAsync(async scope =>
        {
            var handles = await StartInOrder(cx, scope, notify, 1, async (c, _) => await notify.WaitAsync(c));
            notify.NotifyWaiters();
            handles[0].Cancel();
        });
        var wait = notify.WaitAsync(cx);
        await Settle(cx);
        Assert.That(wait.IsCompleted, Is.False, "a ghost permit");
        notify.NotifyOne();
        await wait;
    });

    [Test]
    public Task A_waiter_that_ended_its_task_without_awaiting_passes_its_permit_on() => Run(async cx =>
    {
        var notify = new Notify();
        await cx.ScopeAsync(async scope =>
        {
            scope.Spawn(c =>
            {
                _ = notify.WaitAsync(c).Preserve();
                notify.NotifyOne();
                return Task.CompletedTask;
            });
            await Settle(cx);
        });
        Assert.That(Waiters(notify), Is.Zero);
        Assert.That(notify.WaitAsync(cx).IsCompletedSuccessfully);
    });

    [Test]
    public Task A_cancelled_task_does_not_take_a_stored_permit() => Run(async cx =>
    {
        var notify = new Notify();
        notify.NotifyOne();
        await cx.ScopeAsync(async scope =>
        {
            var handle = scope.Spawn(async c =>
            {
                await c.DelayAsync(TimeSpan.Zero);
                await notify.WaitAsync(c);
            });
            handle.Cancel();
            Assert.That((await handle.OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Canceled));
        });
        Assert.That(notify.WaitAsync(cx).IsCompletedSuccessfully);
    });

    [Test]
    public Task A_masked_wait_is_not_ended_by_cancellation() => Run(async cx =>
    {
        var notify = new Notify();
        await cx.ScopeAsync(async scope =>
        {
            var handles = await StartInOrder(cx, scope, notify, 1, async (c, _) =>
            {
                using (c.Mask())
                {
                    await notify.WaitAsync(c);
                }
            });
            handles[0].Cancel();
            await Settle(cx);
            Assert.That(Waiters(notify), Is.EqualTo(1));
            notify.NotifyOne();
        });
    });

    private static void Show(Cx cx, CancellationReason? reason)
    {
        using (cx.Gate.Enter())
        {
            cx.ShowLayerLocked(reason);
        }
    }

    [Test]
    public Task A_canceller_that_looked_before_the_wait_was_to_be_found_is_seen_when_it_is_awaited() => Run(cx =>
    {
        var notify = new Notify();
        var wait = notify.WaitAsync(cx);

        // All that such a canceller does to the task: it publishes the reason, and finds no wait.
        Show(cx, new CancellationReason(CancellationKind.User));
        wait.GetAwaiter().UnsafeOnCompleted(() => { });
        Assert.That(Waiters(notify), Is.Zero);
        Show(cx, null);
        return Task.CompletedTask;
    });

    [Test]
    public Task A_canceller_that_is_late_leaves_alone_what_completed_when_it_began() => Run(async cx =>
    {
        // It found the task's node in the list of waits when that was parked for an earlier wait, and gets on only now.
        var notify = new Notify();
        notify.NotifyOne();
        var wait = cx.Task.RentNode(notify, OperationKind.Wait).StartSuspending();
        Show(cx, new CancellationReason(CancellationKind.User));
        cx.Task.CancelWait(wait);
        await new YieldAwaitable(wait);
        Show(cx, null);
        var next = notify.WaitAsync(cx);
        Assert.That(Waiters(notify), Is.EqualTo(1), "the permit went to the wait, and not to the next one as well");
        notify.NotifyOne();
        await next;

        var yield = cx.Task.StartYield();
        cx.Task.CancelWait(yield);
        await new YieldAwaitable(yield);
    });

    [Test]
    public Task A_canceller_that_is_65_536_waits_late_leaves_the_last_of_them_alone() => Run(async cx =>
    {
        // A ValueTask names a wait of a node by 16 bits; who withdraws it, by all.
        const int Names = 1 << 16;
        var notify = new Notify();
        var found = notify.WaitAsync(cx);
        var node = cx.Task.CurrentWait!;
        Assert.That(node.TryIdentify(cx.Task, out var owner, out var version, out _), Is.True);
        for (var i = 1; i < Names; i++)
        {
            notify.NotifyOne();
            await found;
            found = notify.WaitAsync(cx);
        }

        notify.NotifyOne();
        await found;
        var next = notify.WaitAsync(cx);
        Assert.That(cx.Task.CurrentWait, Is.SameAs(node), "otherwise this shows nothing");
        owner.Withdraw(node, version);
        Assert.That(Waiters(notify), Is.EqualTo(1));
        notify.NotifyOne();
        await next;
    });

    [Test]
    public Task A_yield_that_was_awaited_65_536_yields_ago_is_not_taken_for_the_last() => Run(async cx =>
    {
        var old = cx.YieldAsync();
        await old;
        for (var i = 1; i < 1 << 16; i++)
        {
            await cx.YieldAsync();
        }

        var last = cx.YieldAsync();
        Assert.That(() => old.GetAwaiter().UnsafeOnCompleted(static () => { }), Throws.InvalidOperationException);
        Assert.That(() => old.GetAwaiter().GetResult(), Throws.InvalidOperationException);
        await last;
    });

    [Test]
    public Task A_wait_that_was_seen_complete_stays_so_when_its_task_is_cancelled() => Run(async cx =>
    {
        var notify = new Notify();
        await cx.ScopeAsync(async scope =>
        {
            var handle = scope.Spawn(async c =>
            {
                var wait = notify.WaitAsync(c);
                notify.NotifyOne();
                Assert.That(wait.IsCompletedSuccessfully);
                c.Cancel(new CancellationReason(CancellationKind.User));
                await wait;
                Assert.That(() => c.Checkpoint(), Throws.InstanceOf<CanceledException>());
            });
            await handle.OutcomeAsync(cx);
        });
        Assert.That(notify.WaitAsync(cx).IsCompleted, Is.False, "the permit was used up");
        notify.NotifyOne();
    });

    [Test]
    public Task A_wait_that_was_chosen_and_cancelled_says_so_before_its_result_is_read() => Run(async cx =>
    {
        var notify = new Notify();
        await cx.ScopeAsync(async scope =>
        {
            var handle = scope.Spawn(async c =>
            {
                var wait = notify.WaitAsync(c);
                notify.NotifyOne();
                c.Cancel(new CancellationReason(CancellationKind.User));
                Assert.That(wait.IsCanceled);

                // What asks first and reads then, as a task that is made of a wait does, ends as cancelled and not with a fault.
                await Assert.ThatAsync(async () => await wait, Throws.InstanceOf<CanceledException>());
            });
            Assert.That((await handle.OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Canceled));
        });
        Assert.That(notify.WaitAsync(cx).IsCompletedSuccessfully, "the permit went back once");
        Assert.That(notify.WaitAsync(cx).IsCompleted, Is.False);
        notify.NotifyOne();
    });

    [Test]
    public Task A_result_is_read_once() => Run(async cx =>
    {
        var notify = new Notify();
        var wait = notify.WaitAsync(cx);
        notify.NotifyOne();
        await wait;
        await Assert.ThatAsync(async () => await wait, Throws.InvalidOperationException);
    });

    [Test]
    public Task A_broadcast_wakes_a_thousand_in_order_and_none_who_come_after() => Run(async cx =>
    {
        var notify = new Notify();
        var order = new List<int>();
        var waits = Enumerable.Range(0, 1_000).Select(_ => notify.WaitAsync(cx)).ToList();
        notify.NotifyWaiters();
        var late = notify.WaitAsync(cx);
        foreach (var wait in waits)
        {
            await wait;
            order.Add(order.Count);
        }

        Assert.That(order, Has.Count.EqualTo(1_000));
        Assert.That(late.IsCompleted, Is.False);
        notify.NotifyOne();
        await late;
    });

    [Test]
    public Task Wait_and_wake_allocate_nothing() => Run(async cx =>
    {
        var (ping, pong) = (new Notify(), new Notify());
        await cx.ScopeAsync(async scope =>
        {
            var echo = scope.Spawn(async c =>
            {
                while (true)
                {
                    await ping.WaitAsync(c);
                    pong.NotifyOne();
                }
            });
            async Task Rounds(int count)
            {
                for (var i = 0; i < count; i++)
                {
                    ping.NotifyOne();
                    await pong.WaitAsync(cx);
                }
            }

            var bytes = await BytesPerRound(() => Rounds(10_000), Rounds);
            Assert.That(bytes, Is.LessThan(0.5));
            echo.Cancel();
        });
    });

    [Test]
    public async Task Under_real_parallelism_no_permit_is_lost_or_doubled()
    {
        const int Permits = 2_000;
        var notify = new Notify();
        var (taken, stop) = (0, false);
        await Run(
            async cx => await cx.ScopeAsync(async scope =>
            {
                for (var t = 0; t < 4; t++)
                {
                    scope.Spawn(async c =>
                    {
                        while (!Volatile.Read(ref stop))
                        {
                            await notify.WaitAsync(c);
                            Interlocked.Increment(ref taken);
                        }
                    });
                }

                // Waiters that are cancelled at any moment: what they were given must reach the others.
                scope.Spawn(async c =>
                {
                    while (!Volatile.Read(ref stop))
                    {
                        var victim = scope.Spawn(async v =>
                        {
                            await notify.WaitAsync(v);
                            Interlocked.Increment(ref taken);
                        });
                        await c.YieldAsync();
                        victim.Cancel();
                        await victim.OutcomeAsync(c);
                    }
                });
                for (var i = 1; i <= Permits; i++)
                {
                    notify.NotifyOne();
                    var expected = i;
                    for (var spins = 0; Volatile.Read(ref taken) < expected; spins++)
                    {
                        Assert.That(spins, Is.LessThan(5_000_000), $"permit {expected} was lost");
                        await cx.YieldAsync();
                    }

                    Assert.That(Volatile.Read(ref taken), Is.EqualTo(expected), "a permit counted twice");
                }

                Volatile.Write(ref stop, true);
                while (scope.Live > 0)
                {
                    notify.NotifyWaiters();
                    await cx.YieldAsync();
                }
            }),
            workers: 2);
    }
}
