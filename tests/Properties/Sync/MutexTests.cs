using Lab.Core.Sync;
using Lab.Core.Tasks;
using NUnit.Framework;
using static Lab.Properties.Sync.Native;

namespace Lab.Properties.Sync;

[TestFixture]
internal sealed class MutexTests
{
    [Test]
    public void Unlocking_twice_or_by_a_default_value_throws_and_disposing_twice_does_not()
    {
        var mutex = new AsyncMutex();
        Assert.That(mutex.TryLock(out var first));
        Assert.That(mutex.TryLock(out var none), Is.False);
        first.Unlock();
        Assert.Throws<InvalidOperationException>(() => first.Unlock());
        Assert.Throws<InvalidOperationException>(() => none.Unlock());
        Assert.That(mutex.TryLock(out var second));
        first.Dispose();
        none.Dispose();
        Assert.That(mutex.IsLocked, "an old hold must not unlock for the new owner");
        second.Dispose();
        Assert.That(mutex.IsLocked, Is.False);
    }

    [Test]
    public Task It_is_handed_over_in_the_order_of_the_calls() => Run(async cx =>
    {
        var mutex = new AsyncMutex();
        var order = new List<int>();
        await cx.ScopeAsync(async scope =>
        {
            using (await mutex.LockAsync(cx))
            {
                var handles = await StartInOrder(cx, scope, mutex, 4, async (c, i) =>
                {
                    using (await mutex.LockAsync(c))
                    {
                        await c.YieldAsync();
                        order.Add(i);
                    }
                });
                handles[1].Cancel();
            }

            Assert.That(mutex.TryLock(out _), Is.False, "it was handed over, not let go");
        });
        Assert.That(order, Is.EqualTo(new[] { 0, 2, 3 }));
        Assert.That(mutex.IsLocked, Is.False);
    });

    [Test]
    public Task A_new_owner_that_is_cancelled_before_it_resumed_hands_it_on() => Run(async cx =>
    {
        var mutex = new AsyncMutex();
        await cx.ScopeAsync(async scope =>
        {
            var hold = await mutex.LockAsync(cx);
            var handles = await StartInOrder(cx, scope, mutex, 2, async (c, _) =>
            {
                using (await mutex.LockAsync(c))
                {
                }
            });
            hold.Unlock();
            handles[0].Cancel();
            Assert.That((await handles[0].OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Canceled));
            await handles[1].JoinAsync(cx);
        });
        Assert.That(mutex.IsLocked, Is.False);
    });

    [Test]
    public async Task Under_real_parallelism_one_is_inside()
    {
        var mutex = new AsyncMutex();
        var (counter, expected) = (0, 0);
        await Run(
            async cx => await cx.ScopeAsync(async scope =>
            {
                var handles = new List<TaskHandle>();
                for (var t = 0; t < 4; t++)
                {
                    handles.Add(scope.Spawn(async c =>
                    {
                        for (var i = 0; i < 4_000; i++)
                        {
                            var victim = i % 16 == 0 ? scope.Spawn(async v => (await mutex.LockAsync(v)).Unlock()) : default(TaskHandle?);
                            using (await mutex.LockAsync(c))
                            {
                                victim?.Cancel();
                                counter++;
                            }

                            Interlocked.Increment(ref expected);
                        }
                    }));
                }

                await JoinAll(cx, handles);
            }),
            workers: 2);
        Assert.That(counter, Is.EqualTo(expected));
        Assert.That(mutex.IsLocked, Is.False);
    }

    [Test]
    public Task Contended_locking_allocates_nothing() => Run(async cx =>
    {
        var mutex = new AsyncMutex();
        await cx.ScopeAsync(async scope =>
        {
            var other = scope.Spawn(async c =>
            {
                while (true)
                {
                    using (await mutex.LockAsync(c))
                    {
                        await c.YieldAsync();
                    }
                }
            });
            async Task Rounds(int count)
            {
                for (var i = 0; i < count; i++)
                {
                    using (await mutex.LockAsync(cx))
                    {
                        await cx.YieldAsync();
                    }
                }
            }

            Assert.That(await BytesPerRound(() => Rounds(10_000), Rounds), Is.LessThan(0.5));
            other.Cancel();
        });
    });
}
