using Lab.Exploration;
using NUnit.Framework;

namespace Lab.Properties.Strategies;

/// <summary>
/// What each strategy is for: it finds what a weaker one misses. The counts are exact, from seed 0: another count is another strategy, and needs another
/// look at whether it is a better one.
/// </summary>
public sealed class FindingTests
{
    private const int Budget = 1_000;

    // Executions up to the bug, the first one of the run included; 0: not found within the budget.
    [TestCase("needle", "random", 0)]
    [TestCase("needle", "pct:1,k=60", 0)]
    [TestCase("needle", "pct:2", 34)]
    [TestCase("needle", "delay:0,k=60", 0)]
    [TestCase("needle", "delay:1", 18)]
    [TestCase("needle", "preempt:0,k=60", 0)]
    [TestCase("needle", "preempt:1", 72)]
    [TestCase("needle", "portfolio", 5)]
    [TestCase("late", "random", 0)]
    [TestCase("late", "pct:2", 3)]
    [TestCase("late", "urw", 4)]
    [TestCase("late", "portfolio", 18)]
    [TestCase("buried", "random", 0)]
    [TestCase("buried", "urw", 0)]
    [TestCase("buried", "pos", 407)]
    [TestCase("buried", "surw", 89)]
    [TestCase("buried", "portfolio", 657)]
    [TestCase("one-by-one", "random", 0)]
    [TestCase("one-by-one", "random+spawner-first", 11)]
    [TestCase("one-by-one", "random+spawner-first=coin", 11)]
    [TestCase("one-by-one", "pos", 129)]
    [TestCase("one-by-one", "surw", 26)]
    [TestCase("one-by-one", "portfolio", 20)]
    [TestCase("taken", "pct:2,k=30", 0)]
    [TestCase("taken", "pct:3", 11)]
    [TestCase("lost-update", "nonpreemptive", 0)]
    [TestCase("lost-update", "preempt:0,k=9", 0)]
    [TestCase("lost-update", "preempt:1", 8)]
    [TestCase("lost-update", "delay:0,k=9", 0)]
    [TestCase("lost-update", "delay:1", 2)]
    [TestCase("lost-update", "pct:1,k=9", 0)]
    [TestCase("lost-update", "pct:2", 8)]
    [TestCase("lost-update", "pos", 11)]
    public void It_finds_the_bug_or_misses_it(string program, string strategy, int executions)
    {
        var result = Explorer.Explore(HardPrograms.Named(program), new ExploreOptions { Strategy = strategy, Executions = Budget });
        Assert.That(result.Failures.Count == 0 ? 0 : result.Executions, Is.EqualTo(executions), result.Failure?.Verdict.Message);
    }

    [Test]
    public void A_portfolio_names_the_member_that_found_it_and_the_member_alone_finds_it_again()
    {
        var options = new ExploreOptions { Strategy = "portfolio", Executions = Budget };
        var result = Explorer.Explore(HardPrograms.Named("late"), options);
        Assert.That(result.Strategy, Is.EqualTo("portfolio"));
        var found = result.Failure!;
        Assert.That(found.Strategy, Does.Not.Contain("portfolio"));
        Assert.That(found.Trace!.Strategy, Is.EqualTo(found.Strategy));
        var alone = Explorer.Explore(HardPrograms.Named("late"), options with { Strategy = found.Strategy, First = found.Index, Executions = 1 });
        Assert.That(alone.Failure?.Trace!.Decisions, Is.EqualTo(found.Trace.Decisions));
    }
}
