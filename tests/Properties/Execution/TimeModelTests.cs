using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using NUnit.Framework;

namespace Lab.Properties.Execution;

/// <summary>When virtual time may move (semantics 6.4): each model finds its races and misses those of the wider ones.</summary>
[TestFixture]
internal sealed class TimeModelTests
{
    private const VerdictKind Race = VerdictKind.AssertionFailed;

    [TestCase(TimeModel.WhenIdle, 8, ExpectedResult = VerdictKind.Passed)]
    [TestCase(TimeModel.Lag, 8, ExpectedResult = Race)]
    [TestCase(TimeModel.Lag, 10, ExpectedResult = Race)]
    [TestCase(TimeModel.Lag, 11, ExpectedResult = VerdictKind.Passed)]
    [TestCase(TimeModel.Free, 11, ExpectedResult = Race)]
    [TestCase(TimeModel.Free, 3_600_000, ExpectedResult = Race)]
    public VerdictKind A_timeout_races_with_work_that_is_ready(TimeModel time, int milliseconds) =>
        Judge.Explore(cx => Timeout(cx, milliseconds), Judge.Quick with { Time = time }).Kind;

    [TestCase(TimeModel.WhenIdle)]
    [TestCase(TimeModel.Lag)]
    [TestCase(TimeModel.Free)]
    public void Work_that_waits_for_time_gets_it_in_every_model(TimeModel time) => Judge.MustPass(
        async cx =>
        {
            var before = cx.Clock.GetTimestamp();
            await cx.DelayAsync(TimeSpan.FromHours(5));
            var passed = cx.Clock.GetElapsedTime(before);
            if (passed < TimeSpan.FromHours(5))
            {
                throw new AssertionException($"early: {passed}");
            }
        },
        Judge.Quick with { Time = time });

    [Test]
    public void The_lag_adds_up_over_several_timers()
    {
        // Two timers 8 ms apart: the first may overtake the ready task, both together would hold it back for 16 ms.
        var both = Judge.Explore(Overtaken, Judge.Quick);
        var wider = Judge.Explore(Overtaken, Judge.Quick with { Lag = TimeSpan.FromMilliseconds(16) });
        Assert.That((both.Kind, wider.Kind), Is.EqualTo((VerdictKind.Passed, Race)));

        static Task Overtaken(Cx cx) => cx.ScopeAsync(scope =>
        {
            var started = false;
            scope.Spawn(async c =>
            {
                await c.DelayAsync(TimeSpan.FromMilliseconds(8));
                await c.DelayAsync(TimeSpan.FromMilliseconds(8));
                if (!started)
                {
                    throw new AssertionException("held back for 16 ms");
                }
            });
            scope.Spawn(c =>
            {
                started = true;
                return Task.CompletedTask;
            });
            return Task.CompletedTask;
        });
    }

    [Test]
    public void A_failure_says_who_was_held_back_and_so_does_its_trace()
    {
        var failure = Explorer.Explore(static cx => Timeout(cx, 8)).Failure!;
        Assert.That(failure.Verdict.ToString(), Does.Contain("note: T0 was ready for 8 ms while the clock moved"));
        var advance = failure.Trace!.Events.Single(static e => e.Kind == "ClockAdvanced");
        Assert.That(advance.Detail, Is.EqualTo("00:00:00 -> 00:00:00.0080000; T0 was ready for 8 ms"));
    }

    [TestCase(TimeModel.WhenIdle, ExpectedResult = VerdictKind.Passed)]
    [TestCase(TimeModel.Lag, ExpectedResult = Race)]
    public VerdictKind Virtual_workers_keep_the_models_too(TimeModel time) =>
        Judge.Explore(static cx => Timeout(cx, 8), Judge.Quick with { Time = time, Dispatch = DispatchKind.WorkStealing }).Kind;

    /// <summary>The work needs no time at all, so on an idle machine it always ends before the timeout.</summary>
    private static async Task Timeout(Cx cx, int milliseconds)
    {
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(milliseconds), cx.Clock);
        for (var i = 0; i < 5; i++)
        {
            await cx.YieldAsync();
        }

        if (source.IsCancellationRequested)
        {
            throw new AssertionException("timed out");
        }
    }
}
