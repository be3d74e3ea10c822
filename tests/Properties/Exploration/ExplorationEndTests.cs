using Lab.Exploration;
using Lab.Oracles;
using Lab.Properties.Execution;
using NUnit.Framework;

namespace Lab.Properties.Exploration;

/// <summary>How an exploration ends, and what it may then claim.</summary>
[TestFixture]
internal sealed class ExplorationEndTests
{
    [Test]
    public void A_search_that_has_nothing_left_says_so_and_how_many_there_were()
    {
        var result = Explorer.Explore(ExplorerPrograms.TwoWriters, new ExploreOptions { Strategy = "dfs", Executions = long.MaxValue });
        Assert.That((result.End, result.IsExhaustive, result.Bound), Is.EqualTo((ExplorationEnd.Exhausted, true, (string?)null)));
        Assert.That(result.Richness, Is.Null, "a search does not sample");
        Assert.That(result.Executions, Is.GreaterThanOrEqualTo(result.Distinct));
    }

    [Test]
    public void A_bounded_search_says_within_which_bound()
    {
        var result = Explorer.Explore(ExplorerPrograms.TwoWriters, new ExploreOptions { Strategy = "dfs:preemptions=1", Executions = long.MaxValue });
        Assert.That((result.End, result.Bound), Is.EqualTo((ExplorationEnd.Exhausted, "with at most 1 pre-emption")));
    }

    [Test]
    public void A_search_that_goes_on_after_failures_may_be_exhaustive_and_have_found_something()
    {
        var result = Explorer.Explore(ExplorerPrograms.LostUpdate, new ExploreOptions { Strategy = "dfs", Executions = long.MaxValue, KeepGoing = true });
        Assert.That((result.End, result.IsExhaustive, result.Failures.Count), Is.EqualTo((ExplorationEnd.Found, true, 1)));
    }

    [Test]
    public void A_search_that_stops_at_a_failure_claims_nothing()
    {
        var result = Explorer.Explore(ExplorerPrograms.LostUpdate, new ExploreOptions { Strategy = "dfs", Executions = long.MaxValue });
        Assert.That((result.End, result.IsExhaustive), Is.EqualTo((ExplorationEnd.Found, false)));
    }

    [Test]
    public void A_search_of_executions_that_were_cut_off_claims_nothing()
    {
        var result = Explorer.Explore(
            static async cx =>
            {
                while (true)
                {
                    await cx.YieldAsync();
                }
            },
            new ExploreOptions { Strategy = "dfs", Executions = 100, KeepGoing = true, Lab = Judge.Quick with { StepLimit = 50 } });
        Assert.That((result.Executions, result.Failure!.Verdict.Kind, result.IsExhaustive), Is.EqualTo((1L, VerdictKind.StepLimit, false)));
    }

    [Test]
    public void A_search_that_runs_out_of_executions_is_out_of_budget()
    {
        var result = Explorer.Explore(ExplorerPrograms.TwoWriters, new ExploreOptions { Strategy = "dfs", Executions = 3 });
        Assert.That((result.End, result.Executions, result.IsExhaustive), Is.EqualTo((ExplorationEnd.OutOfBudget, 3L, false)));
    }

    [Test]
    public void Out_of_time_ends_with_the_execution_that_runs([Values("random", "dfs")] string strategy)
    {
        var result = Explorer.Explore(ExplorerPrograms.ManyOrders, new ExploreOptions { Strategy = strategy, Executions = long.MaxValue, Time = TimeSpan.FromTicks(1) });
        Assert.That((result.End, result.Executions), Is.EqualTo((ExplorationEnd.OutOfBudget, 1L)), "what ran nothing would show nothing");
    }

    [Test]
    public void Stopped_ends_with_the_execution_that_runs([Values("random", "dfs")] string strategy)
    {
        using var stop = new CancellationTokenSource();
        var calls = 0;
        var result = Explorer.Explore(
            cx =>
            {
                if (++calls == 40)
                {
                    stop.Cancel();
                }

                return ExplorerPrograms.ManyOrders(cx);
            },
            new ExploreOptions { Strategy = strategy, Executions = long.MaxValue, Stop = stop.Token, LinearisationSamples = 0 });

        // 40 calls: executions 0, 1, 2, 4, 8, 16 and 32 called twice.
        Assert.That((result.End, result.WasStopped, result.Executions), Is.EqualTo((ExplorationEnd.OutOfBudget, true, 33L)));
    }

}
