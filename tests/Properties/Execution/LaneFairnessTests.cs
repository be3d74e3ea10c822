using Lab.Core.Cancellation;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using NUnit.Framework;

namespace Lab.Properties.Execution;

/// <summary>The bounds of the lanes (semantics 1.6), watched while virtual workers run tasks of all lanes.</summary>
[TestFixture]
internal sealed class LaneFairnessTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    public void No_lane_starves_a_lower_one(int workers)
    {
        var options = new ExploreOptions
        {
            Lab = new LabOptions { Dispatch = DispatchKind.WorkStealing, Workers = workers },
            Executions = 100,
            Require = ["fairness-bound"],
        };
        var result = Explorer.Explore(Mixture, options);
        Assert.That(result.Failure?.Verdict.ToString(), Is.Null);
        Assert.That(result.Oracles["fairness-bound"], Is.GreaterThan(1_000));
    }

    private static Task Mixture(Cx cx) => cx.ScopeAsync(scope =>
    {
        var (ping, pong) = (new Notify(), new Notify());
        var deadline = new SpawnOptions { Budget = Budget.Infinite with { Deadline = cx.Clock.GetUtcNow() + TimeSpan.FromDays(1) } };
        for (var i = 0; i < 8; i++)
        {
            scope.Spawn(Yields);
            scope.Spawn(Yields, deadline);
            scope.Spawn(Yields).Cancel();
        }

        scope.Spawn(c => Play(c, ping, pong));
        scope.Spawn(c => Play(c, pong, ping));
        ping.NotifyOne();
        return Task.CompletedTask;
    });

    private static async Task Yields(Cx cx)
    {
        using (cx.Mask())
        {
            for (var i = 0; i < 12; i++)
            {
                await cx.YieldAsync();
            }
        }
    }

    private static async Task Play(Cx cx, Notify mine, Notify other)
    {
        for (var i = 0; i < 10; i++)
        {
            await mine.WaitAsync(cx);
            other.NotifyOne();
        }
    }
}
