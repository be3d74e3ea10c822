using Lab.Core.Cancellation;
using Lab.Core.Sync;
using NUnit.Framework;

namespace Lab.Properties.Specs;

/// <summary>semantics.md, section 4.</summary>
public sealed class NotifySpec(HostKind host) : Spec(host)
{
    [Test]
    public void Waiting_begins_at_the_call_not_at_the_await() => Run(async cx =>
    {
        var notify = new Notify();
        var wait = notify.WaitAsync(cx);
        notify.NotifyWaiters();
        await wait;
    });

    [Test]
    public void A_broadcast_after_the_call_finds_the_waiter_that_did_nothing_since() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var notify = new Notify();
        var called = false;
        var waiter = scope.Spawn(async c =>
        {
            var wait = notify.WaitAsync(c);
            Volatile.Write(ref called, true);
            await wait;
        });
        while (!Volatile.Read(ref called))
        {
            await cx.YieldAsync();
        }

        notify.NotifyWaiters();
        Assert.That(await End(waiter, cx), Is.EqualTo("Ok"));
    }));

    [Test]
    public void A_wait_that_is_over_leaves_nothing_with_its_task() => Run(async cx =>
    {
        var notify = new Notify();
        for (var i = 0; i < 3; i++)
        {
            var (one, other) = (notify.WaitAsync(cx), notify.WaitAsync(cx));
            notify.NotifyWaiters();
            await other;
            await one;
        }

        Assert.That(cx.Task.CurrentWait, Is.Null);
        Assert.That(cx.Task.Ledger.Snapshot(), Is.Empty);
    });

    [Test]
    public void A_wait_whose_result_was_read_never_takes_that_of_the_next() => Run(async cx =>
    {
        var notify = new Notify();
        var first = notify.WaitAsync(cx);
        notify.NotifyOne();
        await first;
        var second = notify.WaitAsync(cx);
        notify.NotifyOne();
        Assert.That(() => first.GetAwaiter().GetResult(), Throws.InvalidOperationException);
        await second;
    });

    [Test]
    public void Cancellation_ends_every_wait_of_a_task() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (one, other) = (new Notify(), new Notify());
        var ended = 0;
        var waiter = await Start(scope, cx, async c =>
        {
            foreach (var wait in new[] { one.WaitAsync(c), other.WaitAsync(c) })
            {
                await Thrown<CanceledException>(() => wait.AsTask());
                ended++;
            }
        });
        waiter.Cancel();
        await End(waiter, cx);
        Assert.That(ended, Is.EqualTo(2));
    }));

    [Test]
    public void A_broadcast_before_the_call_is_not_remembered() => Run(async cx =>
    {
        var notify = new Notify();
        notify.NotifyWaiters();
        var wait = notify.WaitAsync(cx);
        await cx.YieldAsync();
        Assert.That(wait.IsCompleted, Is.False);
        notify.NotifyOne();
        await wait;
    });

    [Test]
    public void Waiters_are_served_in_the_order_of_their_calls() => Run(async cx =>
    {
        var notify = new Notify();
        var (a, b, c) = (notify.WaitAsync(cx), notify.WaitAsync(cx), notify.WaitAsync(cx));
        notify.NotifyOne();
        Assert.That((a.IsCompleted, b.IsCompleted, c.IsCompleted), Is.EqualTo((true, false, false)));
        notify.NotifyOne();
        Assert.That((b.IsCompleted, c.IsCompleted), Is.EqualTo((true, false)));
        notify.NotifyOne();
        await a;
        await b;
        await c;
    });

    [Test]
    public void A_permit_stored_before_the_wait_completes_it_and_only_one_is_stored() => Run(async cx =>
    {
        var notify = new Notify();
        notify.NotifyOne();
        notify.NotifyOne();
        await notify.WaitAsync(cx);
        var second = notify.WaitAsync(cx);
        await cx.YieldAsync();
        Assert.That(second.IsCompleted, Is.False);
        notify.NotifyOne();
        await second;
    });

    [Test]
    public void A_broadcast_wakes_exactly_those_who_wait_and_stores_nothing() => Run(async cx =>
    {
        var notify = new Notify();
        var (a, b) = (notify.WaitAsync(cx), notify.WaitAsync(cx));
        notify.NotifyWaiters();
        var late = notify.WaitAsync(cx);
        await a;
        await b;
        Assert.That(late.IsCompleted, Is.False);
        notify.NotifyOne();
        await late;
    });

    [Test]
    public void A_broadcast_wakes_in_the_order_of_the_calls() => Run(async cx =>
    {
        var notify = new Notify();
        var order = "";
        async Task Wait(string name)
        {
            await notify.WaitAsync(cx);
            order += name;
        }

        var waits = new[] { Wait("a"), Wait("b"), Wait("c") };
        notify.NotifyWaiters();
        await Task.WhenAll(waits);
        Assert.That(order, Is.EqualTo("abc"));
    });

    [Test]
    public void A_stored_permit_survives_a_broadcast() => Run(async cx =>
    {
        var notify = new Notify();
        notify.NotifyOne();
        notify.NotifyWaiters();
        await notify.WaitAsync(cx);
    });

    [Test]
    public void A_waiter_that_was_chosen_and_cancelled_passes_the_permit_to_the_next() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var notify = new Notify();
        var first = await Start(scope, cx, c => notify.WaitAsync(c).AsTask());
        var second = await Start(scope, cx, c => notify.WaitAsync(c).AsTask());
        notify.NotifyOne();
        first.Cancel();
        if (await End(first, cx) == "Ok")
        {
            // Natively it may have resumed before it was cancelled: then it has the permit.
            Assert.That(IsNative);
            notify.NotifyOne();
        }

        Assert.That(await End(second, cx), Is.EqualTo("Ok"));
    }));

    [Test]
    public void A_waiter_that_was_chosen_and_cancelled_stores_the_permit_when_nobody_waits() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var notify = new Notify();
        var only = await Start(scope, cx, c => notify.WaitAsync(c).AsTask());
        notify.NotifyOne();
        notify.NotifyWaiters();
        only.Cancel();
        if (await End(only, cx) == "Canceled")
        {
            await notify.WaitAsync(cx);
        }
    }));

    [Test]
    public void A_waiter_that_a_broadcast_chose_and_that_is_cancelled_passes_nothing_on() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var notify = new Notify();
        var only = await Start(scope, cx, c => notify.WaitAsync(c).AsTask());
        notify.NotifyWaiters();
        only.Cancel();
        await End(only, cx);
        var next = notify.WaitAsync(cx);
        await cx.YieldAsync();
        Assert.That(next.IsCompleted, Is.False);
        notify.NotifyOne();
        await next;
    }));

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public void The_others_keep_their_order_when_one_leaves(int leaver) => Run(cx => cx.ScopeAsync(async scope =>
    {
        var notify = new Notify();
        var order = new List<int>();
        var handles = new List<Core.Tasks.TaskHandle>();
        for (var i = 0; i < 3; i++)
        {
            var number = i;
            handles.Add(await Start(scope, cx, async c =>
            {
                await notify.WaitAsync(c);
                order.Add(number);
            }));
        }

        handles[leaver].Cancel();
        Assert.That(await End(handles[leaver], cx), Is.EqualTo("Canceled"));
        var last = await Start(scope, cx, async c =>
        {
            await notify.WaitAsync(c);
            order.Add(3);
        });
        foreach (var handle in handles.Where((_, i) => i != leaver).Append(last))
        {
            notify.NotifyOne();
            await End(handle, cx);
        }

        Assert.That(order, Is.EqualTo(Enumerable.Range(0, 4).Where(i => i != leaver)));
    }));

    [Test]
    public void A_cancelled_wait_leaves_no_ghost_that_eats_a_permit() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var notify = new Notify();
        for (var round = 0; round < 3; round++)
        {
            var waiter = await Start(scope, cx, c => notify.WaitAsync(c).AsTask());
            waiter.Cancel();
            await End(waiter, cx);
            notify.NotifyOne();
            await notify.WaitAsync(cx);
        }
    }));

    [Test]
    public void One_notification_wakes_either_of_two_and_the_other_goes_on_waiting() => Outcomes(
        async cx =>
        {
            var notify = new Notify();
            var log = "";
            await cx.ScopeAsync(async scope =>
            {
                var ended = new AsyncSemaphore(0);
                foreach (var name in new[] { "a", "b" })
                {
                    scope.Spawn(async c =>
                    {
                        await notify.WaitAsync(c);
                        log += name;
                        ended.Release();
                    });
                }

                notify.NotifyOne();
                await ended.AcquireAsync(cx);
                Assert.That(log, Has.Length.EqualTo(1));
                notify.NotifyOne();
            });
            return log;
        },
        "ab",
        "ba");
}
