using System.Threading.Channels;
using Lab.Core.Channels;
using NUnit.Framework;

namespace Lab.Properties.Specs;

/// <summary>Receiving several messages at once: what is there, in order, all at one moment.</summary>
public sealed class ReceiveManySpec(HostKind host) : Spec(host)
{
    [Test]
    public void It_takes_what_is_there_in_order_and_no_more_than_fits() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(4);
        var buffer = new[] { 0, 0, 0 };
        for (var i = 1; i <= 4; i++)
        {
            tx.TrySend(i);
        }

        Assert.That(await rx.ReceiveManyAsync(buffer, cx), Is.EqualTo(3));
        Assert.That(buffer, Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(await rx.ReceiveManyAsync(buffer, cx), Is.EqualTo(1));
        Assert.That(buffer, Is.EqualTo(new[] { 4, 2, 3 }), "the rest of the buffer is left as it was");
        Assert.That((await rx.ReceiveManyAsync(Filled(tx, buffer), cx), buffer[0]), Is.EqualTo((1, 5)));
    });

    [Test]
    public void It_waits_for_the_first_message() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(4);
        var buffer = new int[4];
        var taken = 0;
        var receiver = await Start(scope, cx, async c => taken = await rx.ReceiveManyAsync(buffer, c));
        tx.TrySend(7);
        await receiver.JoinAsync(cx);
        Assert.That((taken, buffer[0]), Is.EqualTo((1, 7)));
    }));

    [Test]
    public void Of_two_sends_it_takes_one_or_both() => Outcomes(
        async cx =>
        {
            var (tx, rx) = Mpsc.Bounded<int>(2);
            var buffer = new int[2];
            var taken = 0;
            await cx.ScopeAsync(scope =>
            {
                scope.Spawn(async c =>
                {
                    await tx.SendAsync(1, c);
                    await tx.SendAsync(2, c);
                });
                scope.Spawn(async c => taken = await rx.ReceiveManyAsync(buffer, c));
                return Task.CompletedTask;
            });
            return $"{taken}";
        },
        "1",
        "2");

    [Test]
    public void Taking_several_makes_room_for_as_many_senders() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        var buffer = new int[8];
        tx.TrySend(1);
        tx.TrySend(2);
        var third = await Start(scope, cx, c => tx.SendAsync(3, c).AsTask());
        var fourth = await Start(scope, cx, c => tx.SendAsync(4, c).AsTask());
        Assert.That(await rx.ReceiveManyAsync(buffer, cx), Is.EqualTo(2), "those that wait to send come in afterwards");
        await third.JoinAsync(cx);
        await fourth.JoinAsync(cx);
        Assert.That(await rx.ReceiveManyAsync(buffer, cx), Is.EqualTo(2));
        Assert.That(buffer[..2], Is.EqualTo(new[] { 3, 4 }));
    }));

    [Test]
    public void One_that_waited_makes_room_for_the_senders_that_came_meanwhile() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        var buffer = new int[4];
        var receiver = await Start(scope, cx, c => rx.ReceiveManyAsync(buffer, c).AsTask());
        tx.TrySend(1);
        var sender = await Start(scope, cx, c => tx.SendAsync(2, c).AsTask());
        Assert.That((await End(receiver, cx), await End(sender, cx)), Is.EqualTo(("Ok", "Ok")));
        Assert.That((await rx.ReceiveManyAsync(buffer, cx), buffer[0]), Is.EqualTo((1, 2)));
    }));

    [Test]
    public void What_an_earlier_receive_was_promised_stays_there() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(4);
        var buffer = new int[4];
        var single = 0;
        var earlier = await Start(scope, cx, async c => single = await rx.ReceiveAsync(c));
        tx.TrySend(1);
        tx.TrySend(2);
        var taken = await rx.ReceiveManyAsync(buffer, cx);
        await earlier.JoinAsync(cx);
        Assert.That(taken, Is.EqualTo(1));
        Assert.That(new[] { single, buffer[0] }, Is.EquivalentTo(new[] { 1, 2 }));
    }));

    [Test]
    public void At_the_end_it_takes_none() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        var buffer = new int[2];
        tx.TrySend(1);
        tx.Complete();
        Assert.That(await rx.ReceiveManyAsync(buffer, cx), Is.EqualTo(1));
        Assert.That(await rx.ReceiveManyAsync(buffer, cx), Is.Zero);
    });

    [Test]
    public void A_waiting_one_is_told_of_the_end() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        var taken = -1;
        var receiver = await Start(scope, cx, async c => taken = await rx.ReceiveManyAsync(new int[2], c));
        tx.Complete();
        await receiver.JoinAsync(cx);
        Assert.That(taken, Is.Zero);
    }));

    [Test]
    public void An_end_with_an_error_throws_it_after_the_last_message() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        var buffer = new int[2];
        tx.TrySend(1);
        tx.Complete(new TimeoutException("no more"));
        Assert.That(await rx.ReceiveManyAsync(buffer, cx), Is.EqualTo(1));
        var thrown = await Assert.ThrowsAsync<ChannelClosedException>(async () => await rx.ReceiveManyAsync(buffer, cx));
        Assert.That(thrown!.InnerException, Is.InstanceOf<TimeoutException>());
    });

    [Test]
    public void A_cancelled_one_takes_no_message() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        var buffer = new int[2];
        var taken = 0;
        var receiver = await Start(scope, cx, async c => taken = await rx.ReceiveManyAsync(buffer, c));
        receiver.Cancel();
        tx.TrySend(1);
        tx.TrySend(2);
        Assert.That(await End(receiver, cx), Is.EqualTo("Canceled"));
        Assert.That((taken, rx.Count), Is.EqualTo((0, 2)));
        Assert.That(await rx.ReceiveManyAsync(buffer, cx), Is.EqualTo(2));
        Assert.That(buffer, Is.EqualTo(new[] { 1, 2 }));
    }));

    [Test]
    public void An_empty_buffer_is_refused() => Run(cx =>
    {
        var (_, rx) = Mpsc.Bounded<int>(1);
        Assert.That(() => rx.ReceiveManyAsync(Memory<int>.Empty, cx), Throws.ArgumentException);
        return Task.CompletedTask;
    });

    private static int[] Filled(Sender<int> tx, int[] buffer)
    {
        tx.TrySend(5);
        return buffer;
    }
}
