using System.Threading.Channels;
using Lab.Core.Channels;
using NUnit.Framework;

namespace Lab.Properties.Specs;

/// <summary>semantics.md, section 5: slots, order, and who is served.</summary>
public sealed class MpscSpec(HostKind host) : Spec(host)
{
    [Test]
    public void Buffered_and_reserved_never_exceed_the_capacity() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        var permit = await tx.ReserveAsync(cx);
        Assert.That((tx.TrySend(1), tx.TrySend(2)), Is.EqualTo((SendStatus.Ok, SendStatus.Full)));
        permit.Dispose();
        Assert.That(tx.TrySend(3), Is.EqualTo(SendStatus.Ok));
        Assert.That((await rx.ReceiveAsync(cx), await rx.ReceiveAsync(cx)), Is.EqualTo((1, 3)));
    });

    [Test]
    public void A_permit_that_is_given_back_serves_the_next_in_line() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        var permit = await tx.ReserveAsync(cx);
        var sender = await Start(scope, cx, c => tx.SendAsync(1, c).AsTask());
        permit.Dispose();
        Assert.That(await End(sender, cx), Is.EqualTo("Ok"));
        Assert.That((rx.TryReceive(out var value), value), Is.EqualTo((ReceiveStatus.Ok, 1)));
    }));

    [Test]
    public void Messages_keep_their_order_when_the_buffer_grows_in_the_middle_of_use() => Run(cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(100);
        var (sent, received) = (0, 0);
        for (var round = 0; round < 10; round++)
        {
            // The buffer begins anywhere in its ring each time it has to grow.
            for (var i = 0; i < 7; i++)
            {
                Assert.That(tx.TrySend(sent++), Is.EqualTo(SendStatus.Ok));
            }

            for (var i = 0; i < 5; i++)
            {
                Assert.That((rx.TryReceive(out var value), value), Is.EqualTo((ReceiveStatus.Ok, received++)));
            }
        }

        return Task.CompletedTask;
    });

    [Test]
    public void A_capacity_below_one_is_refused() => Assert.That(() => Mpsc.Bounded<int>(0), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void Of_send_and_dispose_exactly_one_takes_effect() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        var sent = await tx.ReserveAsync(cx);
        sent.Send(1);
        sent.Dispose();
        sent.Dispose();
        Assert.That(tx.TrySend(2), Is.EqualTo(SendStatus.Full), "disposing after sending frees nothing");
        Assert.That(() => sent.Send(3), Throws.InvalidOperationException);
        Assert.That(await rx.ReceiveAsync(cx), Is.EqualTo(1));
        var aborted = await tx.ReserveAsync(cx);
        aborted.Dispose();
        Assert.That(() => aborted.Send(4), Throws.InvalidOperationException);
        Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Empty));
    });

    [Test]
    public void Senders_are_served_in_order_and_nobody_barges() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, rx) = Mpsc.Bounded<string>(1);
        tx.TrySend("first");
        await Start(scope, cx, c => tx.SendAsync("a", c).AsTask());
        await Start(scope, cx, c => tx.SendAsync("b", c).AsTask());
        Assert.That(tx.TrySend("barges"), Is.EqualTo(SendStatus.Full));
        Assert.That(await rx.ReceiveAsync(cx), Is.EqualTo("first"));
        Assert.That(tx.TrySend("barges"), Is.EqualTo(SendStatus.Full), "the slot went to the head of the queue");
        Assert.That((await rx.ReceiveAsync(cx), await rx.ReceiveAsync(cx)), Is.EqualTo(("a", "b")));
    }));

    [Test]
    public void Two_receives_before_the_head_resumes_serve_two_senders() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        tx.TrySend(1);
        tx.TrySend(2);
        await Start(scope, cx, c => tx.SendAsync(3, c).AsTask());
        await Start(scope, cx, c => tx.SendAsync(4, c).AsTask());
        var got = new List<int>();
        while (rx.TryReceive(out var value) == ReceiveStatus.Ok)
        {
            got.Add(value);
        }

        Assert.That(got, Is.EqualTo(new[] { 1, 2, 3, 4 }), "a parked send carries its value");
    }));

    [Test]
    public void A_sender_that_is_cancelled_while_it_waits_makes_room_for_the_next() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, rx) = Mpsc.Bounded<string>(1);
        tx.TrySend("first");
        var head = await Start(scope, cx, c => tx.SendAsync("head", c).AsTask());
        var next = await Start(scope, cx, c => tx.SendAsync("next", c).AsTask());
        head.Cancel();
        Assert.That(await End(head, cx), Is.EqualTo("Canceled"));
        Assert.That((await rx.ReceiveAsync(cx), await rx.ReceiveAsync(cx)), Is.EqualTo(("first", "next")));
        Assert.That(await End(next, cx), Is.EqualTo("Ok"));
    }));

    [Test]
    public void A_reservation_that_is_cancelled_after_it_was_handed_its_slot_gives_it_to_the_next() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, rx) = Mpsc.Bounded<string>(1);
        tx.TrySend("first");
        var head = await Start(scope, cx, c => tx.ReserveAsync(c).AsTask());
        var next = await Start(scope, cx, c => tx.SendAsync("next", c).AsTask());
        Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Ok));
        head.Cancel();
        var end = await End(head, cx);
        if (end == "Ok")
        {
            // Natively it may have resumed first; then its permit was left to the runtime, which gave the slot back.
            Assert.That(IsNative);
        }

        Assert.That(await rx.ReceiveAsync(cx), Is.EqualTo("next"));
        Assert.That(await End(next, cx), Is.EqualTo("Ok"));
    }));

    [Test]
    public void Cancelling_a_send_whose_value_was_taken_has_no_effect() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, rx) = Mpsc.Bounded<string>(1);
        tx.TrySend("first");
        var head = await Start(scope, cx, c => tx.SendAsync("taken", c).AsTask());
        rx.TryReceive(out _);
        head.Cancel();
        Assert.That(rx.TryReceive(out var value), Is.EqualTo(ReceiveStatus.Ok));
        Assert.That(value, Is.EqualTo("taken"));
        Assert.That(await End(head, cx), Is.EqualTo("Ok"));
    }));

    [Test]
    public void A_cancelled_receive_takes_no_message() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        var got = new List<int>();
        var receiver = await Start(scope, cx, async c => got.Add(await rx.ReceiveAsync(c)));
        tx.TrySend(1);
        receiver.Cancel();
        if (await End(receiver, cx) == "Canceled")
        {
            got.Add(await rx.ReceiveAsync(cx));
        }

        Assert.That(got, Is.EqualTo(new[] { 1 }));
        Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Empty));
    }));

    // C(4, 2) = 6 ways to merge two sequences of two, each in its own order.
    [Test]
    public void Two_senders_of_two_messages_arrive_in_all_six_orders_and_no_others() => Outcomes(
        async cx =>
        {
            var (tx, rx) = Mpsc.Bounded<string>(1);
            var log = "";
            await cx.ScopeAsync(async scope =>
            {
                foreach (var name in new[] { "a", "b" })
                {
                    var sender = tx.Fork();
                    scope.Spawn(async c =>
                    {
                        using (sender)
                        {
                            await sender.SendAsync(name + "1", c);
                            await sender.SendAsync(name + "2", c);
                        }
                    });
                }

                tx.Dispose();
                await foreach (var message in rx.ReadAllAsync(cx))
                {
                    log += message;
                }
            });
            return log;
        },
        "a1a2b1b2",
        "a1b1a2b2",
        "a1b1b2a2",
        "b1b2a1a2",
        "b1a1b2a2",
        "b1a1a2b2");

    [Test]
    public void A_task_that_is_cancelled_with_a_permit_gives_the_slot_back() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, _) = Mpsc.Bounded<int>(1);
        var holder = scope.Spawn(async c =>
        {
            await tx.ReserveAsync(c);
            await c.DelayAsync(TimeSpan.FromHours(1));
        });
        await cx.YieldAsync();
        holder.Cancel();
        Assert.That(await End(holder, cx), Is.EqualTo("Canceled"));
        Assert.That(tx.TrySend(1), Is.EqualTo(SendStatus.Ok));
    }));

    [Test]
    public void The_BCL_writer_and_reader_are_the_same_channel() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        scope.Spawn(async _ =>
        {
            for (var i = 0; i < 3; i++)
            {
                while (!tx.Writer.TryWrite(i))
                {
                    await tx.Writer.WaitToWriteAsync(CancellationToken.None);
                }
            }

            tx.Writer.Complete();
        });
        var got = new List<int>();
        while (await rx.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (rx.Reader.TryRead(out var value))
            {
                got.Add(value);
            }
        }

        Assert.That(got, Is.EqualTo(new[] { 0, 1, 2 }));
        await Thrown<ChannelClosedException>(() => rx.Reader.ReadAsync(CancellationToken.None).AsTask());
    }));
}
