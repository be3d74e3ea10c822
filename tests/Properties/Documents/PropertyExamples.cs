using Lab.Core.Channels;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Generators;
using Lab.Oracles;
using Lab.Sharing;
using Lab.Testing;
using NUnit.Framework;

namespace Lab.Properties.Documents;

/// <summary>The code of docs/properties.md, run.</summary>
public sealed class PropertyExamples
{
    [LabTest]
    public async Task What_was_accepted_is_what_arrived(Cx cx)
    {
        var (tx, rx) = Mpsc.Bounded<int>(capacity: 1);
        var accepted = new List<int>();
        var arrived = new List<int>();
        await cx.ScopeAsync(async scope =>
        {
            var producer = scope.Spawn(async c =>
            {
                using (tx)
                {
                    for (var i = 0; i < 3; i++)
                    {
                        await tx.SendAsync(i, c);
                        accepted.Add(i);
                    }
                }
            });
            scope.Spawn(async c =>
            {
                await foreach (var x in rx.ReadAllAsync(c))
                {
                    arrived.Add(x);
                }
            });
            await cx.YieldAsync();
            producer.Cancel("in the middle");
        });
        Assert.That(arrived, Is.EqualTo(accepted));
    }

    [Test]
    public void Without_the_lock_an_amount_can_be_lost()
    {
        var found = Explorer.Explore(async cx =>
        {
            var sum = new Shared<int>();
            await cx.ScopeAsync(scope =>
            {
                scope.Spawn(async c => await sum.WriteAsync(await sum.ReadAsync(c) + 30, c));
                scope.Spawn(async c => await sum.WriteAsync(await sum.ReadAsync(c) + 50, c));
                return Task.CompletedTask;
            });
            Assert.That(sum.Peek(), Is.EqualTo(80));
        });
        Assert.That(found.Failure?.Verdict.Kind, Is.EqualTo(VerdictKind.AssertionFailed));
    }

    [LabTest(Time = TimeModel.WhenIdle)]
    public async Task The_reminder_comes_after_an_hour(Cx cx)
    {
        var began = cx.Clock.GetUtcNow();
        await cx.DelayAsync(TimeSpan.FromHours(1));
        Assert.That(cx.Clock.GetUtcNow() - began, Is.EqualTo(TimeSpan.FromHours(1)));
    }

    [FsCheck.NUnit.Property]
    public FsCheck.Property No_amount_is_lost() => Scheduled.ForAll<int[]>(async (amounts, cx) =>
    {
        var (mutex, sum) = (new AsyncMutex(), new Shared<int>());
        await cx.ScopeAsync(scope =>
        {
            foreach (var amount in amounts)
            {
                scope.Spawn(async c =>
                {
                    using (await mutex.LockAsync(c))
                    {
                        await sum.WriteAsync(await sum.ReadAsync(c) + amount, c);
                    }
                });
            }

            return Task.CompletedTask;
        });
        Assert.That(sum.Peek(), Is.EqualTo(amounts.Sum()));
    });
}
