using Lab.Core.Tasks;
using Lab.Oracles;
using NUnit.Framework;

namespace Lab.Properties.Execution;

#pragma warning disable RS0030 // What the programs below do is what the lab must notice.

/// <summary>The lab's clock in the hands of another thread.</summary>
[TestFixture]
internal sealed class ForeignTimerTests
{
    // The library that is told the clock and not where to go on: after its first wait it lives on the pool, and waits for a timer that nobody there may set.
    [Test]
    public void A_library_that_leaves_and_then_waits_on_the_labs_clock_has_escaped() => Judge.MustFind(
        VerdictKind.Escape,
        static async cx =>
        {
            await cx.YieldAsync();
            await TwiceAsync(cx.Clock);
        },
        "escape: a thread-pool thread set a timer on the lab's clock");

    [Test]
    public void A_thread_of_the_programs_own_too() => Judge.MustFind(
        VerdictKind.Escape,
        static async cx =>
        {
            var done = new TaskCompletionSource();
            var clock = cx.Clock;
            new Thread(() => clock.CreateTimer(_ => done.SetResult(), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan)) { Name = "mine" }.Start();
            await done.Task;
        },
        "escape: thread \"mine\" set a timer on the lab's clock");

    [Test]
    public void Who_still_has_the_clock_of_an_execution_that_failed_disturbs_no_later_one()
    {
        TimeProvider? kept = null;
        var runs = 0;
        Judge.MustFind(VerdictKind.Exception, cx =>
        {
            kept ??= cx.Clock;
            runs++;
            Assert.That(runs == 1 || !ReferenceEquals(kept, cx.Clock), "each execution after a failed one has a clock of its own");
            if (runs > 1)
            {
                var late = new Thread(() => kept.CreateTimer(static _ => { }, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan));
                late.Start();
                late.Join(TimeSpan.FromSeconds(1));
            }

            throw new InvalidDataException("always");
        });
        Assert.That(runs, Is.GreaterThan(1), "a failure is looked at twice");
    }

    private static async Task TwiceAsync(TimeProvider clock)
    {
        await Task.Delay(TimeSpan.FromSeconds(1), clock).ConfigureAwait(false);
        await Task.Delay(TimeSpan.FromSeconds(1), clock).ConfigureAwait(false);
    }
}
