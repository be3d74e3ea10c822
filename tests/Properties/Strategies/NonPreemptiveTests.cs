using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Oracles;
using NUnit.Framework;

namespace Lab.Properties.Strategies;

/// <summary>The non-pre-emptive default: what everything else is a deviation from.</summary>
public sealed class NonPreemptiveTests
{
    [Test]
    public void A_task_goes_on_until_it_cannot_and_then_first_come_first_served()
    {
        var order = new List<string>();
        LabRuntime.Run(
            async cx => await cx.ScopeAsync(scope =>
            {
                foreach (var name in new[] { "a", "b", "c" })
                {
                    scope.Spawn(async c =>
                    {
                        order.Add(name + "1");
                        await c.DelayAsync(TimeSpan.Zero);
                        order.Add(name + "2");
                    });
                }

                return Task.CompletedTask;
            }),
            strategy: "nonpreemptive");
        Assert.That(order, Is.EqualTo(new[] { "a1", "a2", "b1", "b2", "c1", "c2" }));
    }

    [Test]
    public void A_yield_gives_way_so_that_a_polling_loop_ends()
    {
        var ready = false;
        var result = LabRuntime.TryRun(
            async cx => await cx.ScopeAsync(scope =>
            {
                scope.Spawn(async c =>
                {
                    while (!ready)
                    {
                        await c.YieldAsync();
                    }
                });
                scope.Spawn(async c =>
                {
                    await c.DelayAsync(TimeSpan.FromMilliseconds(5));
                    ready = true;
                });
                return Task.CompletedTask;
            }),
            strategy: "nonpreemptive");
        Assert.That(result.Verdict.Kind, Is.EqualTo(VerdictKind.Passed));
        Assert.That(result.Steps, Is.LessThan(20));
    }
}
