using Lab.Core.Memory;
using NUnit.Framework;

namespace Lab.Properties.Memory;

[TestFixture]
public sealed class ParkerTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Test]
    public void A_permit_left_before_makes_park_return_at_once()
    {
        var parker = new Parker();
        parker.Unpark();
        Assert.That(parker.Park(Parker.Forever), Is.True);
    }

    [Test]
    public void Any_number_of_unparks_leave_one_permit()
    {
        var parker = new Parker();
        parker.Unpark();
        parker.Unpark();
        parker.Unpark();
        Assert.That(parker.Park(0), Is.True);
        Assert.That(parker.Park(0), Is.False);
    }

    [Test]
    public void A_park_without_a_permit_ends_without_one_and_leaves_none()
    {
        var parker = new Parker();
        Assert.That(parker.Park(20 * TimeSpan.TicksPerMillisecond), Is.False);
        Assert.That(parker.Park(1), Is.False);
        parker.Unpark();
        Assert.That(parker.Park(20 * TimeSpan.TicksPerMillisecond), Is.True);
        Assert.That(parker.Park(1), Is.False);
    }

    [Test]
    public void What_was_written_before_unpark_is_seen_and_no_wake_up_is_lost()
    {
        // A baton of two plain fields: a lost wake-up hangs (and fails by the join), a missing fence shows an old value.
        const int Rounds = 20_000;
        var (ping, pong) = (new Parker(), new Parker());
        int there = 0, back = 0, wrong = 0;
        var thread = new Thread(() =>
        {
            for (var i = 1; i <= Rounds; i++)
            {
                ping.Park(Parker.Forever);
                wrong += there == i ? 0 : 1;
                back = i;
                pong.Unpark();
            }
        });
        thread.Start();
        for (var i = 1; i <= Rounds; i++)
        {
            there = i;
            ping.Unpark();
            pong.Park(Parker.Forever);
            wrong += back == i ? 0 : 1;
        }

        Assert.That(thread.Join(s_patience), Is.True);
        Assert.That(wrong, Is.Zero);
    }

    [Test]
    public void A_wake_up_that_meets_the_end_of_a_timed_park_is_neither_lost_nor_doubled()
    {
        // The waker unparks once per round, around the moment when the time is over; the sleeper must get exactly one permit per round.
        const int Rounds = 1_000;
        var sleeper = new Parker();
        var next = new Parker();
        var permits = 0;
        var thread = new Thread(() =>
        {
            for (var i = 0; i < Rounds; i++)
            {
                while (!sleeper.Park(i % 2 == 0 ? 0 : TimeSpan.TicksPerMillisecond))
                {
                }

                permits++;
                next.Unpark();
            }
        });
        thread.Start();
        for (var i = 0; i < Rounds; i++)
        {
            Thread.SpinWait(i % 97 * 30);
            sleeper.Unpark();
            Assert.That(next.Park(s_patience.Ticks), Is.True);
        }

        Assert.That(thread.Join(s_patience), Is.True);
        Assert.That(permits, Is.EqualTo(Rounds));
        Assert.That(sleeper.Park(0), Is.False, "no permit is left over");
    }

    [Test]
    public void A_wake_up_that_meets_a_look_without_waiting_counts_once()
    {
        // As above, but a park of no length is almost nothing but that moment.
        const int Rounds = 10_000;
        var sleeper = new Parker();
        var next = new Parker();
        var thread = new Thread(() =>
        {
            for (var i = 0; i < Rounds; i++)
            {
                while (!sleeper.Park(0))
                {
                }

                next.Unpark();
            }
        }) { IsBackground = true };
        thread.Start();
        for (var i = 0; i < Rounds; i++)
        {
            Thread.SpinWait(i % 53);
            sleeper.Unpark();
            Assert.That(next.Park(s_patience.Ticks), Is.True);
        }

        Assert.That(thread.Join(s_patience), Is.True);
        Assert.That(sleeper.Park(0), Is.False, "no permit is left over");
    }

    [Test]
    public void Dekkers_pattern_holds_between_a_sleeper_and_its_wakers()
    {
        // The sleeper announces, looks, parks; the waker publishes, fences, looks for the announcement. Every item arrives.
        const int Items = 100_000;
        var parker = new Parker();
        var published = new AtomicInt32(0);
        var asleep = new AtomicInt32(0);
        var taken = 0;
        var thread = new Thread(() =>
        {
            while (taken < Items)
            {
                taken += published.Exchange(0);
                asleep.Write(1);
                Fence.Full();
                if (published.Read() == 0 && taken < Items)
                {
                    parker.Park(Parker.Forever);
                }

                asleep.Write(0);
            }
        }) { IsBackground = true };
        thread.Start();
        for (var i = 0; i < Items; i++)
        {
            published.Increment();
            if (asleep.Read() != 0)
            {
                parker.Unpark();
            }
        }

        Assert.That(thread.Join(s_patience), Is.True);
        Assert.That(taken, Is.EqualTo(Items));
    }
}
