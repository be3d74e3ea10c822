using System.Threading.Channels;
using Lab.Core.Channels;
using Lab.Core.Tasks;
using NUnit.Framework;
using static Lab.Properties.Channels.Channel;
using static Lab.Properties.Sync.Native;

namespace Lab.Properties.Channels;

/// <summary>What a receive gets, and what a cancelled one leaves (rules 5 and 8).</summary>
[TestFixture]
internal sealed class ReceivingTests
{
    [Test]
    public Task A_receive_that_was_chosen_and_then_cancelled_takes_no_message() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(4);
        await cx.ScopeAsync(async scope =>
        {
            var handles = await StartInOrder(cx, scope, rx.Core, 1, async (c, _) => await rx.ReceiveAsync(c));
            tx.TrySend(1);
            tx.TrySend(2);
            Assert.That(rx.Count, Is.EqualTo(1), "one of the two is promised");
            handles[0].Cancel();
            Assert.That((await handles[0].OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Canceled));
        });
        Assert.That(Drain(rx), Is.EqualTo(new[] { 1, 2 }));
    });

    [Test]
    public Task Its_promise_goes_to_the_next_who_waits() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(4);
        await cx.ScopeAsync(async scope =>
        {
            var got = 0;
            var handles = await StartInOrder(cx, scope, rx.Core, 2, async (c, _) => got = await rx.ReceiveAsync(c));
            tx.TrySend(1);
            handles[0].Cancel();
            await handles[1].JoinAsync(cx);
            Assert.That(got, Is.EqualTo(1));
        });
    });

    [Test]
    public Task Nobody_takes_the_message_promised_to_a_waiter() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(4);
        await cx.ScopeAsync(async scope =>
        {
            var got = 0;
            await StartInOrder(cx, scope, rx.Core, 1, async (c, _) => got = await rx.ReceiveAsync(c));
            tx.TrySend(1);
            Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Empty));
            await Until(cx, () => got == 1);
        });
    });

    [Test]
    public Task Who_looks_sees_the_message_after_the_promised_ones() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(4);
        await cx.ScopeAsync(async scope =>
        {
            await StartInOrder(cx, scope, rx.Core, 1, async (c, _) => await rx.ReceiveAsync(c));
            tx.TrySend(1);
            Assert.That((rx.Reader.TryPeek(out _), rx.Count), Is.EqualTo((false, 0)));
            tx.TrySend(2);
            Assert.That((rx.Reader.TryPeek(out var next), next, rx.Count), Is.EqualTo((true, 2, 1)));
        });
        Assert.That(Drain(rx), Is.EqualTo(new[] { 2 }));
    });

    [Test]
    public Task Enumerating_yields_everything_in_order_and_stops_at_the_end() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        var got = new List<int>();
        await cx.ScopeAsync(async scope =>
        {
            scope.Spawn(async c =>
            {
                using (tx)
                {
                    for (var i = 0; i < 50; i++)
                    {
                        await tx.SendAsync(i, c);
                    }
                }
            });
            await foreach (var x in rx.ReadAllAsync(cx))
            {
                got.Add(x);
            }
        });
        Assert.That(got, Is.EqualTo(Enumerable.Range(0, 50)));
    });

    [Test]
    public Task Leaving_an_enumeration_loses_nothing_and_it_can_be_enumerated_again() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(4);
        for (var i = 0; i < 4; i++)
        {
            tx.TrySend(i);
        }

        var all = rx.ReadAllAsync(cx);
        await foreach (var x in all)
        {
            Assert.That(x, Is.Zero);
            break;
        }

        await foreach (var x in all)
        {
            Assert.That(x, Is.EqualTo(1));
            break;
        }

        Assert.That(Drain(rx), Is.EqualTo(new[] { 2, 3 }));
    });

    [Test]
    public Task An_enumeration_is_ended_by_its_task_and_by_its_token([Values] bool byToken) => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(4);
        using var source = new CancellationTokenSource();
        await cx.ScopeAsync(async scope =>
        {
            var handles = await StartInOrder(cx, scope, rx.Core, 1, async (c, _) =>
            {
                await foreach (var x in rx.ReadAllAsync(c).WithCancellation(source.Token))
                {
                }
            });
            if (byToken)
            {
                await source.CancelAsync();
            }
            else
            {
                handles[0].Cancel();
            }

            Assert.That((await handles[0].OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Canceled));
        });
        Assert.That(tx.TrySend(1), Is.EqualTo(SendStatus.Ok));
        Assert.That(Drain(rx), Is.EqualTo(new[] { 1 }));
    });

    [Test]
    public Task Waiting_to_receive_takes_nothing_and_tells_the_end() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        await cx.ScopeAsync(async scope =>
        {
            var seen = new List<bool>();
            await StartInOrder(cx, scope, rx.Core, 2, async (c, _) => seen.Add(await rx.WaitToReceiveAsync(c)));
            tx.TrySend(1);
            await Until(cx, () => seen.Count == 2);
            Assert.That(seen, Is.All.True);
            Assert.That(await rx.ReceiveAsync(cx), Is.EqualTo(1));
            await StartInOrder(cx, scope, rx.Core, 1, async (c, _) => seen.Add(await rx.WaitToReceiveAsync(c)));
            tx.Dispose();
            await Until(cx, () => seen.Count == 3);
            Assert.That(seen[2], Is.False);
            Assert.That(await rx.WaitToReceiveAsync(cx), Is.False);
            await Assert.ThatAsync(async () => await rx.ReceiveAsync(cx), Throws.TypeOf<ChannelClosedException>());
        });
    });
}
