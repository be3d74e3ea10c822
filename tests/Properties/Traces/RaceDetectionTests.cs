using Lab.Core.Channels;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Seeds;
using Lab.Sharing;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Traces;

/// <summary>A race is two accesses that no synchronisation orders; whatever does synchronise makes it none, in every execution.</summary>
[TestFixture]
public sealed class RaceDetectionTests
{
    [Test]
    public void A_read_and_a_write_of_two_tasks_race() => Assert.That(
        Races((x, scope) =>
        {
            scope.Spawn(async c => await x.WriteAsync(1, c));
            scope.Spawn(async c => await x.ReadAsync(c));
        }),
        Is.EqualTo(new[] { "SharedRead SharedWritten" }));

    [Test]
    public void Two_writes_race() => Assert.That(
        Races((x, scope) =>
        {
            scope.Spawn(async c => await x.WriteAsync(1, c));
            scope.Spawn(async c => await x.WriteAsync(2, c));
        }),
        Is.EqualTo(new[] { "SharedWritten SharedWritten" }));

    [Test]
    public void Two_reads_do_not() => Assert.That(
        Races((x, scope) =>
        {
            scope.Spawn(async c => await x.ReadAsync(c));
            scope.Spawn(async c => await x.ReadAsync(c));
        }),
        Is.Empty);

    [Test]
    public void Two_compare_exchanges_do_not_but_one_races_with_a_write()
    {
        Assert.That(
            Races((x, scope) =>
            {
                scope.Spawn(async c => await x.CompareExchangeAsync(1, 0, c));
                scope.Spawn(async c => await x.CompareExchangeAsync(2, 0, c));
            }),
            Is.Empty);
        Assert.That(
            Races((x, scope) =>
            {
                scope.Spawn(async c => await x.CompareExchangeAsync(1, 0, c));
                scope.Spawn(async c => await x.WriteAsync(2, c));
            }),
            Is.EqualTo(new[] { "SharedExchanged SharedWritten" }));
    }

    [Test]
    public void A_mutex_orders_them_and_another_mutex_does_not()
    {
        Assert.That(Locked(new AsyncMutex(), null), Is.Empty);
        Assert.That(Locked(new AsyncMutex(), new AsyncMutex()), Is.Not.Empty);
    }

    [Test]
    public void A_message_orders_what_came_before_its_sending() => Assert.That(
        Races((x, scope) =>
        {
            var (tx, rx) = Mpsc.Bounded<int>(1);
            scope.Spawn(async c =>
            {
                await x.WriteAsync(1, c);
                await tx.SendAsync(1, c);
            });
            scope.Spawn(async c =>
            {
                await rx.ReceiveAsync(c);
                await x.ReadAsync(c);
            });
        }),
        Is.Empty);

    [Test]
    public void Messages_do_not_order_their_senders() => Assert.That(
        Races((x, scope) =>
        {
            var (tx, rx) = Mpsc.Bounded<int>(2);
            var other = tx.Fork();
            scope.Spawn(async c =>
            {
                await x.WriteAsync(1, c);
                await tx.SendAsync(1, c);
            });
            scope.Spawn(async c =>
            {
                await other.SendAsync(1, c);
                await x.WriteAsync(1, c);
            });
            scope.Spawn(async c =>
            {
                await Task.CompletedTask;
                rx.Dispose();
            });
        }),
        Is.EqualTo(new[] { "SharedWritten SharedWritten" }));

    [Test]
    public void A_notification_orders_what_came_before_it() => Assert.That(
        Races((x, scope) =>
        {
            var notify = new Notify();
            scope.Spawn(async c =>
            {
                await x.WriteAsync(1, c);
                notify.NotifyOne();
            });
            scope.Spawn(async c =>
            {
                await notify.WaitAsync(c);
                await x.WriteAsync(2, c);
            });
        }),
        Is.Empty);

    [Test]
    public void Spawning_joining_and_the_end_of_a_scope_order() => Assert.That(
        Races((x, scope) => scope.Spawn(async c =>
        {
            await x.WriteAsync(1, c);
            await c.ScopeAsync(async inner =>
            {
                var first = inner.Spawn(async d => await x.WriteAsync(2, d));
                await first.JoinAsync(c);
                await x.WriteAsync(3, c);
                inner.Spawn(async d => await x.WriteAsync(4, d));
            });
            await x.WriteAsync(5, c);
        })),
        Is.Empty);

    [Test]
    public void A_race_tells_both_sites_and_steps()
    {
        var result = LabRuntime.TryRun(cx => Program(cx, static (x, scope) =>
        {
            scope.Spawn(async c => await x.WriteAsync(1, c));
            scope.Spawn(async c => await x.WriteAsync(2, c));
        }));
        var race = result.Races.Single();
        Assert.That(race.Object, Is.EqualTo("shared@0#1"));
        Assert.That(new[] { race.First.Task, race.Second.Task }, Is.EquivalentTo(new[] { "0.1", "0.2" }));
        Assert.That(race.First.Site, Does.Match(@"^RaceDetectionTests\.cs:\d+$").And.Not.EqualTo(race.Second.Site));
        Assert.That(race.First.Step, Is.LessThan(race.Second.Step));
    }

    private static string[] Locked(AsyncMutex first, AsyncMutex? second) => Races((x, scope) =>
    {
        foreach (var mutex in (AsyncMutex[])[first, second ?? first])
        {
            scope.Spawn(async c =>
            {
                using (await mutex.LockAsync(c))
                {
                    await x.WriteAsync(await x.ReadAsync(c) + 1, c);
                }
            });
        }
    });

    /// <summary>The kinds of the races that twenty random executions show, sorted; the same ones in each.</summary>
    private static string[] Races(Action<Shared<int>, Core.Tasks.Scope> spawn)
    {
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        for (var seed = 0UL; seed < 20; seed++)
        {
            var result = LabRuntime.TryRun(cx => Program(cx, spawn), seed: new Seed(seed));
            foreach (var race in result.Races)
            {
                seen.Add(string.Join(' ', new[] { race.First.Kind, race.Second.Kind }.Order(StringComparer.Ordinal)));
            }
        }

        return [.. seen];
    }

    // Failing executions have their events; so this one fails when all is done.
    private static async Task Program(Cx cx, Action<Shared<int>, Core.Tasks.Scope> spawn)
    {
        var x = new Shared<int>();
        await cx.ScopeAsync(scope =>
        {
            spawn(x, scope);
            return Task.CompletedTask;
        });
        throw new InvalidOperationException("the end");
    }
}
