using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Reports;
using NUnit.Framework;

namespace Lab.Properties.Strategies.Dpor;

/// <summary>
/// What tasks do to objects of the BCL is seen only where it resumes another task. Who comes second leaves no trace, and so <c>dpor</c>, which may have missed
/// that order, does not say that it has seen every one. Depth-first search runs all of them.
/// </summary>
[TestFixture]
internal sealed class GapTests
{
    [Test]
    public void Two_that_race_for_a_WhenAny_of_the_BCL_leave_a_gap()
    {
        var result = Explore(TwoSources, "dpor");
        Assert.That(result.Failure, Is.Null);
        Assert.That(result.End, Is.EqualTo(ExplorationEnd.Exhausted));
        Assert.That(result.IsExhaustive, Is.False);
        Assert.That(result.Gap, Does.Contain("BCL"));
        Assert.That(ExplorationSummary.Of(result), Does.Contain("is no proof").And.Not.Contain("Every interleaving"));
    }

    [Test]
    public void Depth_first_search_of_them_has_none()
    {
        var result = Explore(TwoSources, "dfs");
        Assert.That(result.IsExhaustive);
        Assert.That(result.Gap, Is.Null);
    }

    [Test]
    public void Nor_has_dpor_where_tasks_wait_for_the_core()
    {
        // The completion of a join's task, and of a delay of the core, is the waiting task's own affair.
        var result = Explore(JoinOrDelay, "dpor");
        Assert.That(result.IsExhaustive);
        Assert.That(result.Gap, Is.Null);
    }

    [TestCase("WhenAny")]
    [TestCase("WaitAsync")]
    [TestCase("token")]
    public void A_limit_of_the_BCL_that_races_with_a_source_leaves_one(string limit)
    {
        // Whichever comes first resumes the task, and dpor, which has met one of the two endings, does not claim the other one away.
        foreach (var (strategy, ending) in from strategy in new[] { "dfs", "dpor" } from ending in new[] { true, false } select (strategy, ending))
        {
            var result = Explore(cx => SetOrLate(cx, limit, ending), strategy);
            Assert.That(result.Failure is null && result.IsExhaustive, Is.False, $"{strategy} {ending}");
            if (strategy == "dfs")
            {
                Assert.That(result.Failure, Is.Not.Null);
            }
        }
    }

    [Test]
    public void A_gap_that_was_met_is_remembered_with_the_run_and_by_the_whole_of_its_parts()
    {
        var directory = Directory.CreateTempSubdirectory("lab-gap-");
        try
        {
            var file = Path.Combine(directory.FullName, "whole.run");
            var options = new ExploreOptions { Strategy = "dpor", Executions = 1, LinearisationSamples = 0, RunFile = file };
            Assert.That(Explorer.Explore(TwoSources, options).End, Is.EqualTo(ExplorationEnd.OutOfBudget));
            var resumed = Explorer.Explore(TwoSources, options with { Executions = 100 });
            Assert.That((resumed.End, resumed.IsExhaustive), Is.EqualTo((ExplorationEnd.Exhausted, false)));
            Assert.That(Explorer.Explore(TwoSources, options with { Executions = 200 }).Gap, Is.EqualTo(resumed.Gap).And.Not.Null);

            var parts = Enumerable.Range(1, 2).Select(part => Path.Combine(directory.FullName, $"{part}.run")).ToArray();
            for (var part = 1; part <= parts.Length; part++)
            {
                Explorer.Explore(TwoSources, options with { Executions = 100, RunFile = parts[part - 1], Shard = new Shard(part, parts.Length) });
            }

            Assert.That(ShardMerge.Of(parts).Result.Gap, Is.EqualTo(resumed.Gap));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static ExplorationResult Explore(Func<Cx, Task> program, string strategy) =>
        Explorer.Explore(program, new ExploreOptions { Strategy = strategy, Executions = 1000, LinearisationSamples = 0 });

    private static Task TwoSources(Cx cx) => cx.ScopeAsync(async scope =>
    {
        TaskCompletionSource[] sources = [new(), new()];
        foreach (var source in sources)
        {
            scope.Spawn(async c =>
            {
                await c.YieldAsync();
                source.SetResult();
            });
        }

        await Task.WhenAny(sources[0].Task, sources[1].Task);
    });

    // Throws where the source was set in time, or where it was not.
    private static Task SetOrLate(Cx cx, string limit, bool throwsIfSet) => cx.ScopeAsync(async scope =>
    {
        var source = new TaskCompletionSource();
        scope.Spawn(async c =>
        {
            await c.YieldAsync();
            source.SetResult();
        });
        var time = TimeSpan.FromMilliseconds(5);
        bool isSet;
        switch (limit)
        {
            case "WhenAny":
                isSet = await Task.WhenAny(Task.Delay(time, cx.Clock), source.Task) == source.Task;
                break;
            case "WaitAsync":
                isSet = await Ended(source.Task.WaitAsync(time, cx.Clock));
                break;
            default:
                using (var late = new CancellationTokenSource(time, cx.Clock))
                {
                    isSet = await Ended(source.Task.WaitAsync(late.Token));
                }

                break;
        }

        if (isSet == throwsIfSet)
        {
            throw new InvalidDataException($"set in time: {isSet}");
        }
    });

    private static async Task<bool> Ended(Task limited)
    {
        await Task.WhenAny(limited);
        return limited.IsCompletedSuccessfully;
    }

    private static Task JoinOrDelay(Cx cx) => cx.ScopeAsync(async scope =>
    {
        var yields = scope.Spawn(static async c => await c.YieldAsync());
        await Task.WhenAny(yields.JoinAsync(cx).AsTask(), cx.DelayAsync(TimeSpan.FromMilliseconds(2)).AsTask());
    });
}
