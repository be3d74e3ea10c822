using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Properties.Strategies.Dpor;
using NUnit.Framework;

namespace Lab.Properties.Execution;

#pragma warning disable RS0030 // What the programs below do is what the lab must notice.

/// <summary>Times that the lab is given: zero or more, or infinite, which is never.</summary>
[TestFixture]
internal sealed class LabTimesTests
{
    [Test]
    public void A_time_that_is_negative_is_refused_where_it_is_given()
    {
        foreach (var refused in new[] { TimeSpan.FromTicks(-1), TimeSpan.FromSeconds(-1), TimeSpan.MinValue })
        {
            Assert.That(() => new LabOptions { Lag = refused }, Refuses(nameof(LabOptions.Lag)));
            Assert.That(() => new LabOptions { Watchdog = refused }, Refuses(nameof(LabOptions.Watchdog)));
            Assert.That(() => new LabOptions { ForeignWait = refused }, Refuses(nameof(LabOptions.ForeignWait)));
            Assert.That(() => new ExploreOptions { Time = refused }, Refuses(nameof(ExploreOptions.Time)));
            Assert.That(() => new ShrinkOptions { Time = refused }, Refuses(nameof(ShrinkOptions.Time)));
            Assert.That(() => Explorer.InSlices(Yields).RunFor(refused), Refuses("budget"));
        }

        static NUnit.Framework.Constraints.IResolveConstraint Refuses(string argument) =>
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Property(nameof(ArgumentException.ParamName)).EqualTo(argument);
    }

    [Test]
    public void Budgets_without_an_end_end_nothing()
    {
        var options = new ExploreOptions { Executions = 20, Time = Timeout.InfiniteTimeSpan, Shrink = new ShrinkOptions { Time = Timeout.InfiniteTimeSpan } };
        Assert.That(Explorer.Explore(Yields, options).Executions, Is.EqualTo(20));
        var failing = Explorer.Explore(static _ => throw new FormatException("always"), options);
        Assert.That(failing.Failure?.Shrinking?.IsComplete, Is.True);
        Assert.That(Explorer.InSlices(Yields, options).RunFor(Timeout.InfiniteTimeSpan));
    }

    [Test]
    public void A_lag_without_an_end_is_the_free_clock()
    {
        var endless = new LabOptions { Lag = Timeout.InfiniteTimeSpan };
        Assert.That(endless.ToPairs(), Is.EqualTo(new LabOptions { Time = TimeModel.Free }.ToPairs()));
        var all = Search.All(Program, endless);
        Assert.That(all.Endings, Is.EquivalentTo(Search.All(Program, new LabOptions { Time = TimeModel.Free }).Endings).And.Exactly(2).Items);
        Assert.That(Search.All(Program, new LabOptions()).Endings, Has.Count.EqualTo(1), "within 10 ms nobody is late by an hour");

        // Whether the hour has passed is seen by who could have gone on at once, if he may be held back for so long.
        static Task Program(Cx cx) => cx.ScopeAsync(scope =>
        {
            scope.Spawn(static c => c.DelayAsync(TimeSpan.FromHours(1)));
            scope.Spawn(static async c =>
            {
                var start = c.Clock.GetTimestamp();
                await c.YieldAsync();
                c.Note($"{c.Clock.GetElapsedTime(start) > TimeSpan.Zero}");
            });
            return Task.CompletedTask;
        });
    }

    [Test]
    public void Without_patience_for_what_comes_from_outside_a_wait_for_it_is_a_deadlock_and_with_endless_patience_it_comes()
    {
        static async Task Waits(Cx cx)
        {
            var outside = new TaskCompletionSource();
            new Thread(() =>
            {
                Thread.Sleep(50);
                outside.SetResult();
            }).Start();
            await outside.Task;
        }

        Assert.That(Judge.Explore(Waits, new LabOptions { ForeignWait = Timeout.InfiniteTimeSpan }, 1).Kind, Is.EqualTo(VerdictKind.Escape));
        Assert.That(Judge.Explore(static _ => new TaskCompletionSource().Task, new LabOptions { ForeignWait = TimeSpan.Zero }, 1).Kind, Is.EqualTo(VerdictKind.Deadlock));
    }

    [Test]
    public void A_watchdog_that_never_barks_waits_for_a_blocking_wait_that_ends()
    {
        static Task Blocks(Cx cx)
        {
            using var outside = new ManualResetEvent(false);
            new Thread(() =>
            {
                Thread.Sleep(100);
                outside.Set();
            }).Start();
            outside.WaitOne();
            return Task.CompletedTask;
        }

        Assert.That(Judge.Explore(Blocks, new LabOptions { Watchdog = Timeout.InfiniteTimeSpan }, 1), Is.EqualTo(Verdict.Passed));
        Assert.That(Judge.Explore(Blocks, new LabOptions { Watchdog = TimeSpan.Zero }, 1).Kind, Is.EqualTo(VerdictKind.BlockingWait));
    }

    private static async Task Yields(Cx cx) => await cx.YieldAsync();
}
