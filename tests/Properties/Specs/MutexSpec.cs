using Lab.Core.Sync;
using Lab.Sharing;
using NUnit.Framework;

namespace Lab.Properties.Specs;

/// <summary>The mutex over the common wait queue.</summary>
public sealed class MutexSpec(HostKind host) : Spec(host)
{
    [Test]
    public void A_read_and_a_write_under_it_are_one() => Run(async cx =>
    {
        var mutex = new AsyncMutex();
        var counter = new Shared<int>();
        await cx.ScopeAsync(async scope =>
        {
            for (var i = 0; i < 3; i++)
            {
                scope.Spawn(async c =>
                {
                    using (await mutex.LockAsync(c))
                    {
                        await counter.WriteAsync(await counter.ReadAsync(c) + 1, c);
                    }
                });
            }

            await cx.YieldAsync();
        });
        Assert.That((counter.Peek(), mutex.IsLocked), Is.EqualTo((3, false)));
    });

    [Test]
    public void Two_tasks_lock_in_either_order() => Outcomes(
        async cx =>
        {
            var mutex = new AsyncMutex();
            var log = "";
            await cx.ScopeAsync(async scope =>
            {
                foreach (var name in new[] { "a", "b" })
                {
                    scope.Spawn(async c =>
                    {
                        using (await mutex.LockAsync(c))
                        {
                            log += name;
                            await c.YieldAsync();
                            log += name;
                        }
                    });
                }

                await cx.YieldAsync();
            });
            return log;
        },
        "aabb",
        "bbaa");

    [Test]
    public void Unlocking_hands_it_to_the_oldest_waiter_and_nobody_barges() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var mutex = new AsyncMutex();
        var hold = await mutex.LockAsync(cx);
        var order = "";
        async Task Enter(string name, Core.Tasks.Cx c)
        {
            using (await mutex.LockAsync(c))
            {
                order += name;
            }
        }

        var a = await Start(scope, cx, c => Enter("a", c));
        var b = await Start(scope, cx, c => Enter("b", c));
        hold.Unlock();
        await End(a, cx);
        await End(b, cx);
        Assert.That(order, Is.EqualTo("ab"));
    }));

    [Test]
    public void A_waiter_that_was_handed_the_mutex_and_is_cancelled_hands_it_on() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var mutex = new AsyncMutex();
        var hold = await mutex.LockAsync(cx);
        async Task Enter(Core.Tasks.Cx c)
        {
            using (await mutex.LockAsync(c))
            {
            }
        }

        var first = await Start(scope, cx, Enter);
        var second = await Start(scope, cx, Enter);
        hold.Unlock();
        first.Cancel();
        await End(first, cx);
        Assert.That(await End(second, cx), Is.EqualTo("Ok"));
        Assert.That(mutex.IsLocked, Is.False);
    }));

    [Test]
    public void A_waiter_that_is_cancelled_leaves_its_place_in_the_line() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var mutex = new AsyncMutex();
        var hold = await mutex.LockAsync(cx);
        async Task Enter(Core.Tasks.Cx c)
        {
            using (await mutex.LockAsync(c))
            {
            }
        }

        var first = await Start(scope, cx, Enter);
        var second = await Start(scope, cx, Enter);
        first.Cancel();
        Assert.That(await End(first, cx), Is.EqualTo("Canceled"));
        hold.Unlock();
        Assert.That(await End(second, cx), Is.EqualTo("Ok"));
        Assert.That(mutex.IsLocked, Is.False);
    }));

    [Test]
    public void Only_the_hold_that_owns_it_unlocks() => Run(async cx =>
    {
        var mutex = new AsyncMutex();
        var first = await mutex.LockAsync(cx);
        first.Unlock();
        Assert.That(() => first.Unlock(), Throws.InvalidOperationException);
        using var second = await mutex.LockAsync(cx);
        first.Dispose();
        Assert.That(mutex.IsLocked, "a stale hold unlocks nothing");
        Assert.That(mutex.TryLock(out _), Is.False);
    });
}
