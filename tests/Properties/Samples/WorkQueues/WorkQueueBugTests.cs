using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Seeds;
using Lab.Strategies;
using NUnit.Framework;

namespace Lab.Properties.Samples.WorkQueues;

/// <summary>The three bugs beside the queue: found, hidden from the ordinary order, and gone in the queue itself.</summary>
[TestFixture]
internal sealed class WorkQueueBugTests
{
    private static readonly Scenarios s_scenarios = Scenarios.In(typeof(WorkQueueScenarios).Assembly);

    private static IEnumerable<string> Names => s_scenarios.All.Select(static scenario => scenario.Name).Where(static name => name.StartsWith("work-queue-", StringComparison.Ordinal));

    internal static IEnumerable<string> Buggy => Names.Where(static name => s_scenarios.Find(name).Expected is not null);

    private static IEnumerable<string> Fixed => Names.Except(Buggy);

    [Test]
    public void Every_bug_stands_beside_its_fix() => Assert.That(Fixed, Is.EquivalentTo(Buggy.Select(static name => $"{name}-fixed")).And.Exactly(3).Items);

    [TestCaseSource(nameof(Buggy))]
    public void It_is_found_within_1_000_executions_from_every_seed(string name)
    {
        var scenario = s_scenarios.Find(name);
        for (var seed = 1UL; seed <= 10; seed++)
        {
            var options = scenario.ToExploreOptions() with { Executions = 1_000, Seed = new Seed(seed), Shrink = null };
            Assert.That(Explorer.Explore(scenario.Program, options).Failure?.Verdict.Kind, Is.EqualTo(scenario.Expected), $"seed {seed}");
        }
    }

    // What a test on an idle machine sees: every task runs until it has to wait, and the clock moves when nobody has anything left to do.
    [TestCaseSource(nameof(Buggy))]
    public void The_ordinary_order_hides_it(string name)
    {
        var scenario = s_scenarios.Find(name);
        Assert.That(LabRuntime.TryRun(scenario.Program, scenario.Options with { Time = TimeModel.WhenIdle }, NonPreemptive.Name).Verdict.IsFailure, Is.False);
    }

    // A fake clock never lets the timeout come while the answer is on its way; the two others are not about time.
    [TestCase("work-queue-hands-over-first", true)]
    [TestCase("work-queue-stops-when-idle", true)]
    [TestCase("work-queue-abandons-attempts", false)]
    public void A_clock_that_moves_only_when_idle_finds_it(string name, bool found)
    {
        var scenario = s_scenarios.Find(name);
        var options = scenario.ToExploreOptions() with { Executions = 2_000, Shrink = null, Lab = scenario.Options with { Time = TimeModel.WhenIdle } };
        Assert.That(Explorer.Explore(scenario.Program, options).Failure is not null, Is.EqualTo(found));
    }

    [Test]
    public void The_queue_itself_survives([ValueSource(nameof(Fixed))] string name, [Values("random", "pct:3", "pos")] string strategy)
    {
        var scenario = s_scenarios.Find(name);
        var result = Explorer.Explore(scenario.Program, scenario.ToExploreOptions() with { Executions = 2_000, Strategy = strategy });
        Assert.That(result.Failure?.Verdict, Is.Null);
        Assert.That(result.Executions, Is.EqualTo(2_000));
    }
}
