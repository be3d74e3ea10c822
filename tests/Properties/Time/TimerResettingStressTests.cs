using Lab.Core.Time;
using NUnit.Framework;

namespace Lab.Properties.Time;

/// <summary>
/// A worker sets its timer anew in the very moment in which another thread has taken it out. Unlike in <see cref="TimerArrivalsStressTests"/> it has not heard
/// what became of the last setting: it only sees that the timer is not queued any more.
/// </summary>
[TestFixture, NonParallelizable]
public sealed class TimerResettingStressTests
{
    private const int Rounds = 20_000;

    private const long Far = long.MaxValue / 2;

    [Test]
    public void What_is_not_due_is_not_taken_for_another_that_is_set_anew_when_it_has_just_been_taken_out()
    {
        var driver = new LookingDriver { Time = 1 };
        var (timer, far) = (new RecordedTimer("often", []), new RecordedTimer("far", []));
        driver.Set(far, Far);
        var wrong = 0;
        TwoThreads.Meet(
            Rounds,
            () => driver.Set(timer, 1),
            () =>
            {
                // By its worker.
                for (var i = 1; timer.IsQueued; i++)
                {
                    if (i % 1_000 == 0)
                    {
                        Thread.Yield();
                    }
                }

                driver.Set(timer, TimeSpan.FromTicks(5));
            },
            () => driver.Queue.Cancel(timer),
            () =>
            {
                driver.Cancel(timer);
                wrong += driver.Queue.NextDue == Far ? 0 : 1;
                driver.Set(far, Far);
            });
        Assert.That(wrong, Is.Zero, "the nearest due time is that of a timer which is not there: the next one would fire for it");
    }
}
