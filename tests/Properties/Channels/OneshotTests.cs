using System.Threading.Channels;
using Lab.Core.Channels;
using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Traces;
using NUnit.Framework;
using static Lab.Properties.Channels.Channel;
using static Lab.Properties.Sync.Native;

namespace Lab.Properties.Channels;

[TestFixture]
internal sealed class OneshotTests
{
    [Test]
    public Task The_message_arrives_whichever_side_comes_first([Values] bool sendFirst) => Run(async cx =>
    {
        var (tx, rx) = Oneshot.Create<int>();
        await cx.ScopeAsync(async scope =>
        {
            if (sendFirst)
            {
                tx.Send(5);
            }
            else
            {
                scope.Spawn(async c =>
                {
                    await Until(c, () => Waiters(rx.Core) == 1);
                    tx.Send(5);
                });
            }

            Assert.That(await rx.ReceiveAsync(cx), Is.EqualTo(5));
        });
        Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Ended));
        await Assert.ThatAsync(async () => await rx.ReceiveAsync(cx), Throws.TypeOf<ChannelClosedException>());
    });

    [Test]
    public Task A_sender_that_is_dropped_ends_the_wait() => Run(async cx =>
    {
        var (tx, rx) = Oneshot.Create<int>();
        await cx.ScopeAsync(async scope =>
        {
            var ended = false;
            await StartInOrder(cx, scope, rx.Core, 1, async (c, _) =>
            {
                try
                {
                    await rx.ReceiveAsync(c);
                }
                catch (ChannelClosedException)
                {
                    ended = true;
                }
            });
            tx.Dispose();
            await Until(cx, () => ended);
        });
    });

    [Test]
    public void A_closed_receiver_refuses_and_the_value_stays_the_senders()
    {
        var (tx, rx) = Oneshot.Create<string>();
        rx.Close();
        Assert.That(tx.IsClosed);
        Assert.That(tx.TrySend("x"), Is.False);
        Assert.That(Assert.Throws<SendRejectedException<string>>(() => tx.Send("y"))!.Value, Is.EqualTo("y"));
        Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Ended));
    }

    [Test]
    public void It_carries_one_message()
    {
        var (tx, rx) = Oneshot.Create<int>();
        Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Empty));
        Assert.That(tx.TrySend(1));
        Assert.Throws<InvalidOperationException>(() => tx.TrySend(2));
        tx.Dispose();
        rx.Close();
        Assert.That((rx.TryReceive(out var value), value), Is.EqualTo((ReceiveStatus.Ok, 1)), "sent before it was closed");
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_receiver_that_is_disposed_drops_the_message_closed_before_or_not(bool isClosed)
    {
        var (tx, rx) = Oneshot.Create<string>();
        tx.Send("x");
        if (isClosed)
        {
            rx.Close();
        }

        rx.Dispose();
        Assert.That((rx.TryReceive(out var message), message), Is.EqualTo((ReceiveStatus.Ended, (string?)null)));
    }

    [Test]
    public Task A_receive_that_was_chosen_and_then_cancelled_leaves_the_message() => Run(async cx =>
    {
        var (tx, rx) = Oneshot.Create<int>();
        await cx.ScopeAsync(async scope =>
        {
            var handles = await StartInOrder(cx, scope, rx.Core, 1, async (c, _) => await rx.ReceiveAsync(c));
            tx.Send(5);
            Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Empty), "it is promised");
            handles[0].Cancel();
            Assert.That((await handles[0].OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Canceled));
        });
        Assert.That(await rx.ReceiveAsync(cx), Is.EqualTo(5));
    });

    // Chosen, and cancelled before it resumed: the message is passed on only if it is still there.
    [TestCase(false, 1)]
    [TestCase(true, 0)]
    public void A_message_that_was_dropped_meanwhile_is_not_told_to_be_passed_on(bool drops, int expected)
    {
        var trace = LabRuntime.TryRun(Schedule.Default, async cx =>
        {
            var (tx, rx) = Oneshot.Create<int>();
            await cx.ScopeAsync(async scope =>
            {
                var child = scope.Spawn(async c => await rx.ReceiveAsync(c));
                for (var i = 0; i < 3; i++)
                {
                    await cx.YieldAsync();
                }

                Assert.That(Waiters(rx.Core), Is.EqualTo(1));
                tx.Send(1);
                if (drops)
                {
                    rx.Dispose();
                }

                child.Cancel();
            });
            throw new FormatException("so that there is a trace");
        }).Trace!;
        Assert.That(trace.Events.Count(static e => e.Kind == "OneshotSent"), Is.EqualTo(1));
        Assert.That(trace.Events.Count(static e => e.Kind == "OneshotPassedOn"), Is.EqualTo(expected));
    }
}
