using Lab.Core.Observing;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Properties.Tasks;
using Lab.Samples;
using Lab.Shrinking;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Exploration;

/// <summary>An exploration that is cut into slices shows what an undivided one shows, gives its thread back in time, and leaves nothing on it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SlicesTests
{
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(16);

    private readonly SteppedClock _clock = new();

    private static IEnumerable<string> Names => Scenarios.In(typeof(LostUpdate).Assembly).All.Select(static scenario => scenario.Name);

    [Test]
    public void It_shows_what_an_undivided_one_shows([ValueSource(nameof(Names))] string name)
    {
        var scenario = Scenarios.In(typeof(LostUpdate).Assembly).Find(name);
        var options = new ExploreOptions { Scenario = name, Executions = 60, Shrink = new ShrinkOptions { Time = null, Steps = 50_000 }, Lab = scenario.Options };
        var whole = Explorer.Explore(scenario.Program, options);
        var sliced = Explorer.InSlices(scenario.Program, options, new RestlessClock(new TimeSpan(1)));
        var slices = 1;
        while (!sliced.RunFor(TimeSpan.FromTicks(slices % 7)))
        {
            slices++;
        }

        Assert.That(Text(sliced.Result), Is.EqualTo(Text(whole)));
        Assert.That(slices, Is.GreaterThan(whole.Steps / 7), "at each look the clock has gone on by a tick, and no slice has more than six");
    }

    [TestCase("dfs")]
    [TestCase("dpor")]
    [TestCase("pct:3")]
    public void Whatever_the_strategy(string strategy)
    {
        var options = new ExploreOptions { Strategy = strategy, Executions = 500, Shrink = null };
        var whole = Explorer.Explore(LostUpdate.Fixed, options);
        var sliced = Explorer.InSlices(LostUpdate.Fixed, options, new RestlessClock(new TimeSpan(1)));
        while (!sliced.RunFor(TimeSpan.FromTicks(3)))
        {
        }

        Assert.That(Text(sliced.Result), Is.EqualTo(Text(whole)));
        Assert.That(sliced.Result.End, Is.EqualTo(strategy == "pct:3" ? ExplorationEnd.OutOfBudget : ExplorationEnd.Exhausted));
    }

    // One task of 100 yields is 101 steps; each but the last takes 1 ms. Of a slice of 16 ms that is 16 steps, so 100 ms are 6 full slices and one that
    // is left over; the second look that the first execution gets starts in the middle of the seventh: 200 ms in all, 12 slices of 16 and one of 8.
    [TestCase(16, 13)]
    [TestCase(1, 200)]
    [TestCase(1_000, 1)]
    public void A_slice_ends_with_the_step_in_which_its_time_is_up(int milliseconds, int slices)
    {
        var exploration = Explorer.InSlices(
            async cx =>
            {
                for (var i = 0; i < 100; i++)
                {
                    _clock.Pass(1);
                    await cx.YieldAsync();
                }
            },
            new ExploreOptions { Executions = 1, LinearisationSamples = 0 },
            _clock);
        var run = 0;
        var hasEnded = false;
        while (!hasEnded)
        {
            var before = _clock.Ticks;
            hasEnded = exploration.RunFor(TimeSpan.FromMilliseconds(milliseconds));
            run++;
            Assert.That(TimeSpan.FromTicks(_clock.Ticks - before).TotalMilliseconds, hasEnded ? Is.LessThanOrEqualTo(milliseconds) : Is.EqualTo(milliseconds));
        }

        // The slice after the one in which the last millisecond passed may have to do the rest, in which no time passes.
        Assert.That(run, Is.EqualTo(slices).Or.EqualTo(slices + 1));
        Assert.That(exploration.Result.Executions, Is.EqualTo(1));
    }

    [Test]
    public void Shrinking_is_cut_into_slices_as_well()
    {
        var exploration = Explorer.InSlices(LostUpdate.Buggy, new ExploreOptions { Shrink = new ShrinkOptions { Time = null } }, new RestlessClock(new TimeSpan(1)));
        var slices = 0;
        var found = 0;
        while (!exploration.RunFor(TimeSpan.FromTicks(1)))
        {
            slices++;
            found += exploration.Progress.Failures > 0 ? 1 : 0;
        }

        Assert.That(found, Is.GreaterThan(100), $"of {slices} slices those after the failure");
        Assert.That(exploration.Result.Failure!.Shrinking!.IsComplete);
    }

    [Test]
    public void Between_slices_the_thread_is_as_it_was()
    {
        var context = new SynchronizationContext();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            var exploration = Explorer.InSlices(DiningPhilosophers.Buggy, clock: new RestlessClock(new TimeSpan(1)));
            var slices = 0;
            while (!exploration.RunFor(TimeSpan.Zero))
            {
                Assert.That(SynchronizationContext.Current, Is.SameAs(context));
                Assert.That((Instrumentation.Current, Instrumentation.Gates), Is.EqualTo(((IObserver?)null, (GateWatch?)null)));
                if (slices++ % 200 == 0)
                {
                    // Another lab, and another runtime, on the same thread.
                    Assert.That(LabRuntime.TryRun(LostUpdate.Fixed).Verdict.IsFailure, Is.False);
                    using var runtime = new CooperativeRuntime();
                    var running = runtime.RunAsync(static async cx => await cx.YieldAsync());
                    runtime.RunFor(Timeout.InfiniteTimeSpan);
                    Assert.That(running.IsCompletedSuccessfully);
                }
            }

            Assert.That(exploration.Result.Failure!.Verdict.Kind, Is.EqualTo(VerdictKind.Deadlock));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    [Test]
    public void The_thread_may_change_from_slice_to_slice()
    {
        var options = new ExploreOptions { Executions = 20, Shrink = new ShrinkOptions { Time = null } };
        var exploration = Explorer.InSlices(CancellationLosesMessage.Buggy, options, new RestlessClock(new TimeSpan(1)));
        for (var hasEnded = false; !hasEnded;)
        {
            var thread = new Thread(() =>
            {
                for (var i = 0; i < 50 && !hasEnded; i++)
                {
                    hasEnded = exploration.RunFor(TimeSpan.FromTicks(5));
                }
            });
            thread.Start();
            thread.Join();
        }

        Assert.That(Text(exploration.Result), Is.EqualTo(Text(Explorer.Explore(CancellationLosesMessage.Buggy, options))));
    }

    [Test]
    public void What_the_thread_does_to_a_task_between_slices_is_an_escape()
    {
        var outside = new TaskCompletionSource();
        var exploration = Explorer.InSlices(
            async cx =>
            {
                await outside.Task;
                await cx.YieldAsync();
            },
            clock: _clock);
        Assert.That(exploration.RunFor(s_slice), Is.False, "back early: what the program waits for may need the thread");
        Assert.That(exploration.RunFor(s_slice), Is.False);
        outside.SetResult();
        while (!exploration.RunFor(s_slice))
        {
            _clock.Pass(16);
        }

        Assert.That(exploration.Result.Failure!.Verdict.Kind, Is.EqualTo(VerdictKind.Escape));
        Assert.That(exploration.Result.Failure.Verdict.Message, Does.Contain("between two slices"));
    }

    // The time that something outside is given is a quarter of a second: 15 slices of 16 ms are 240 ms, and after the 16th it is over.
    [Test]
    public void What_nothing_outside_completes_is_a_deadlock_when_its_time_is_over()
    {
        var never = new TaskCompletionSource();
        var exploration = Explorer.InSlices(_ => never.Task, new ExploreOptions { Lab = new LabOptions { ForeignWait = TimeSpan.FromMilliseconds(250) } }, _clock);
        var slices = 1;
        while (!exploration.RunFor(s_slice))
        {
            _clock.Pass(16);
            slices++;
        }

        Assert.That(exploration.Result.Failure!.Verdict.Kind, Is.EqualTo(VerdictKind.Deadlock));

        // It is executed twice, and once more to be shrunk.
        Assert.That(slices, Is.GreaterThanOrEqualTo(2 * 16));
    }

    [Test]
    public void A_slice_cannot_begin_inside_of_an_execution()
    {
        SlicedExploration exploration = null!;
        exploration = Explorer.InSlices(_ =>
        {
            exploration.RunFor(s_slice);
            return Task.CompletedTask;
        });
        while (!exploration.RunFor(s_slice))
        {
        }

        Assert.That(exploration.Result.Failure!.Verdict.Exception, Is.TypeOf<InvalidOperationException>().With.Message.Contains("inside of an execution"));
        Assert.That(() => exploration.RunFor(TimeSpan.FromTicks(-1)), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void There_is_no_result_before_the_end_and_it_can_be_stopped()
    {
        using var stop = new CancellationTokenSource();
        var exploration = Explorer.InSlices(LostUpdate.Fixed, new ExploreOptions { Executions = long.MaxValue, Stop = stop.Token }, new RestlessClock(new TimeSpan(1)));
        Assert.That(exploration.RunFor(TimeSpan.FromTicks(500)), Is.False);
        Assert.That(() => exploration.Result, Throws.InvalidOperationException);
        stop.Cancel();
        while (!exploration.RunFor(s_slice))
        {
        }

        Assert.That(exploration.Result, Has.Property("WasStopped").True.And.Property("End").EqualTo(ExplorationEnd.OutOfBudget));
        Assert.That(exploration.RunFor(s_slice), Is.True, "nothing is left to do");
    }

    private static string Text(ExplorationResult result) => string.Join('\n',
        [
            $"{result.End} {result.Executions} {result.Steps} {result.Distinct} {result.IsExhaustive} {result.Bound} {result.Strategy}",
            string.Join(' ', result.Growth),
            string.Join(' ', result.Oracles),
            .. result.Failures.Select(static failure => $"{failure.Verdict}\n{(failure.Trace is { } trace ? TraceFile.ToText(trace) : "")}\n{failure.Cause?.Reversed.Count}"),
        ]);
}
