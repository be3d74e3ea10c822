using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Reports;
using Lab.Seeds;
using Lab.Sharing;
using Lab.Strategies;
using NUnit.Framework;

namespace Lab.Properties.Strategies;

/// <summary>Bounds and counts around other strategies.</summary>
public sealed class DecoratorTests
{
    /// <summary>A task polls a flag that another one sets: with strict priorities the poller, if it is the higher one, never stops.</summary>
    [TestCase("pct:1,k=1000000", false)]
    [TestCase("pct:1,k=1000000+fair=20", true)]
    [TestCase("pct:1", true)]
    [TestCase("pos", true)]
    [TestCase("urw", true)]
    [TestCase("surw", true)]
    [TestCase("portfolio", true)]
    [TestCase("delay:1,k=40", true)]
    public void A_polling_loop_ends_under_a_fair_strategy(string strategy, bool ends)
    {
        var limited = new LabOptions { StepLimit = 6_000 };
        var limits = 0;
        StrategyRuns.Run(strategy, 40, Polling, result => limits += result.Verdict.Kind == VerdictKind.StepLimit ? 1 : 0, limited);
        Assert.That(limits, ends ? Is.Zero : Is.GreaterThan(5));
    }

    /// <summary>Three tasks of 30 steps: under PCT the lowest waits for all of the others, unless it may be passed over n times only.</summary>
    [TestCase(4)]
    [TestCase(9)]
    public void Nobody_is_passed_over_more_often_than_the_bound(int bound)
    {
        var waits = new int[3];
        var here = 0;
        var longest = 0;
        Func<Cx, Task> program = cx => cx.ScopeAsync(scope =>
        {
            Array.Clear(waits);
            here = 0;
            for (var t = 0; t < 3; t++)
            {
                var number = t;
                scope.Spawn(async c =>
                {
                    var own = new Shared<int>();
                    for (var i = 0; i < 30; i++)
                    {
                        for (var other = 0; other < 3; other++)
                        {
                            waits[other] = other == number ? 0 : waits[other] + 1;
                        }

                        here = Math.Max(here, waits.Max());
                        await own.ReadAsync(c);
                    }

                    waits[number] = int.MinValue / 2;
                });
            }

            return Task.CompletedTask;
        });
        StrategyRuns.Run($"pct:1+fair={bound}", 30, program, _ => longest = Math.Max(longest, here));

        // Two may reach the bound together; then one of them waits for one step more.
        Assert.That(longest, Is.InRange(bound, bound + 1));
    }

    /// <summary>After the bound nobody is pre-empted: a race in the first steps is found, one in the last is not.</summary>
    [TestCase(0, "random+steps=8", true)]
    [TestCase(20, "random+steps=8", false)]
    [TestCase(20, "random", true)]
    public void Steps_beyond_the_bound_are_not_explored(int before, string strategy, bool isFound)
    {
        Func<Cx, Task> program = async cx =>
        {
            var shared = new Shared<int>();
            await cx.ScopeAsync(scope =>
            {
                for (var t = 0; t < 2; t++)
                {
                    scope.Spawn(async c =>
                    {
                        var own = new Shared<int>();
                        for (var i = 0; i < before; i++)
                        {
                            await own.ReadAsync(c);
                        }

                        await shared.WriteAsync(await shared.ReadAsync(c) + 1, c);
                    });
                }

                return Task.CompletedTask;
            });
            if (shared.Peek() != 2)
            {
                throw new InvalidOperationException("lost");
            }
        };
        var result = Explorer.Explore(program, new ExploreOptions { Strategy = strategy, Executions = 300 });
        Assert.That(result.Failure is not null, Is.EqualTo(isFound));
    }

    /// <summary>
    /// Two tasks of three steps, one after the other. The choices: who begins, a's second step, a's third; then b is alone. Nobody is pre-empted, and
    /// only the beginning switches.
    /// </summary>
    [Test]
    public void Metrics_count_what_is_decided()
    {
        var metrics = (Metrics)StrategySpec.Parse("nonpreemptive+metrics");
        new LabEngine(new LabOptions()).Run(TwoOfThree, metrics, new Seed(1), 1);
        Assert.That(metrics.Counts, Is.EqualTo(new StrategyMetrics { Executions = 1, Choices = 3, Alternatives = 6, MostAlternatives = 2, Switches = 1 }));
    }

    [Test]
    public void Metrics_of_two_parts_are_added()
    {
        var part = new StrategyMetrics { Executions = 1, Choices = 5, Alternatives = 12, MostAlternatives = 3, Switches = 2, Preemptions = 1, ClockSteps = 1, Draws = 4 };
        var sum = part + (part with { MostAlternatives = 7 });
        Assert.That(sum, Is.EqualTo(new StrategyMetrics
        {
            Executions = 2, Choices = 10, Alternatives = 24, MostAlternatives = 7, Switches = 4, Preemptions = 2, ClockSteps = 2, Draws = 8,
        }));
    }

    /// <summary>C(6, 3) = 20 interleavings of two tasks of three steps.</summary>
    [Test]
    public void What_was_decided_is_in_the_result_and_in_the_summary()
    {
        var result = Explorer.Explore(TwoOfThree, new ExploreOptions { Strategy = "dfs+metrics", Executions = 1_000 });
        Assert.That((result.Executions, result.Metrics!["executions"], result.Metrics["most-alternatives"]), Is.EqualTo((20L, 20L, 2L)));
        Assert.That(ExplorationSummary.Of(result), Does.Contain("  decided: executions 20, choices ").And.Contain("preemptions "));
        Assert.That(Explorer.Explore(TwoOfThree, new ExploreOptions { Strategy = "dfs", Executions = 1_000 }).Metrics, Is.Null);
    }

    [Test]
    public void What_was_decided_does_not_depend_on_the_number_of_workers([Values("random+metrics", "portfolio+metrics")] string strategy)
    {
        var options = new ExploreOptions { Strategy = strategy, Executions = 700 };
        var one = Explorer.Explore(TwoOfThree, options with { Workers = 1 });
        Assert.That(one.Metrics!["executions"], Is.EqualTo(699), "the first one is not the strategy's own");
        Assert.That(Explorer.Explore(TwoOfThree, options with { Workers = 3 }).Metrics, Is.EqualTo(one.Metrics));
    }

    /// <summary>All strategies decide without allocating: an execution of ten times the length costs the same memory.</summary>
    [Test]
    public void A_decision_allocates_nothing(
        [Values("random", "pct:3,k=900", "pos", "urw:0.1=500,0.2=1000", "surw:on=shared@0#1,0.1=500,0.2=500", "delay:5,k=900", "preempt:5,k=900", "portfolio",
            "pct:3+fair=10+steps=5000+spawner-first+metrics")] string text)
    {
        var engine = new LabEngine(new LabOptions());
        var strategy = StrategySpec.Parse(text);
        var steps = 0;
        Func<Cx, Task> program = cx =>
        {
            var shared = new Shared<int>();
            return cx.ScopeAsync(scope =>
            {
                for (var t = 0; t < 2; t++)
                {
                    scope.Spawn(async c =>
                    {
                        for (var i = 0; i < steps; i++)
                        {
                            await shared.ReadAsync(c);
                        }
                    });
                }

                return Task.CompletedTask;
            });
        };
        long Allocated(int count)
        {
            steps = count;
            var before = GC.GetAllocatedBytesForCurrentThread();
            engine.Run(program, strategy, new Seed(1), 5_000);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated(1_000);
        Allocated(1_000);

        // Where the tasks take turns there is one more node of a pending access; a byte per step would be 1,800.
        Assert.That(Allocated(1_000), Is.LessThan(Allocated(100) + 500));
    }

    private static async Task TwoOfThree(Cx cx) => await cx.ScopeAsync(scope =>
    {
        for (var t = 0; t < 2; t++)
        {
            scope.Spawn(async c =>
            {
                var own = new Shared<int>();
                await own.ReadAsync(c);
                await own.ReadAsync(c);
            });
        }

        return Task.CompletedTask;
    });

    private static async Task Polling(Cx cx)
    {
        var flag = new Shared<int>();
        await cx.ScopeAsync(scope =>
        {
            // The setter comes first: without pre-emptions nobody polls in vain.
            scope.Spawn(async c =>
            {
                var own = new Shared<int>();
                await own.ReadAsync(c);
                await own.ReadAsync(c);
                await flag.WriteAsync(1, c);
            });
            scope.Spawn(async c =>
            {
                while (await flag.ReadAsync(c) == 0)
                {
                }
            });
            return Task.CompletedTask;
        });
    }
}
