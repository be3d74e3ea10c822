using Lab.Core.Channels;
using Lab.Core.Tasks;
using NUnit.Framework;
using static Lab.Properties.Channels.Channel;
using static Lab.Properties.Sync.Native;

namespace Lab.Properties.Channels;

/// <summary>Exactly one of send and abort takes effect (rule 2), also when the task forgets.</summary>
[TestFixture]
internal sealed class PermitTests
{
    [Test]
    public void A_permit_is_sent_once_and_an_old_copy_cannot_touch_the_next_permit()
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        tx.TryReserve(out var first);
        var copy = first;
        first.Send(1);
        Assert.Throws<InvalidOperationException>(() => copy.Send(2));
        first.Dispose();
        Assert.That(Drain(rx), Is.EqualTo(new[] { 1 }));

        // The node is reused; the old permits are of another version.
        tx.TryReserve(out var second);
        copy.Dispose();
        Assert.Throws<InvalidOperationException>(() => copy.Send(3));
        Assert.That(tx.TrySend(4), Is.EqualTo(SendStatus.Full), "the second permit still holds the slot");
        second.Dispose();
        second.Dispose();
        Assert.That(tx.TrySend(5), Is.EqualTo(SendStatus.Ok));
        Assert.That(tx.TrySend(6), Is.EqualTo(SendStatus.Full), "disposing twice gave the slot back twice");
        Assert.Throws<InvalidOperationException>(() => default(Permit<int>).Send(1));
        default(Permit<int>).Dispose();
    }

    [Test]
    public Task An_aborted_permit_wakes_a_waiting_sender() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        var permit = await tx.ReserveAsync(cx);
        await cx.ScopeAsync(async scope =>
        {
            await StartInOrder(cx, scope, tx.Core, 1, async (c, _) => await tx.SendAsync(1, c));
            permit.Dispose();
            Assert.That(await rx.ReceiveAsync(cx), Is.EqualTo(1));
        });
    });

    [Test]
    public Task A_task_that_ends_gives_its_unresolved_permits_back([Values] bool cancelled, [Values] bool waited) => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        if (waited)
        {
            tx.TrySend(0);
            tx.TrySend(0);
        }

        await cx.ScopeAsync(async scope =>
        {
            var handle = scope.Spawn(async c =>
            {
                await tx.ReserveAsync(c);
                await tx.ReserveAsync(c);
                if (cancelled)
                {
                    await c.DelayAsync(TimeSpan.FromDays(1));
                }
            });
            await Until(cx, () => !waited || Waiters(tx.Core) == 1);
            Drain(rx);
            await Settle(cx);
            if (cancelled)
            {
                Assert.That(tx.TrySend(1), Is.EqualTo(SendStatus.Full));
                handle.Cancel();
            }

            await handle.OutcomeAsync(cx);
        });
        Assert.That((tx.TrySend(1), tx.TrySend(2), tx.TrySend(3)), Is.EqualTo((SendStatus.Ok, SendStatus.Ok, SendStatus.Full)));
    });

    [Test]
    public Task A_permit_may_be_resolved_by_another_task() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        await cx.ScopeAsync(async scope =>
        {
            var permit = await tx.ReserveAsync(cx);
            await scope.Spawn(_ =>
            {
                permit.Send(7);
                return Task.CompletedTask;
            }).JoinAsync(cx);
        });
        Assert.That(Drain(rx), Is.EqualTo(new[] { 7 }));
    });

    [Test]
    public async Task Resolving_on_one_worker_while_the_taker_ends_on_another_frees_the_slot_once()
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        var lost = 0;
        await Run(
            async cx => await cx.ScopeAsync(async scope =>
            {
                for (var i = 0; i < 3_000; i++)
                {
                    var (round, started, ready) = (i, 0, 0);
                    Permit<int> permit = default;
                    var taker = scope.Spawn(async c =>
                    {
                        while (Volatile.Read(ref started) == 0)
                        {
                            await c.YieldAsync();
                        }

                        permit = await tx.ReserveAsync(c);
                        Volatile.Write(ref ready, 1);
                        Thread.SpinWait(round % 64 * 4);
                    });
                    var other = scope.Spawn(async c =>
                    {
                        Volatile.Write(ref started, 1);
                        for (var spins = 1; Volatile.Read(ref ready) == 0; spins++)
                        {
                            if (spins % 10_000 == 0)
                            {
                                await c.YieldAsync();
                            }
                        }

                        try
                        {
                            permit.Send(1);
                        }
                        catch (InvalidOperationException)
                        {
                            lost++;
                        }
                    });
                    await taker.JoinAsync(cx);
                    await other.JoinAsync(cx);
                    Drain(rx);
                    Assert.That((tx.TrySend(2), tx.TrySend(3)), Is.EqualTo((SendStatus.Ok, SendStatus.Full)));
                    Drain(rx);
                }
            }),
            workers: 2);
        TestContext.Out.WriteLine($"the taker's end came first in {lost} of 3000 rounds");
    }
}
