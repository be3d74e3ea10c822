using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Seeds;
using Lab.Sharing;
using NUnit.Framework;

namespace Lab.Properties.Strategies;

/// <summary>What a run learns is printed, and an execution is the same alone as in its run.</summary>
public sealed class LearningTests
{
    private static readonly string[] s_strategies = 
    [
        "random", "nonpreemptive", "pct:1", "pct:3", "pct:5", "pos", "urw", "surw", "delay:2", "preempt:2", "portfolio",
        "random+spawner-first=coin", "portfolio+fair=5", "surw+spawner-first=coin+fair=9", "urw+steps=12+metrics",
    ];

    /// <summary>Every execution fails with a text that no other has, so that each is kept; which are run again alone.</summary>
    private static readonly long[] s_indices = [1, 2, 3, 4, 7, 8, 21, 33, 63];

    [TestCaseSource(nameof(s_strategies))]
    public void An_execution_alone_is_the_same_as_in_its_run(string strategy)
    {
        var options = new ExploreOptions { Strategy = strategy, Executions = 64, Seed = new Seed(5), KeepGoing = true };
        var inRun = Explorer.Explore(Failing(), options).Failures;
        Assert.That(inRun, Has.Count.EqualTo(64));
        foreach (var i in s_indices)
        {
            var expected = inRun[(int)i];
            var program = Failing(startAt: i);
            var alone = Explorer.Explore(program, options with { Strategy = expected.Strategy, First = i, Executions = 1 }).Failure!;
            Assert.That(alone.Trace!.Decisions, Is.EqualTo(expected.Trace!.Decisions), $"execution {i} of {expected.Strategy}");
            Assert.That(alone.Strategy, Is.EqualTo(expected.Strategy));
        }
    }

    [Test]
    public void Length_is_learnt_at_powers_of_two_from_lower_executions_and_is_in_result_and_trace()
    {
        var failures = Explorer.Explore(Failing(), new ExploreOptions { Strategy = "pct:3", Executions = 64, KeepGoing = true }).Failures;

        // Execution 0 measures; nothing is learnt within a block.
        Assert.That(failures[0].Strategy, Is.EqualTo("nonpreemptive"));
        var texts = failures.Skip(1).Select(failure => failure.Strategy).ToArray();
        Assert.That(texts, Has.All.StartsWith("pct:3,k="));
        Assert.That(Enumerable.Range(1, 63).GroupBy(i => 31 - int.LeadingZeroCount(i)).Select(block => block.Select(i => texts[i - 1]).Distinct().Count()), Has.All.EqualTo(1));
        Assert.That(failures.Skip(1).Select(failure => failure.Trace!.Strategy), Is.EqualTo(texts));

        // Each k is the most choices of any execution before the block.
        foreach (var first in new[] { 1, 2, 4, 8, 16, 32 })
        {
            var most = failures.Take(first).Max(failure => failure.Trace!.Decisions.Count);
            Assert.That(texts[first - 1], Is.EqualTo($"pct:3,k={most}"));
        }
    }

    [Test]
    public void A_length_that_was_written_out_is_not_learnt()
    {
        var failures = Explorer.Explore(Failing(), new ExploreOptions { Strategy = "pct:3,k=5", Executions = 20, KeepGoing = true }).Failures;
        Assert.That(failures.Skip(1).Select(failure => failure.Strategy), Has.All.EqualTo("pct:3,k=5"));
    }

    [Test]
    public void Steps_of_each_task_are_learnt_with_who_spawned_it()
    {
        var failures = Explorer.Explore(Failing(), new ExploreOptions { Strategy = "urw", Executions = 2, KeepGoing = true }).Failures;

        // In execution 0 the tasks run one after the other: start, read, write and as many reads as there were writes before. The third task also
        // spawns a child, which starts, sets its timer and goes on, and joins it.
        Assert.That(failures[1].Strategy, Is.EqualTo("urw:0=2,0.1=3,0.2=4,0.3=6,0.3.1=3,clock=1"));
    }

    [Test]
    public void What_is_looked_at_is_an_object_that_several_tasks_touch_and_stands_in_the_text()
    {
        var failures = Explorer.Explore(Failing(), new ExploreOptions { Strategy = "surw", Executions = 2, KeepGoing = true }).Failures;
        Assert.That(failures[1].Strategy, Is.EqualTo("surw:on=shared@0#1,0.1=2,0.2=3,0.3=4"));
    }

    /// <summary>Three tasks and a grandchild, the number of whose choices depends on the schedule. Fails always, each time with another text.</summary>
    private static Func<Cx, Task> Failing(long startAt = 0)
    {
        // The lab runs every failing execution twice, and its text must not differ between the two.
        var runs = startAt * 2;
        return async cx =>
        {
            var shared = new Shared<int>(0);
            await cx.ScopeAsync(scope =>
            {
                for (var t = 0; t < 3; t++)
                {
                    var isLast = t == 2;
                    scope.Spawn(async c =>
                    {
                        var seen = await shared.ReadAsync(c);
                        await shared.WriteAsync(seen + 1, c);
                        for (var extra = 0; extra < seen; extra++)
                        {
                            await shared.ReadAsync(c);
                        }

                        if (isLast)
                        {
                            await c.ScopeAsync(inner =>
                            {
                                inner.Spawn(async child => await child.DelayAsync(TimeSpan.FromMilliseconds(1)));
                                return Task.CompletedTask;
                            });
                        }
                    });
                }

                return Task.CompletedTask;
            });

            // In letters: failures that differ in a number are one.
            throw new InvalidOperationException($"execution {string.Concat($"{runs++ / 2}".Select(static digit => (char)(digit - '0' + 'a')))}");
        };
    }
}
