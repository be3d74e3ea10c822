using Lab.Core.Time;
using NUnit.Framework;

namespace Lab.Properties.Time;

/// <summary>
/// A worker sets its timers anew at any moment, without having heard what became of the last setting; others look, fire and cancel. Unlike in
/// <see cref="TimerArrivalsStressTests"/>, a timer is mostly set while another thread is taking it out.
/// </summary>
[TestFixture]
public sealed class TimerResettingStressTests
{
    private const int Rounds = 150_000;

    [Test]
    public void What_is_not_due_never_fires_while_others_are_set_anew_in_the_moment_in_which_they_fire([Values] bool cancels)
    {
        var driver = new ReadDriver();
        var own = driver.CreateArrivals();
        var early = new RecordedTimer("early", []);
        driver.Set(early, long.MaxValue / 2);
        var timer = new CountedTimer();
        var isOver = false;
        var other = new Thread(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                if (cancels)
                {
                    driver.Cancel(timer);
                    driver.Look();
                }
                else
                {
                    driver.FireDue();
                }
            }
        });
        other.Start();
        TimerArrivals.OfThisThread = own;
        for (var i = 0; i < Rounds; i++)
        {
            driver.Set(timer, TimeSpan.FromTicks(i % 3));
            if (i % 64 == 0)
            {
                driver.Look();
            }
        }

        driver.Cancel(timer);
        TimerArrivals.OfThisThread = null;
        Volatile.Write(ref isOver, true);
        other.Join();
        driver.FireDue();
        Assert.That((driver.Queue.NextDue, driver.Queue.Count, early.IsQueued), Is.EqualTo((long.MaxValue / 2, 1, true)));
    }

    /// <summary>Time passes with every reading, on all threads.</summary>
    private sealed class ReadDriver() : TimerDriver(countsAtLooks: true)
    {
        private long _now;

        internal override long Now => Interlocked.Increment(ref _now);
    }

    private sealed class CountedTimer : TimerEntry
    {
        internal override void Fire(long due)
        {
        }
    }
}
