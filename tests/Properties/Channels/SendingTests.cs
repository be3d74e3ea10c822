using Lab.Core.Channels;
using Lab.Core.Tasks;
using NUnit.Framework;
using static Lab.Properties.Channels.Channel;
using static Lab.Properties.Sync.Native;

namespace Lab.Properties.Channels;

/// <summary>Who gets a slot, and when (rules 1 to 4).</summary>
[TestFixture]
internal sealed class SendingTests
{
    [Test]
    public void Capacity_is_at_least_one() => Assert.Throws<ArgumentOutOfRangeException>(() => Mpsc.Bounded<int>(0));

    [Test]
    public void Buffered_and_reserved_together_fill_the_channel()
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        Assert.That(tx.TrySend(1), Is.EqualTo(SendStatus.Ok));
        Assert.That(tx.TryReserve(out var permit), Is.EqualTo(SendStatus.Ok));
        Assert.That(tx.TrySend(2), Is.EqualTo(SendStatus.Full));
        Assert.That(tx.TryReserve(out _), Is.EqualTo(SendStatus.Full));
        permit.Send(3);
        Assert.That(tx.TrySend(4), Is.EqualTo(SendStatus.Full));
        Assert.That(Drain(rx), Is.EqualTo(new[] { 1, 3 }));
        Assert.That(tx.TrySend(5), Is.EqualTo(SendStatus.Ok));
    }

    [Test]
    public void The_ring_keeps_the_order_while_it_grows_and_wraps([Values(1, 2, 3, 5, 8, 1000)] int capacity)
    {
        var (tx, rx) = Mpsc.Bounded<string>(capacity);
        var (sent, received) = (0, 0);
        for (var round = 1; round < 60; round++)
        {
            for (var i = 0; i < (round * 7 % 13) + 1 && tx.TrySend(sent.ToString()) == SendStatus.Ok; i++)
            {
                sent++;
            }

            for (var i = 0; i < (round * 5 % 11) + 1 && rx.TryReceive(out var value) == ReceiveStatus.Ok; i++)
            {
                Assert.That(value, Is.EqualTo(received.ToString()));
                received++;
            }
        }

        Assert.That(rx.Count, Is.EqualTo(sent - received));
    }

    [Test]
    public Task A_parked_send_is_moved_by_the_receive_that_makes_room_and_is_not_cancelled_any_more() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        tx.TrySend(0);
        await cx.ScopeAsync(async scope =>
        {
            var handles = await StartInOrder(cx, scope, tx.Core, 1, async (c, _) => await tx.SendAsync(1, c));
            Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Ok));
            Assert.That(rx.Count, Is.EqualTo(1), "moved by the receive itself, not when its task resumes");
            handles[0].Cancel();
            Assert.That((await handles[0].OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Ok));
        });
        Assert.That(Drain(rx), Is.EqualTo(new[] { 1 }));
    });

    [Test]
    public Task A_parked_send_that_is_cancelled_sends_nothing() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        tx.TrySend(0);
        await cx.ScopeAsync(async scope =>
        {
            var handles = await StartInOrder(cx, scope, tx.Core, 3, async (c, i) => await tx.SendAsync(i + 1, c));
            handles[0].Cancel();
            Assert.That((await handles[0].OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Canceled));
            Assert.That(await rx.ReceiveAsync(cx), Is.Zero);
            Assert.That(await rx.ReceiveAsync(cx), Is.EqualTo(2));
            Assert.That(await rx.ReceiveAsync(cx), Is.EqualTo(3));
        });
    });

    [Test]
    public Task Nobody_barges_past_those_who_wait_and_nobody_waits_for_one_who_left() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        Assert.That(tx.TryReserve(out var permit), Is.EqualTo(SendStatus.Ok));
        await cx.ScopeAsync(async scope =>
        {
            var handles = await StartInOrder(cx, scope, tx.Core, 2, async (c, i) =>
            {
                using var mine = await tx.ReserveAsync(c);
                await c.YieldAsync();
            });
            permit.Dispose();
            Assert.That(tx.TrySend(9), Is.EqualTo(SendStatus.Full), "the slot is the first waiter's");
            handles[0].Cancel();
            handles[1].Cancel();
            Assert.That(tx.TrySend(9), Is.EqualTo(SendStatus.Full), "the first waiter gives it back itself, in its next step");
            await handles[0].OutcomeAsync(cx);
            Assert.That(tx.TrySend(9), Is.EqualTo(SendStatus.Ok), "both who waited are gone");
        });
        Assert.That(Drain(rx), Is.EqualTo(new[] { 9 }));
    });

    [Test]
    public Task A_slot_given_to_a_reservation_that_is_cancelled_before_it_resumed_goes_to_the_next() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        tx.TrySend(0);
        await cx.ScopeAsync(async scope =>
        {
            var handles = await StartInOrder(cx, scope, tx.Core, 2, async (c, i) =>
            {
                using var permit = await tx.ReserveAsync(c);
                permit.Send(i + 1);
            });
            rx.TryReceive(out _);
            handles[0].Cancel();
            Assert.That((await handles[0].OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Canceled));
            Assert.That(await rx.ReceiveAsync(cx), Is.EqualTo(2));
        });
    });

    [Test]
    public Task Two_receives_before_the_head_resumed_serve_two_waiters() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        tx.TrySend(0);
        tx.TrySend(1);
        await cx.ScopeAsync(async scope =>
        {
            var handles = await StartInOrder(cx, scope, tx.Core, 2, async (c, i) =>
            {
                using var permit = await tx.ReserveAsync(c);
                permit.Send(i + 2);
            });
            rx.TryReceive(out _);
            rx.TryReceive(out _);
            await JoinAll(cx, handles);
        });
        Assert.That(Drain(rx), Is.EquivalentTo(new[] { 2, 3 }));
    });

    [Test]
    public Task Sends_and_reservations_stand_in_one_line() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        tx.TrySend(0);
        var got = new List<int>();
        await cx.ScopeAsync(async scope =>
        {
            await StartInOrder(cx, scope, tx.Core, 6, async (c, i) =>
            {
                if (i % 2 == 0)
                {
                    await tx.SendAsync(i + 1, c);
                    return;
                }

                using var permit = await tx.ReserveAsync(c);
                permit.Send(i + 1);
            });
            while (got.Count < 7)
            {
                got.Add(await rx.ReceiveAsync(cx));
            }
        });
        Assert.That(got, Is.EqualTo(Enumerable.Range(0, 7)));
    });

    [Test]
    public Task A_cancelled_task_sends_and_reserves_nothing() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        await cx.ScopeAsync(async scope =>
        {
            var handle = scope.Spawn(async c =>
            {
                try
                {
                    await tx.SendAsync(1, c);
                }
                catch (OperationCanceledException)
                {
                    using var permit = await tx.ReserveAsync(c);
                }
            });
            handle.Cancel();
            Assert.That((await handle.OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Canceled));
        });
        Assert.That((rx.Count, tx.TrySend(2), tx.TrySend(3)), Is.EqualTo((0, SendStatus.Ok, SendStatus.Ok)));
    });
}
