using Lab.Core.Channels;
using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Generators;
using Lab.Testing;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Testing;

/// <summary>The two shapes of a test that a user writes.</summary>
public sealed class LabTestExample
{
    [LabTest(Executions = 2_000)]
    public async Task A_message_is_not_lost(Cx cx)
    {
        var (tx, rx) = Mpsc.Bounded<int>(capacity: 1);
        var got = new List<int>();
        await cx.ScopeAsync(async scope =>
        {
            scope.Spawn(async producer =>
            {
                using (tx)
                {
                    for (var i = 0; i < 3; i++)
                    {
                        await tx.SendAsync(i, producer);
                    }
                }
            });
            await foreach (var x in rx.ReadAllAsync(cx))
            {
                got.Add(x);
            }
        });
        Assert.That(got, Is.EqualTo(new[] { 0, 1, 2 }));
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(LabArbitraries)])]
    public void Messages_arrive_in_order(Schedule schedule, FsCheck.NonEmptyArray<int> items) => LabRuntime.Run(schedule, async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(capacity: 2);
        var got = new List<int>();
        await cx.ScopeAsync(async scope =>
        {
            scope.Spawn(async producer =>
            {
                using (tx)
                {
                    foreach (var item in items.Get)
                    {
                        await tx.SendAsync(item, producer);
                    }
                }
            });
            await foreach (var x in rx.ReadAllAsync(cx))
            {
                got.Add(x);
            }
        });
        Assert.That(got, Is.EqualTo(items.Get));
    });
}
