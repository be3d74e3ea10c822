using System.Text;
using Lab.Core.Tasks;
using Lab.Properties.Seeds;
using Lab.Sharing;
using NUnit.Framework;

namespace Lab.Properties.Strategies;

/// <summary>What must be equally likely is: Pearson's statistic against the value that it exceeds with probability 0.001, from fixed seeds.</summary>
public sealed class UniformityTests
{
    private readonly StringBuilder _said = new();

    // k, k! and the critical value of k! - 1 degrees of freedom. Equal tasks are symmetric, so every strategy that favours nobody gives each order equally often.
    [Test]
    public void Equal_tasks_begin_in_all_orders_equally_often(
        [Values("random", "pct:1", "pct:3", "pos", "urw", "surw", "preempt:0", "preempt:2", "portfolio", "random+fair=3")] string strategy,
        [Values(3, 4)] int tasks)
    {
        var (orders, critical) = tasks == 3 ? (6, 20.52) : (24, 49.73);
        var counts = StrategyRuns.Count(strategy, orders * 100, Logging([.. Enumerable.Repeat(1, tasks)]), Said);
        Assert.That(counts, Has.Count.EqualTo(orders));
        Assert.That(ChiSquared.Uniform(counts.Values), Is.LessThan(critical));
    }

    /// <summary>
    /// Tasks of 5, 2 and 1 steps have 8! / (5! 2! 1!) = 168 interleavings; 167 degrees of freedom: 227.7. A random walk, which weighs steps, prefers those
    /// in which the short tasks end early by far.
    /// </summary>
    [TestCase("urw", true)]
    [TestCase("random", false)]
    public void Interleavings_of_uneven_tasks_are_equally_likely(string strategy, bool isUniform)
    {
        var counts = StrategyRuns.Count(strategy, 168 * 20, Logging(5, 2, 1), Said);
        Assert.That(ChiSquared.Uniform([.. counts.Values, .. Enumerable.Repeat(0L, 168 - counts.Count)]), isUniform ? Is.LessThan(227.7) : Is.GreaterThan(1_000));
    }

    /// <summary>
    /// r has three steps, spawns b with the first and c with the second; b and c have two. The orders of a tree of steps are 7! / (product of the sizes of
    /// all subtrees): r1 7, r2 4, r3 1, b1 2, b2 1, c1 2, c2 1: 5040 / 112 = 45; 44 degrees of freedom: 78.75. Whom r has not spawned yet must weigh in its
    /// choice. The counts are written out, since r's last step of all, when b and c have ended, is no part of the tree.
    /// </summary>
    [TestCase("urw:0=3,0.1=2,0.2=2", true)]
    [TestCase("random", false)]
    public void Interleavings_with_a_task_that_is_spawned_on_the_way_are_equally_likely(string strategy, bool isUniform)
    {
        var counts = StrategyRuns.Count(strategy, 45 * 40, SpawningOnTheWay, Said);
        Assert.That(counts, Has.Count.EqualTo(45));
        Assert.That(ChiSquared.Uniform(counts.Values), isUniform ? Is.LessThan(78.75) : Is.GreaterThan(500));
    }

    /// <summary>
    /// Two tasks access one object three and two times, one of them after twelve accesses of its own: 5! / (3! 2!) = 10 orders; 9 degrees of freedom: 27.88.
    /// Uniform over all interleavings is not uniform over these; only the selective walk is.
    /// </summary>
    [TestCase("surw", true)]
    [TestCase("urw", false)]
    [TestCase("random", false)]
    public void Orders_of_one_objects_accesses_are_equally_likely(string strategy, bool isUniform)
    {
        var counts = StrategyRuns.Count(strategy, 10 * 100, OneObjectAmongOthers, Said);
        Assert.That(ChiSquared.Uniform([.. counts.Values, .. Enumerable.Repeat(0L, 10 - counts.Count)]), isUniform ? Is.LessThan(27.88) : Is.GreaterThan(300));
    }

    private string Said() => _said.ToString();

    /// <summary>Tasks a, b, ... that say their name with each of their steps.</summary>
    private Func<Cx, Task> Logging(params int[] steps) => async cx =>
    {
        _said.Clear();
        await cx.ScopeAsync(scope =>
        {
            for (var i = 0; i < steps.Length; i++)
            {
                var (name, count) = ((char)('a' + i), steps[i]);
                scope.Spawn(c => Say(name, count, new Shared<int>(), c));
            }

            return Task.CompletedTask;
        });
    };

    private async Task SpawningOnTheWay(Cx cx)
    {
        _said.Clear();
        var own = new Shared<int>();
        await cx.ScopeAsync(async scope =>
        {
            _said.Append('r');
            scope.Spawn(b => Say('b', 2, new Shared<int>(), b));
            await own.ReadAsync(cx);
            _said.Append('r');
            scope.Spawn(c => Say('c', 2, new Shared<int>(), c));
            await own.ReadAsync(cx);
            _said.Append('r');
        });
    }

    private async Task OneObjectAmongOthers(Cx cx)
    {
        _said.Clear();
        var shared = new Shared<int>();
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(async a =>
            {
                for (var i = 0; i < 3; i++)
                {
                    await shared.WriteAsync(i, a);
                    _said.Append('a');
                }
            });
            scope.Spawn(async b =>
            {
                var own = new Shared<int>();
                for (var i = 0; i < 12; i++)
                {
                    await own.WriteAsync(i, b);
                }

                for (var i = 0; i < 2; i++)
                {
                    await shared.WriteAsync(i, b);
                    _said.Append('b');
                }
            });
            return Task.CompletedTask;
        });
    }

    private async Task Say(char name, int steps, Shared<int> own, Cx cx)
    {
        _said.Append(name);
        for (var i = 1; i < steps; i++)
        {
            await own.ReadAsync(cx);
            _said.Append(name);
        }
    }
}
