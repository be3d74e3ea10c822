using System.Threading.Channels;
using Lab.Core.Channels;
using Lab.Core.Tasks;
using NUnit.Framework;
using static Lab.Properties.Channels.Channel;
using static Lab.Properties.Sync.Native;

namespace Lab.Properties.Channels;

/// <summary>How a channel ends (rules 6 and 7).</summary>
[TestFixture]
internal sealed class ClosingTests
{
    [Test]
    public void The_end_comes_after_what_is_buffered_and_is_not_the_same_as_empty()
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Empty));
        tx.TrySend(1);
        tx.Dispose();
        Assert.That(tx.TrySend(2), Is.EqualTo(SendStatus.Closed));
        Assert.That(rx.TryReceive(out var value), Is.EqualTo(ReceiveStatus.Ok));
        Assert.That(value, Is.EqualTo(1));
        Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Ended));
        Assert.Throws<ObjectDisposedException>(() => tx.Fork());
    }

    [Test]
    public void Every_fork_has_to_end_and_ending_twice_counts_once()
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        var other = tx.Fork();
        tx.Dispose();
        tx.Dispose();
        tx.Complete(new FormatException("too late"));
        Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Empty));
        Assert.That(other.TrySend(1), Is.EqualTo(SendStatus.Ok));
        other.Dispose();
        Assert.That(Drain(rx), Is.EqualTo(new[] { 1 }));
        Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Ended));
    }

    [Test]
    public Task The_last_sender_wakes_the_receiver_with_the_first_error() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        var other = tx.Fork();
        await cx.ScopeAsync(async scope =>
        {
            Exception? seen = null;
            await StartInOrder(cx, scope, rx.Core, 1, async (c, _) =>
            {
                try
                {
                    await rx.ReceiveAsync(c);
                }
                catch (ChannelClosedException e)
                {
                    seen = e.InnerException;
                }
            });
            tx.Complete(new FormatException("first"));
            other.Complete(new FormatException("second"));
            await Until(cx, () => seen is not null);
            Assert.That(seen!.Message, Is.EqualTo("first"));
        });
        await Assert.ThatAsync(async () => await Enumerate(rx.ReadAllAsync(cx)), Throws.TypeOf<ChannelClosedException>());
    });

    [Test]
    public Task A_send_that_waits_when_its_sender_ends_still_arrives_before_the_end() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        tx.TrySend(1);
        await cx.ScopeAsync(async scope =>
        {
            await StartInOrder(cx, scope, tx.Core, 1, async (c, _) => await tx.SendAsync(2, c));
            tx.Dispose();
            Assert.That(await Enumerate(rx.ReadAllAsync(cx)), Is.EqualTo(new[] { 1, 2 }));
        });
    });

    [Test]
    public Task Closing_refuses_who_waits_but_permits_and_buffer_still_arrive() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        tx.TrySend(1);
        var permit = await tx.ReserveAsync(cx);
        await cx.ScopeAsync(async scope =>
        {
            var refused = new List<object>();
            await StartInOrder(cx, scope, tx.Core, 2, async (c, i) =>
            {
                try
                {
                    if (i == 0)
                    {
                        await tx.SendAsync(9, c);
                    }
                    else
                    {
                        await tx.ReserveAsync(c);
                    }
                }
                catch (SendRejectedException<int> e)
                {
                    refused.Add(e.Value);
                }
                catch (ChannelClosedException e)
                {
                    refused.Add(e.GetType());
                }
            });
            rx.Close();
            await Until(cx, () => refused.Count == 2);
            Assert.That(refused, Is.EquivalentTo(new object[] { 9, typeof(ChannelClosedException) }));
        });
        Assert.That(tx.TrySend(3), Is.EqualTo(SendStatus.Closed));
        await Assert.ThatAsync(async () => await tx.SendAsync(3, cx), Throws.TypeOf<SendRejectedException<int>>());
        Assert.That(await rx.ReceiveAsync(cx), Is.EqualTo(1));
        Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Empty), "a permit is out");
        permit.Send(2);
        Assert.That(await rx.ReceiveAsync(cx), Is.EqualTo(2));
        Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Ended));
    });

    [Test]
    public Task The_last_permit_that_is_aborted_ends_a_closed_channel() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        var permit = await tx.ReserveAsync(cx);
        tx.Dispose();
        await cx.ScopeAsync(async scope =>
        {
            var ended = false;
            await StartInOrder(cx, scope, rx.Core, 1, async (c, _) => ended = !await rx.WaitToReceiveAsync(c));
            permit.Dispose();
            await Until(cx, () => ended);
        });
    });

    [Test]
    public Task Disposing_the_receiver_drops_the_buffer_and_gives_the_values_of_waiting_sends_back() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<object>(2);
        var dropped = AddUnreferenced(tx);
        var permit = await tx.ReserveAsync(cx);
        await cx.ScopeAsync(async scope =>
        {
            object? back = null;
            await StartInOrder(cx, scope, tx.Core, 1, async (c, _) =>
            {
                try
                {
                    await tx.SendAsync("mine", c);
                }
                catch (SendRejectedException<object> e)
                {
                    back = e.Value;
                }
            });
            rx.Dispose();
            await Until(cx, () => back is not null);
            Assert.That(back, Is.EqualTo("mine"));
        });
        Assert.That(tx.TrySend("x"), Is.EqualTo(SendStatus.Closed));
        Assert.That(Assert.Throws<SendRejectedException<object>>(() => permit.Send("y"))!.Value, Is.EqualTo("y"), "not dropped in silence");
        Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Ended));
        GC.Collect();
        Assert.That(dropped.IsAlive, Is.False);
        GC.KeepAlive(rx);
    });

    [Test]
    public Task A_receive_that_was_promised_a_message_sees_the_end_when_the_receiver_is_disposed() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        await cx.ScopeAsync(async scope =>
        {
            var ended = false;
            var handles = await StartInOrder(cx, scope, rx.Core, 1, async (c, _) =>
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
            tx.TrySend(1);
            rx.Dispose();
            await handles[0].JoinAsync(cx);
            Assert.That(ended);
        });
    });

    private static WeakReference AddUnreferenced(Sender<object> tx)
    {
        var message = new object();
        tx.TrySend(message);
        return new WeakReference(message);
    }

    private static async Task<List<T>> Enumerate<T>(IAsyncEnumerable<T> stream)
    {
        var all = new List<T>();
        await foreach (var x in stream)
        {
            all.Add(x);
        }

        return all;
    }
}
