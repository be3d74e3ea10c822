using System.Threading.Channels;
using Lab.Core.Cancellation;
using Lab.Core.Channels;
using NUnit.Framework;

namespace Lab.Properties.Specs;

/// <summary>semantics.md, section 5: how a channel ends, from either side.</summary>
public sealed class MpscClosingSpec(HostKind host) : Spec(host)
{
    [Test]
    public void A_closed_receiver_still_gets_what_is_buffered_and_what_permits_send() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(3);
        tx.TrySend(1);
        var permit = await tx.ReserveAsync(cx);
        rx.Close();
        Assert.That(tx.TrySend(2), Is.EqualTo(SendStatus.Closed));
        Assert.That(await rx.ReceiveAsync(cx), Is.EqualTo(1));
        Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Empty), "the permit may still send");
        permit.Send(3);
        Assert.That(await rx.ReceiveAsync(cx), Is.EqualTo(3));
        Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Ended));
        await Thrown<ChannelClosedException>(() => rx.ReceiveAsync(cx).AsTask());
    });

    [TestCase(false)]
    [TestCase(true)]
    public void A_sender_that_has_ended_refuses_a_cancelled_task_as_it_refuses_others(bool reserves) => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, _) = Mpsc.Bounded<int>(1);
        using var other = tx.Fork();
        tx.Dispose();
        var task = scope.Spawn(async c =>
        {
            c.Cancel(Reason(CancellationKind.User));
            if (reserves)
            {
                await Thrown<ChannelClosedException>(() => tx.ReserveAsync(c).AsTask());
            }
            else
            {
                Assert.That((await Thrown<SendRejectedException<int>>(() => tx.SendAsync(7, c).AsTask())).Value, Is.EqualTo(7));
            }
        });
        Assert.That(await End(task, cx), Is.EqualTo("Ok"));
    }));

    [TestCase(false)]
    [TestCase(true)]
    public void A_sender_that_waits_gets_its_value_back_when_the_receiver_goes(bool disposed) => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, rx) = Mpsc.Bounded<string>(1);
        tx.TrySend("first");
        var back = "";
        var sender = await Start(scope, cx, async c =>
        {
            try
            {
                await tx.SendAsync("second", c);
            }
            catch (SendRejectedException<string> e)
            {
                back = e.Value;
            }
        });
        if (disposed)
        {
            rx.Dispose();
        }
        else
        {
            rx.Close();
        }

        Assert.That(await End(sender, cx), Is.EqualTo("Ok"));
        Assert.That(back, Is.EqualTo("second"));
    }));

    [Test]
    public void A_permit_cannot_send_to_a_receiver_that_is_gone_and_says_so() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        var permit = await tx.ReserveAsync(cx);
        rx.Dispose();
        Assert.That((await Thrown<SendRejectedException<int>>(async () =>
        {
            permit.Send(7);
            await Task.CompletedTask;
        })).Value, Is.EqualTo(7));
    });

    [Test]
    public void The_end_comes_after_the_buffered_values_and_when_the_last_sender_has_ended() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        var other = tx.Fork();
        tx.TrySend(1);
        tx.Dispose();
        tx.Dispose();
        other.TrySend(2);
        Assert.That(tx.TrySend(3), Is.EqualTo(SendStatus.Closed));
        Assert.That((await rx.ReceiveAsync(cx), await rx.ReceiveAsync(cx)), Is.EqualTo((1, 2)));
        Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Empty), "the other sender is still there");
        other.Dispose();
        Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Ended));
    });

    [Test]
    public void The_channel_is_complete_when_its_last_message_was_taken() => Run(cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        var completion = rx.Reader.Completion;
        tx.TrySend(1);
        tx.TrySend(2);
        tx.Dispose();
        rx.TryReceive(out _);
        Assert.That(completion.IsCompleted, Is.False, "a message is left");
        rx.TryReceive(out _);
        Assert.That(completion.IsCompleted);
        return Task.CompletedTask;
    });

    [Test]
    public void The_end_of_the_last_sender_wakes_the_receiver() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        var receiver = await Start(scope, cx, c => rx.WaitToReceiveAsync(c).AsTask());
        tx.Complete();
        Assert.That(await End(receiver, cx), Is.EqualTo("Ok"));
        Assert.That(await rx.WaitToReceiveAsync(cx), Is.False);
    }));

    [Test]
    public void An_error_reaches_who_waits_to_be_told_and_who_still_sends() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        var other = tx.Fork();
        Exception? told = null;
        var receiver = await Start(scope, cx, async c => told = (await Thrown<ChannelClosedException>(() => rx.WaitToReceiveAsync(c).AsTask())).InnerException);
        tx.Writer.Complete(new FormatException("why"));
        await End(receiver, cx);
        Assert.That(told?.Message, Is.EqualTo("why"));
        Assert.That((await Thrown<ChannelClosedException>(() => rx.WaitToReceiveAsync(cx).AsTask())).InnerException, Is.SameAs(told));
        var rejected = await Thrown<SendRejectedException<int>>(() => other.SendAsync(7, cx).AsTask());
        Assert.That((rejected.Value, rejected.InnerException), Is.EqualTo((7, told)));
    }));

    [Test]
    public void The_writers_end_is_the_end_of_all_senders_and_of_those_that_are_made_later() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        var before = tx.Fork();
        tx.Writer.Complete();
        var after = tx.Fork();
        Assert.That((before.TrySend(1), after.TrySend(2)), Is.EqualTo((SendStatus.Closed, SendStatus.Closed)));
        before.Complete(new FormatException("too late"));
        after.Complete(new FormatException("too late"));
        Assert.That((await Thrown<ChannelClosedException>(() => rx.ReceiveAsync(cx).AsTask())).InnerException, Is.Null);
    });

    [Test]
    public void Who_waits_for_room_is_told_the_end() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        tx.TrySend(1);
        var goOn = true;
        var writer = await Start(scope, cx, async _ => goOn = await tx.Writer.WaitToWriteAsync(CancellationToken.None));
        rx.Close();
        Assert.That(await End(writer, cx), Is.EqualTo("Ok"));
        Assert.That(goOn, Is.False);
    }));

    [Test]
    public void The_end_carries_the_first_error_that_a_sender_gave() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        var (second, third) = (tx.Fork(), tx.Fork());
        tx.Complete();
        second.Complete(new FormatException("first"));
        third.Complete(new FormatException("second"));
        var end = await Thrown<ChannelClosedException>(() => rx.ReceiveAsync(cx).AsTask());
        Assert.That(end.InnerException?.Message, Is.EqualTo("first"));
    });
}
