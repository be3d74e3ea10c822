using Lab.Core.Sync;
using NUnit.Framework;

namespace Lab.Properties.Specs;

/// <summary>The semaphore over the common wait queue: first come first served, nothing lost by cancellation.</summary>
public sealed class SemaphoreSpec(HostKind host) : Spec(host)
{
    [Test]
    public void No_more_hold_it_than_it_has() => Run(async cx =>
    {
        var semaphore = new AsyncSemaphore(2, 2);
        var (held, most) = (0, 0);
        await cx.ScopeAsync(async scope =>
        {
            for (var i = 0; i < 4; i++)
            {
                scope.Spawn(async c =>
                {
                    await semaphore.AcquireAsync(c);
                    var now = Interlocked.Increment(ref held);
                    lock (semaphore)
                    {
                        most = Math.Max(most, now);
                    }

                    await c.YieldAsync();
                    Interlocked.Decrement(ref held);
                    semaphore.Release();
                });
            }

            await cx.YieldAsync();
        });
        Assert.That(most, Is.LessThanOrEqualTo(2));
        Assert.That(semaphore.CurrentCount, Is.EqualTo(2));
    });

    [Test]
    public void Nobody_barges_not_even_a_smaller_request() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var semaphore = new AsyncSemaphore(1);
        var big = await Start(scope, cx, c => semaphore.AcquireAsync(c, 2).AsTask());
        Assert.That(semaphore.TryAcquire(), Is.False, "somebody asked before");
        semaphore.Release();
        Assert.That(await End(big, cx), Is.EqualTo("Ok"));
        Assert.That(semaphore.CurrentCount, Is.Zero);
    }));

    [Test]
    public void When_a_big_request_leaves_the_small_ones_behind_it_are_served() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var semaphore = new AsyncSemaphore(1);
        var big = await Start(scope, cx, c => semaphore.AcquireAsync(c, 2).AsTask());
        var small = await Start(scope, cx, c => semaphore.AcquireAsync(c).AsTask());
        big.Cancel();
        Assert.That((await End(big, cx), await End(small, cx)), Is.EqualTo(("Canceled", "Ok")));
    }));

    [Test]
    public void What_is_released_goes_to_as_many_as_it_is_enough_for() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var semaphore = new AsyncSemaphore(0);
        var big = await Start(scope, cx, c => semaphore.AcquireAsync(c, 2).AsTask());
        var one = await Start(scope, cx, c => semaphore.AcquireAsync(c).AsTask());
        var other = await Start(scope, cx, c => semaphore.AcquireAsync(c).AsTask());
        semaphore.Release();
        Assert.That(semaphore.CurrentCount, Is.EqualTo(1), "the first asked for two");
        semaphore.Release(3);
        Assert.That((await End(big, cx), await End(one, cx), await End(other, cx)), Is.EqualTo(("Ok", "Ok", "Ok")));
        Assert.That(semaphore.CurrentCount, Is.Zero);
    }));

    [TestCase(1)]
    [TestCase(2)]
    public void What_a_cancelled_waiter_had_been_given_goes_to_the_next(int count) => Run(cx => cx.ScopeAsync(async scope =>
    {
        var semaphore = new AsyncSemaphore(0);
        var first = await Start(scope, cx, c => semaphore.AcquireAsync(c, count).AsTask());
        var second = await Start(scope, cx, c => semaphore.AcquireAsync(c, count).AsTask());
        semaphore.Release(count);
        first.Cancel();
        if (await End(first, cx) == "Ok")
        {
            Assert.That(IsNative);
            semaphore.Release(count);
        }

        Assert.That(await End(second, cx), Is.EqualTo("Ok"));
        Assert.That(semaphore.CurrentCount, Is.Zero);
    }));

    [Test]
    public void Releasing_more_than_the_maximum_gives_nothing_back() => Run(async cx =>
    {
        var semaphore = new AsyncSemaphore(1, 2);
        Assert.That(() => semaphore.Release(2), Throws.InstanceOf<SemaphoreFullException>());
        Assert.That(semaphore.CurrentCount, Is.EqualTo(1));
        await semaphore.AcquireAsync(cx);
    });
}
