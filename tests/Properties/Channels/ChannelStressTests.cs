using System.Threading.Channels;
using Lab.Core.Channels;
using Lab.Core.Tasks;
using NUnit.Framework;
using static Lab.Properties.Sync.Native;

namespace Lab.Properties.Channels;

/// <summary>Real parallelism, and what a message costs.</summary>
[TestFixture]
internal sealed class ChannelStressTests
{
    [Test]
    public async Task Every_message_arrives_once_and_in_its_senders_order([Values(1, 3, 64)] int capacity)
    {
        const int Senders = 4;
        const int Messages = 8_000;
        var (tx, rx) = Mpsc.Bounded<(int Sender, int Number)>(capacity);
        var last = Enumerable.Repeat(-1, Senders).ToArray();
        await Run(
            async cx => await cx.ScopeAsync(async scope =>
            {
                for (var s = 0; s < Senders; s++)
                {
                    var (sender, mine) = (s, tx.Fork());
                    scope.Spawn(async c =>
                    {
                        using (mine)
                        {
                            for (var i = 0; i < Messages; i++)
                            {
                                if (i % 3 == 0)
                                {
                                    using var permit = await mine.ReserveAsync(c);
                                    if (i % 2 == 0)
                                    {
                                        await c.YieldAsync();
                                    }

                                    permit.Send((sender, i));
                                }
                                else
                                {
                                    await mine.SendAsync((sender, i), c);
                                }
                            }
                        }
                    });
                }

                tx.Dispose();
                await foreach (var (sender, number) in rx.ReadAllAsync(cx))
                {
                    Assert.That(number, Is.EqualTo(last[sender] + 1));
                    last[sender] = number;
                }
            }),
            workers: 2);
        Assert.That(last, Is.All.EqualTo(Messages - 1));
    }

    [Test]
    public async Task Cancelled_senders_and_receivers_lose_nothing_and_leave_no_slot_behind()
    {
        const int Rounds = 2_500;
        var (tx, rx) = Mpsc.Bounded<int>(2);
        var (sent, received) = (0, 0);
        await Run(
            async cx => await cx.ScopeAsync(async scope =>
            {
                var senders = scope.Spawn(async c =>
                {
                    for (var i = 0; i < Rounds; i++)
                    {
                        var way = i % 2;
                        var victim = scope.Spawn(async v =>
                        {
                            if (way == 0)
                            {
                                await tx.SendAsync(1, v);
                            }
                            else
                            {
                                using var permit = await tx.ReserveAsync(v);
                                permit.Send(1);
                            }

                            Interlocked.Increment(ref sent);
                        });
                        if (i % 5 != 0)
                        {
                            await c.YieldAsync();
                        }

                        victim.Cancel();
                        await victim.OutcomeAsync(c);
                    }
                });
                var receivers = scope.Spawn(async c =>
                {
                    while (!senders.IsCompleted)
                    {
                        var victim = scope.Spawn(async v => Interlocked.Add(ref received, await rx.ReceiveAsync(v)));
                        await c.YieldAsync();
                        victim.Cancel();
                        await victim.OutcomeAsync(c);
                    }
                });
                await receivers.JoinAsync(cx);
                while (rx.TryReceive(out var x) == ReceiveStatus.Ok)
                {
                    received += x;
                }
            }),
            workers: 2);
        Assert.That(received, Is.EqualTo(sent));
        Assert.That((tx.TrySend(1), tx.TrySend(2), tx.TrySend(3)), Is.EqualTo((SendStatus.Ok, SendStatus.Ok, SendStatus.Full)));
    }

    [Test]
    public async Task There_are_as_many_nodes_as_sends_ever_waited_at_once_however_they_come_back()
    {
        const int Senders = 16;
        const int Messages = 100_000;
        var (tx, rx) = Mpsc.Bounded<int>(1);
        await Run(
            async cx => await cx.ScopeAsync(async scope =>
            {
                for (var s = 0; s < Senders; s++)
                {
                    scope.Spawn(async c =>
                    {
                        for (var i = 0; i < Messages / Senders; i++)
                        {
                            await tx.SendAsync(1, c);
                        }
                    });
                }

                for (var i = 0; i < Messages; i++)
                {
                    await rx.ReceiveAsync(cx);
                }
            }),
            workers: 2);

        // One more may be lost: the first, on its way back when the second was made.
        Assert.That(tx.Core.SendsMade, Is.InRange(2, Senders + 1));
    }

    [Test]
    public Task Sending_and_receiving_allocate_nothing([Values(1, 16)] int capacity, [Values] bool reserve) => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(capacity);
        await cx.ScopeAsync(async scope =>
        {
            var producer = scope.Spawn(async c =>
            {
                while (true)
                {
                    if (reserve)
                    {
                        using var permit = await tx.ReserveAsync(c);
                        permit.Send(1);
                    }
                    else
                    {
                        await tx.SendAsync(1, c);
                    }
                }
            });
            async Task Rounds(int count)
            {
                for (var i = 0; i < count; i++)
                {
                    await rx.ReceiveAsync(cx);
                }
            }

            Assert.That(await BytesPerRound(() => Rounds(10_000), Rounds), Is.LessThan(0.5));
            producer.Cancel();
        });
    });

    [Test]
    public Task Enumerating_allocates_nothing_per_message() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        await cx.ScopeAsync(async scope =>
        {
            var producer = scope.Spawn(async c =>
            {
                while (true)
                {
                    await tx.SendAsync(1, c);
                }
            });
            async Task Rounds(int count)
            {
                await foreach (var x in rx.ReadAllAsync(cx))
                {
                    if (--count == 0)
                    {
                        break;
                    }
                }
            }

            Assert.That(await BytesPerRound(() => Rounds(10_000), Rounds), Is.LessThan(1));
            producer.Cancel();
        });
    });

    [Test]
    public Task The_writer_and_the_reader_allocate_nothing_per_wait_inside_a_task() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        await cx.ScopeAsync(async scope =>
        {
            scope.Spawn(async _ =>
            {
                try
                {
                    while (true)
                    {
                        await tx.Writer.WriteAsync(1);
                    }
                }
                catch (ChannelClosedException)
                {
                }
            });
            async Task Rounds(int count)
            {
                for (var i = 0; i < count; i++)
                {
                    await rx.Reader.ReadAsync();
                }
            }

            Assert.That(await BytesPerRound(() => Rounds(10_000), Rounds), Is.LessThan(0.5));
            rx.Dispose();
        });
    });
}
