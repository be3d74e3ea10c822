using System.Threading.Channels;
using Lab.Core.Channels;
using NUnit.Framework;

namespace Lab.Properties.Specs;

/// <summary>A channel for one message.</summary>
public sealed class OneshotSpec(HostKind host) : Spec(host)
{
    [Test]
    public void The_message_arrives_whoever_comes_first() => Run(async cx =>
    {
        var (tx, rx) = Oneshot.Create<int>();
        await cx.ScopeAsync(async scope =>
        {
            scope.Spawn(async c =>
            {
                await c.YieldAsync();
                tx.Send(7);
            });
            Assert.That(await rx.ReceiveAsync(cx), Is.EqualTo(7));
        });
        Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Ended));
    });

    [Test]
    public void A_sender_that_ends_without_a_message_wakes_the_receiver() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, rx) = Oneshot.Create<int>();
        var receiver = await Start(scope, cx, c => Thrown<ChannelClosedException>(() => rx.ReceiveAsync(c).AsTask()));
        tx.Dispose();
        Assert.That(await End(receiver, cx), Is.EqualTo("Ok"));
    }));

    [TestCase(false)]
    [TestCase(true)]
    public void A_receive_that_waits_ends_when_its_receiver_closes(bool disposed) => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (_, rx) = Oneshot.Create<int>();
        var receiver = await Start(scope, cx, c => Thrown<ChannelClosedException>(() => rx.ReceiveAsync(c).AsTask()));
        if (disposed)
        {
            rx.Dispose();
        }
        else
        {
            rx.Close();
        }

        Assert.That(await End(receiver, cx), Is.EqualTo("Ok"));
    }));

    [Test]
    public void A_closed_receiver_refuses_and_the_value_comes_back() => Run(cx =>
    {
        var (tx, rx) = Oneshot.Create<int>();
        rx.Close();
        Assert.That((tx.IsClosed, tx.TrySend(1)), Is.EqualTo((true, false)));
        return Task.CompletedTask;
    });

    [Test]
    public void A_message_is_sent_once() => Run(cx =>
    {
        var (tx, rx) = Oneshot.Create<int>();
        tx.Send(1);
        Assert.That(() => tx.Send(2), Throws.InvalidOperationException);
        tx.Dispose();
        rx.Close();
        Assert.That((rx.TryReceive(out var value), value), Is.EqualTo((ReceiveStatus.Ok, 1)), "sent before the close");
        return Task.CompletedTask;
    });

    [Test]
    public void A_cancelled_receive_leaves_the_message() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, rx) = Oneshot.Create<int>();
        var got = 0;
        var receiver = await Start(scope, cx, async c => got = await rx.ReceiveAsync(c));
        tx.Send(7);
        receiver.Cancel();
        if (await End(receiver, cx) == "Canceled")
        {
            got = await rx.ReceiveAsync(cx);
        }

        Assert.That(got, Is.EqualTo(7));
    }));
}
