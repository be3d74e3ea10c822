using FsCheck;
using FsCheck.Fluent;
using Lab.Exploration;
using Lab.Generators;
using Lab.Linearizability;
using Lab.Oracles;
using Lab.Seeds;
using NUnit.Framework;

namespace Lab.Properties.Linearizability;

/// <summary>FsCheck draws the calls and the schedule; a failure shrinks to the few calls and switches that matter.</summary>
[TestFixture]
public sealed class GeneratedCallsTests
{
    [FsCheck.NUnit.Property(MaxTest = 50)]
    public Property A_right_queue() => SharedQueue.Specify(isHasty: false).ToProperty();

    [Test]
    public void A_wrong_queue_is_caught_and_the_counterexample_is_the_report()
    {
        var error = Assert.Catch(() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), SharedQueue.Specify(isHasty: true).ToProperty()))!;
        Assert.That(error.ToString(), Does.Contain("not linearizable: no order of the calls explains their answers").And.Contain("schedule:"));
    }

    // Two enqueues take the same place, and a third call sees it: with any two calls nothing is wrong.
    [Test]
    public void Calls_and_schedule_shrink_together_to_the_fewest()
    {
        var specification = SharedQueue.Specify(isHasty: true);
        var cases = specification.Cases(size: 4);
        var minimal = Minimal(Failing());
        Assert.That(minimal.Input.Tasks, Has.Count.EqualTo(2), minimal.ToString());
        Assert.That(minimal.Input.Count, Is.LessThanOrEqualTo(4), minimal.ToString());
        Assert.That(minimal.Schedule.Items, Has.Count.LessThanOrEqualTo(2), minimal.ToString());

        Scheduled<ConcurrentCalls> Failing()
        {
            for (var i = 0UL; ; i++)
            {
                var calls = specification.Draw(new Seed(i), size: 4);
                if (calls.Count >= 6 && ScheduleSearch.Find(cx => specification.CheckAsync(cx, calls)) is { } schedule)
                {
                    return new Scheduled<ConcurrentCalls>(calls, schedule);
                }
            }
        }

        Scheduled<ConcurrentCalls> Minimal(Scheduled<ConcurrentCalls> failing)
        {
            while (cases.Shrinker(failing).FirstOrDefault(Fails) is { } smaller)
            {
                failing = smaller;
            }

            return failing;
        }

        bool Fails(Scheduled<ConcurrentCalls> item) =>
            LabRuntime.TryRun(item.Schedule, cx => specification.CheckAsync(cx, item.Input)).Verdict.Kind == VerdictKind.NotLinearizable;
    }
}
