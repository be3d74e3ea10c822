using Lab.Core.Channels;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Seeds;
using NUnit.Framework;

namespace Lab.Properties.Channels;

/// <summary>Small programs on every primitive, under many schedules of the lab: no schedule may lose a message, a permit or a wake-up.</summary>
[TestFixture]
internal sealed class LabPrograms
{
    private const int Executions = 400;

    [Test]
    public void Cancelled_senders_and_permits_under_any_schedule() => Explore(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        var (sent, got) = (0, 0);
        await cx.ScopeAsync(async scope =>
        {
            var senders = new List<TaskHandle>();
            for (var i = 0; i < 3; i++)
            {
                var way = i;
                senders.Add(scope.Spawn(async c =>
                {
                    if (way == 1)
                    {
                        await tx.SendAsync(1, c);
                    }
                    else
                    {
                        using var permit = await tx.ReserveAsync(c);
                        permit.Send(1);
                    }

                    sent++;
                }));
            }

            var canceller = scope.Spawn(async c =>
            {
                await c.YieldAsync();
                senders[1].Cancel();
                senders[2].Cancel();
            });
            var closer = scope.Spawn(async c =>
            {
                foreach (var sender in senders)
                {
                    await sender.OutcomeAsync(c);
                }

                tx.Dispose();
            });
            await foreach (var x in rx.ReadAllAsync(cx))
            {
                got += x;
            }

            await canceller.JoinAsync(cx);
            await closer.JoinAsync(cx);
        });
        Assert.That(got, Is.EqualTo(sent));
    });

    [Test]
    public void Cancelled_receives_under_any_schedule() => Explore(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        var got = new List<int>();
        await cx.ScopeAsync(async scope =>
        {
            var victim = scope.Spawn(async c => got.Add(await rx.ReceiveAsync(c)));
            scope.Spawn(async c =>
            {
                using (tx)
                {
                    for (var i = 0; i < 3; i++)
                    {
                        await tx.SendAsync(i, c);
                    }
                }
            });
            scope.Spawn(_ =>
            {
                victim.Cancel();
                return Task.CompletedTask;
            });
            await victim.OutcomeAsync(cx);
            await foreach (var x in rx.ReadAllAsync(cx))
            {
                got.Add(x);
            }
        });
        Assert.That(got, Is.EqualTo(new[] { 0, 1, 2 }));
    });

    [Test]
    public void Code_written_against_the_BCL_under_any_schedule() => Explore(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        var got = new List<int>();
        await cx.ScopeAsync(async scope =>
        {
            var writers = new List<TaskHandle>();
            for (var w = 0; w < 2; w++)
            {
                var (writer, from) = (tx.Writer, 10 * w);
                writers.Add(scope.Spawn(async c =>
                {
                    await writer.WriteAsync(from, c.CancellationToken);
                    while (!writer.TryWrite(from + 1))
                    {
                        await writer.WaitToWriteAsync();
                    }
                }));
            }

            scope.Spawn(async c =>
            {
                foreach (var writer in writers)
                {
                    await writer.JoinAsync(c);
                }

                tx.Writer.Complete();
            });
            await foreach (var x in rx.Reader.ReadAllAsync(cx.CancellationToken))
            {
                got.Add(x);
            }

            await rx.Reader.Completion;
        });
        Assert.That(got.Where(x => x < 10), Is.EqualTo(new[] { 0, 1 }));
        Assert.That(got.Where(x => x >= 10), Is.EqualTo(new[] { 10, 11 }));
    });

    [Test]
    public void Notify_semaphore_mutex_and_oneshot_under_any_schedule() => Explore(async cx =>
    {
        var (notify, semaphore, mutex) = (new Notify(), new AsyncSemaphore(1, 2), new AsyncMutex());
        var (tx, rx) = Oneshot.Create<int>();
        var (inside, woken) = (0, 0);
        await cx.ScopeAsync(async scope =>
        {
            var victims = new List<TaskHandle>();
            for (var i = 0; i < 2; i++)
            {
                victims.Add(scope.Spawn(async c =>
                {
                    using (await mutex.LockAsync(c))
                    {
                        Assert.That(++inside, Is.EqualTo(1));
                        try
                        {
                            await c.YieldAsync();
                        }
                        finally
                        {
                            inside--;
                        }
                    }

                    await semaphore.AcquireAsync(c);
                    semaphore.Release();
                    await notify.WaitAsync(c);
                    woken++;
                }));
            }

            scope.Spawn(async c =>
            {
                await semaphore.AcquireAsync(c);
                semaphore.Release();
                tx.Send(7);
                victims[0].Cancel();
            });
            Assert.That(await rx.ReceiveAsync(cx), Is.EqualTo(7));
            notify.NotifyOne();
            await victims[0].OutcomeAsync(cx);
            notify.NotifyOne();
            await victims[1].OutcomeAsync(cx);
        });
        Assert.That(mutex.IsLocked, Is.False);
        Assert.That(semaphore.CurrentCount, Is.EqualTo(1));
        Assert.That(woken, Is.GreaterThanOrEqualTo(1));
    });

    private static void Explore(Func<Cx, Task> program)
    {
        for (var i = 0; i < Executions; i++)
        {
            LabRuntime.Run(program, seed: new Seed((ulong)i));
        }
    }
}
