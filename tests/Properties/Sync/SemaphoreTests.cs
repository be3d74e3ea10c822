using Lab.Core.Sync;
using Lab.Core.Tasks;
using NUnit.Framework;
using static Lab.Properties.Sync.Native;

namespace Lab.Properties.Sync;

[TestFixture]
internal sealed class SemaphoreTests
{
    [Test]
    public void Counts_are_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new AsyncSemaphore(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new AsyncSemaphore(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new AsyncSemaphore(2, 1));
        var semaphore = new AsyncSemaphore(1, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => semaphore.TryAcquire(3));
        Assert.Throws<SemaphoreFullException>(() => semaphore.Release(2));
        Assert.That(semaphore.CurrentCount, Is.EqualTo(1));
    }

    [Test]
    public Task A_request_for_nothing_or_for_more_than_there_ever_is_is_refused_by_the_call() => Run(cx =>
    {
        var semaphore = new AsyncSemaphore(1, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = semaphore.AcquireAsync(cx, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = semaphore.AcquireAsync(cx, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => semaphore.Release(0));
        Assert.That(semaphore.CurrentCount, Is.EqualTo(1));
        return Task.CompletedTask;
    });

    [Test]
    public Task What_a_cancelled_waiter_gives_back_never_makes_more_than_the_maximum() => Run(async cx =>
    {
        var semaphore = new AsyncSemaphore(0, 1);
        await cx.ScopeAsync(async scope =>
        {
            var handles = await StartInOrder(cx, scope, semaphore, 1, async (c, _) => await semaphore.AcquireAsync(c));
            semaphore.Release();

            // The waiter has it and has not resumed; so there is room for one more.
            semaphore.Release();
            handles[0].Cancel();
            Assert.That((await handles[0].OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Canceled));
        });
        Assert.That(semaphore.CurrentCount, Is.EqualTo(1));
    });

    [Test]
    public Task Nobody_barges_past_a_larger_request_that_came_first() => Run(async cx =>
    {
        var semaphore = new AsyncSemaphore(1);
        var order = new List<int>();
        await cx.ScopeAsync(async scope =>
        {
            await StartInOrder(cx, scope, semaphore, 2, async (c, i) =>
            {
                await semaphore.AcquireAsync(c, count: i == 0 ? 3 : 1);
                order.Add(i);
            });
            Assert.That(semaphore.TryAcquire(), Is.False, "one is available, but somebody waits");
            semaphore.Release();
            await Settle(cx);
            Assert.That(order, Is.Empty);
            semaphore.Release();
            await Until(cx, () => order.Count == 1);
            semaphore.Release();
        });
        Assert.That(order, Is.EqualTo(new[] { 0, 1 }));
        Assert.That(semaphore.CurrentCount, Is.Zero);
    });

    [Test]
    public Task When_the_large_head_is_cancelled_the_smaller_ones_behind_it_proceed() => Run(async cx =>
    {
        var semaphore = new AsyncSemaphore(2);
        await cx.ScopeAsync(async scope =>
        {
            var handles = await StartInOrder(cx, scope, semaphore, 3, async (c, i) => await semaphore.AcquireAsync(c, count: i == 0 ? 3 : 1));
            handles[0].Cancel();
            await handles[1].JoinAsync(cx);
            await handles[2].JoinAsync(cx);
        });
        Assert.That(semaphore.CurrentCount, Is.Zero);
    });

    [Test]
    public Task What_a_chosen_and_cancelled_wait_was_given_goes_to_the_next() => Run(async cx =>
    {
        var semaphore = new AsyncSemaphore(0);
        await cx.ScopeAsync(async scope =>
        {
            var handles = await StartInOrder(cx, scope, semaphore, 2, async (c, _) => await semaphore.AcquireAsync(c, count: 2));
            semaphore.Release(2);
            handles[0].Cancel();
            Assert.That((await handles[0].OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Canceled));
            await handles[1].JoinAsync(cx);
        });
        Assert.That(semaphore.CurrentCount, Is.Zero);
    });

    [Test]
    public async Task Under_real_parallelism_nothing_is_lost_and_the_limit_holds()
    {
        var semaphore = new AsyncSemaphore(3, 3);
        var (inside, most) = (0, 0);
        await Run(
            async cx => await cx.ScopeAsync(async scope =>
            {
                var handles = new List<TaskHandle>();
                for (var t = 0; t < 6; t++)
                {
                    var count = 1 + (t % 3);
                    handles.Add(scope.Spawn(async c =>
                    {
                        for (var i = 0; i < 3_000; i++)
                        {
                            var victim = i % 8 == 0 ? c : null;
                            if (victim is not null)
                            {
                                var child = scope.Spawn(async v =>
                                {
                                    await semaphore.AcquireAsync(v, count: count);
                                    semaphore.Release(count);
                                });
                                await c.YieldAsync();
                                child.Cancel();
                            }

                            await semaphore.AcquireAsync(c, count: count);
                            var now = Interlocked.Add(ref inside, count);
                            InterlockedMax(ref most, now);
                            Interlocked.Add(ref inside, -count);
                            semaphore.Release(count);
                        }
                    }));
                }

                await JoinAll(cx, handles);
            }),
            workers: 2);
        Assert.That(semaphore.CurrentCount, Is.EqualTo(3));
        Assert.That(most, Is.LessThanOrEqualTo(3));
    }

    [Test]
    public Task Acquire_and_release_allocate_nothing() => Run(async cx =>
    {
        var (ping, pong) = (new AsyncSemaphore(0), new AsyncSemaphore(0));
        await cx.ScopeAsync(async scope =>
        {
            var echo = scope.Spawn(async c =>
            {
                while (true)
                {
                    await ping.AcquireAsync(c);
                    pong.Release();
                }
            });
            async Task Rounds(int count)
            {
                for (var i = 0; i < count; i++)
                {
                    ping.Release();
                    await pong.AcquireAsync(cx);
                }
            }

            Assert.That(await BytesPerRound(() => Rounds(10_000), Rounds), Is.LessThan(0.5));
            echo.Cancel();
        });
    });

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen;)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
