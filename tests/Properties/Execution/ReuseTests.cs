using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Seeds;
using Lab.Strategies;
using NUnit.Framework;

namespace Lab.Properties.Execution;

/// <summary>What one engine keeps from an execution to the next, and what it fetches ahead, shows in nothing.</summary>
[TestFixture]
internal sealed class ReuseTests
{
    [Test]
    public void A_cancellation_node_that_is_left_below_a_task_or_a_scope_is_no_business_of_the_next_execution()
    {
        var engine = new LabEngine(Judge.Quick);
        for (var i = 0; i < 5; i++)
        {
            var result = engine.Run(
                static async cx =>
                {
                    cx.CreateChild();
                    await cx.ScopeAsync(static scope =>
                    {
                        scope.CreateChild();
                        scope.Spawn(static async c => await c.YieldAsync());
                        return Task.CompletedTask;
                    });
                },
                new RandomWalk(),
                new Seed((ulong)i),
                i);
            Assert.That(result.Verdict.IsFailure, Is.False, $"execution {i}: {result.Verdict}");
        }
    }

    [Test]
    public void A_scope_that_served_before_is_as_new()
    {
        var engine = new LabEngine(Judge.Quick);
        for (var i = 0; i < 20; i++)
        {
            // Cancelled, with a finalizer and a fault in every other execution; untouched in those between.
            var isRough = i % 2 == 0;
            var result = engine.Run(cx => isRough ? Rough(cx) : Smooth(cx), new RandomWalk(), new Seed((ulong)i), i);
            Assert.That(result.Verdict.IsFailure, Is.False, $"execution {i}: {result.Verdict}");
        }
    }

    [Test]
    public void Memory_that_is_fetched_ahead_changes_no_schedule()
    {
        // Above the number of tasks from which on hints are given; some end while others go on, so hints go wrong too.
        const int Tasks = Foresight.WorthWhile * 3 / 2;
        static Task Program(Cx cx) => cx.ScopeAsync(scope =>
        {
            for (var i = 0; i < Tasks; i++)
            {
                var rounds = i % 5;
                scope.Spawn(async c =>
                {
                    for (var round = 0; round < rounds; round++)
                    {
                        await c.YieldAsync();
                    }
                });
            }

            return Task.CompletedTask;
        });

        // 1,500 starts, 3,000 yields, and what the program itself needs.
        var options = Judge.Quick with { StepLimit = 5_000 };
        var hinted = new LabEngine(options).Run(Program, new RandomWalk(), new Seed(3), 0);
        var plain = new LabEngine(options).Run(Program, new Unforeseen(), new Seed(3), 0);
        Assert.That(hinted.Verdict.IsFailure, Is.False, hinted.Verdict.ToString());
        Assert.That((hinted.Steps, hinted.DecisionCount, hinted.Fingerprint), Is.EqualTo((plain.Steps, plain.DecisionCount, plain.Fingerprint)));
    }

    private static async Task Rough(Cx cx)
    {
        var closed = 0;
        await using var scope = cx.OpenScope();
        scope.OnClose(_ =>
        {
            closed++;
            return Task.CompletedTask;
        });
        var child = scope.Spawn(static async c => await c.DelayAsync(TimeSpan.FromDays(1)));
        await cx.YieldAsync();
        child.Cancel();
        await scope.JoinAsync(cx);
        Assert.That((closed, scope.State), Is.EqualTo((1, ScopeState.Closed)));
    }

    private static async Task Smooth(Cx cx)
    {
        await using var scope = cx.OpenScope();
        Assert.That((scope.State, scope.IsCancellationRequested, scope.Name is null), Is.EqualTo((ScopeState.Open, false, true)));
        scope.Spawn(static async c => await c.YieldAsync());
        await scope.JoinAsync(cx);
    }

    /// <summary>A random walk that says nothing in advance.</summary>
    private sealed class Unforeseen : Strategy
    {
        private readonly RandomWalk _inner = new();

        public override string ToString() => "unforeseen";

        internal override void Begin(Seed seed, long index) => _inner.Begin(seed, index);

        internal override int Choose(ChoicePoint point) => _inner.Choose(point);

        internal override ulong Draw(ulong bound) => _inner.Draw(bound);

        internal override int Pick(int count, bool isVictim) => _inner.Pick(count, isVictim);
    }
}
