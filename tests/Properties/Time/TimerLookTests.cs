using Lab.Core.Time;
using Lab.Properties.Memory;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Lab.Properties.Time;

/// <summary>When a timer counts from that is set for a time from now.</summary>
[TestFixture, FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TimerLookTests
{
    private static readonly TimeSpan s_tenTicks = TimeSpan.FromTicks(10);

    private readonly List<string> _log = [];
    private readonly LookingDriver _driver = new();

    [Test]
    public void A_timer_that_is_cancelled_before_the_next_look_never_reads_the_clock()
    {
        var timer = Timer("a");
        for (var i = 0; i < 1_000; i++)
        {
            _driver.Set(timer, s_tenTicks);
            Assert.That((_driver.Queue.Count, _driver.HasTimers), Is.EqualTo((1, true)));
            Assert.That(_driver.Cancel(timer), Is.True);
            Assert.That((_driver.Queue.Count, _driver.HasTimers), Is.EqualTo((0, false)));
        }

        Assert.That(_driver.Cancel(timer), Is.False);
        _driver.FireDue();
        Assert.That(_driver.Readings, Is.Zero, "and nobody looks for what is not there");
    }

    [Test]
    public void What_was_set_counts_from_the_next_look_in_the_order_of_setting()
    {
        foreach (var name in new[] { "a", "b", "c" })
        {
            _driver.Set(Timer(name), s_tenTicks);
        }

        _driver.Time = 100;
        Assert.That(_driver.FireDue(), Is.False);
        _driver.Time = 109;
        Assert.That(_driver.FireDue(), Is.False);
        _driver.Time = 110;
        Assert.That(_driver.FireDue(), Is.True);
        Assert.That(_log, Is.EqualTo(new[] { "a@110", "b@110", "c@110" }));
        Assert.That(_driver.Readings, Is.EqualTo(3), "one for each firing, the first of which was the look");
    }

    [Test]
    public void Of_two_with_equal_due_times_the_one_that_was_set_first_fires_first_though_it_is_counted_last()
    {
        _driver.Set(Timer("from the look on"), s_tenTicks);
        _driver.Set(Timer("at a time"), 30);
        _driver.Time = 20;
        _driver.Look();
        _driver.Time = 30;
        _driver.FireDue();
        Assert.That(_log, Is.EqualTo(new[] { "from the look on@30", "at a time@30" }));
    }

    [Test]
    public void A_look_that_finds_a_nearer_timer_tells_the_host()
    {
        var told = 0;
        _driver.Set(Timer("far"), 1_000);
        _driver.NextDueMoved = () => told++;
        _driver.Set(Timer("near"), s_tenTicks);
        Assert.That(told, Is.Zero);
        _driver.Look();
        Assert.That(told, Is.EqualTo(1));
        _driver.Set(Timer("further"), TimeSpan.FromTicks(20));
        _driver.Look();
        Assert.That(told, Is.EqualTo(1));
    }

    [Test]
    public void Asking_for_the_nearest_due_time_is_a_look()
    {
        _driver.Set(Timer("a"), s_tenTicks);
        _driver.Time = 7;
        Assert.That((_driver.NextDue, _driver.NextDue, _driver.Readings), Is.EqualTo((17, 17, 1)));
    }

    [Test]
    public void The_sixty_fifth_in_a_row_looks_itself()
    {
        // 64 have room. The next one reads the clock, for those and for itself; then there is room again.
        for (var i = 0; i < 64; i++)
        {
            _driver.Set(Timer($"{i}"), s_tenTicks);
        }

        Assert.That(_driver.Readings, Is.Zero);
        _driver.Time = 5;
        _driver.Set(Timer("64"), s_tenTicks);
        Assert.That((_driver.Readings, _driver.HasArrivals), Is.EqualTo((1, false)));
        _driver.Set(Timer("65"), s_tenTicks);
        Assert.That((_driver.Readings, _driver.HasArrivals), Is.EqualTo((1, true)));
        _driver.Time = 15;
        _driver.FireDue();
        Assert.That(_log, Is.EqualTo(Enumerable.Range(0, 65).Select(i => $"{i}@15")));
    }

    [Test]
    public void Room_that_was_left_in_the_middle_comes_back_with_the_look()
    {
        var stays = Timer("stays");
        _driver.Set(stays, s_tenTicks);
        var (a, b) = (Timer("a"), Timer("b"));
        for (var i = 0; i < 1_000; i++)
        {
            // The one set before is never the last: it leaves a hole.
            _driver.Set(i % 2 == 0 ? a : b, s_tenTicks);
            _driver.Cancel(i % 2 == 0 ? b : a);
        }

        // One in front, one live, and 62 holes between them: 63 settings to a look.
        Assert.That(_driver.Queue.Count, Is.EqualTo(2));
        Assert.That(_driver.Readings, Is.EqualTo(1_000 / 63));
    }

    [Test]
    public void Nobody_looks_later_for_a_thread_that_runs_no_step_so_it_looks_itself()
    {
        _driver.IsInStep = false;
        _driver.Time = 3;
        _driver.Set(Timer("a"), s_tenTicks);
        Assert.That((_driver.Readings, _driver.HasArrivals, _driver.NextDue), Is.EqualTo((1, false, 13)));
        var other = new TimerDriver(TimeProvider.System);
        other.Set(Timer("b"), s_tenTicks);
        Assert.That((other.HasArrivals, other.HasTimers), Is.EqualTo((false, true)), "nor without a host");
    }

    [Test]
    public void Infinite_disarms_what_counts_from_the_next_look()
    {
        var timer = Timer("a");
        _driver.Set(timer, s_tenTicks);
        _driver.Set(timer, Timeout.InfiniteTimeSpan);
        Assert.That((_driver.HasTimers, _driver.Readings), Is.EqualTo((false, 0)));
    }

    // Whoever cancels a timer from elsewhere looks where it is, under the gate; without the gate its worker does something; and then the first goes on.
    [Test]
    public void A_timer_that_its_worker_sets_while_another_cancels_it_is_the_worker_s()
    {
        var timer = Timer("a");
        var seen = timer.Look();
        _driver.Set(timer, s_tenTicks);
        Assert.That((_driver.Queue.TryTakeOutLocked(timer, seen), _driver.Queue.Count), Is.EqualTo((false, 1)), "the cancel came before");
        Assert.That((_driver.FireDue(), _driver.Time = 10, _driver.FireDue()), Is.EqualTo((false, 10, true)));
    }

    [Test]
    public void A_timer_that_its_worker_takes_back_while_another_cancels_it_is_cancelled_once()
    {
        var timer = Timer("a");
        _driver.Set(timer, s_tenTicks);
        var seen = timer.Look();
        Assert.That(_driver.Cancel(timer));
        Assert.That((_driver.Queue.TryTakeOutLocked(timer, seen), _driver.Queue.Count), Is.EqualTo((false, 0)));
    }

    [Test]
    public void A_timer_that_its_worker_sets_again_while_another_cancels_it_stays_set()
    {
        var timer = Timer("a");
        _driver.Set(timer, s_tenTicks);
        var seen = timer.Look();
        _driver.Set(timer, s_tenTicks);
        Assert.That((_driver.Queue.TryTakeOutLocked(timer, seen), _driver.Queue.Count), Is.EqualTo((false, 1)));
    }

    [Test]
    public void Near_the_maximum_what_would_never_be_due_is_dropped_at_the_look()
    {
        var timer = Timer("a");
        _driver.Set(timer, s_tenTicks);
        _driver.Time = long.MaxValue - 5;
        _driver.Look();
        Assert.That((_driver.HasTimers, timer.IsQueued), Is.EqualTo((false, false)));
    }

    [Test]
    public void With_another_provider_than_the_system_s_a_timer_counts_from_the_call()
    {
        // Whoever moves the clock after the call means it to count.
        var provider = new FakeTimeProvider();
        var driver = new TimerDriver(provider);
        Assert.That(driver.CreateArrivals(), Is.Null);
        driver.Set(Timer("a"), s_tenTicks);
        Assert.That(driver.HasArrivals, Is.False);
        provider.Advance(s_tenTicks);
        Assert.That(driver.FireDue(), Is.True);
    }

    [Test]
    public void With_the_system_s_clock_it_counts_from_the_look()
    {
        var driver = new TimerDriver(TimeProvider.System);
        TimerArrivals.OfThisThread = driver.CreateArrivals();
        driver.Set(Timer("a"), TimeSpan.FromHours(1));
        new TimerDriver(TimeProvider.System).Set(Timer("of another runtime"), TimeSpan.FromHours(1));
        TimerArrivals.OfThisThread = null;
        Assert.That((driver.HasArrivals, driver.Queue.Count), Is.EqualTo((true, 1)));
        var before = driver.Now;
        Assert.That(driver.NextDue, Is.GreaterThanOrEqualTo(before + TimeSpan.TicksPerHour));
    }

    [Test]
    public void Whatever_a_look_meets_nothing_counts_from_a_reading_before_it_was_set()
    {
        // The clock is at 50 when the second is set, in the middle of the look: a reading of before would have it fire at 10.
        GateBoundary.Each(() =>
        {
            var driver = new LookingDriver();
            var second = Timer("second");
            driver.Set(Timer("first"), s_tenTicks);
            return (
                () => driver.Look(),
                () =>
                {
                    driver.Time = 50;
                    driver.Set(second, s_tenTicks);
                },
                () =>
                {
                    driver.Look();
                    Assert.That(second.Due, Is.EqualTo(60));
                });
        });
    }

    [Test]
    public void What_another_worker_sets_when_the_clock_has_just_been_read_counts_from_the_next_look()
    {
        // Read at 5: the first is due at 15. The second is set when it is 50 already; from that reading it would be due at 15 as well.
        var driver = new LookingDriver(workers: 2) { Time = 5 };
        var second = Timer("second");
        driver.Set(Timer("first"), s_tenTicks);
        driver.AfterReading = () =>
        {
            driver.AfterReading = null;
            (driver.Worker, driver.Time) = (1, 50);
            driver.Set(second, s_tenTicks);
        };
        driver.Look();
        Assert.That((driver.Queue.NextDue, driver.HasArrivals), Is.EqualTo((15, true)));
        driver.Look();
        driver.Time = 60;
        driver.FireDue();
        Assert.That(_log, Is.EqualTo(new[] { "first@15", "second@60" }));
    }

    [Test]
    public void A_look_counts_what_every_worker_has_set([Values(0, 1, 2)] int looking)
    {
        var driver = new LookingDriver(workers: 3);
        for (var worker = 0; worker < 3; worker++)
        {
            driver.Worker = worker;
            driver.Set(Timer($"{worker}a"), s_tenTicks);
            driver.Set(Timer($"{worker}b"), s_tenTicks);
        }

        driver.Worker = looking;
        driver.Time = 3;
        driver.Look();
        Assert.That((driver.HasArrivals, driver.Queue.Count, driver.Readings), Is.EqualTo((false, 6, 1)));
        driver.Time = 13;
        driver.FireDue();
        Assert.That(_log.Order(), Is.EqualTo(new[] { "0a@13", "0b@13", "1a@13", "1b@13", "2a@13", "2b@13" }));
        Assert.That(Enumerable.Range(0, 3).All(worker => _log.IndexOf($"{worker}a@13") < _log.IndexOf($"{worker}b@13")), "each in the order of setting");
    }

    [Test]
    public void What_a_worker_sets_after_a_look_fires_behind_what_another_had_set_before_it()
    {
        // The busy one has numbered a thousand settings, the other none: the number of the look is what counts.
        var driver = new LookingDriver(workers: 2);
        for (var i = 0; i < 1_000; i++)
        {
            var withdrawn = Timer("");
            driver.Set(withdrawn, s_tenTicks);
            driver.Cancel(withdrawn);
        }

        driver.Set(Timer("before"), s_tenTicks);
        driver.Look();
        driver.Worker = 1;
        driver.Set(Timer("behind"), s_tenTicks);
        driver.Look();
        driver.Time = 10;
        driver.FireDue();
        Assert.That(_log, Is.EqualTo(new[] { "before@10", "behind@10" }));
    }

    [Test]
    public void A_timer_of_one_worker_is_cancelled_and_set_again_by_another_before_and_after_a_look([Values] bool looksBetween)
    {
        var driver = new LookingDriver(workers: 2);
        var timer = Timer("a");
        for (var i = 0; i < 200; i++)
        {
            driver.Worker = i % 2;
            driver.Set(timer, s_tenTicks);
            driver.Worker = 1 - driver.Worker;
            if (looksBetween)
            {
                driver.Look();
            }

            if (i % 3 != 0)
            {
                Assert.That(driver.Cancel(timer), Is.True);
                Assert.That(driver.Cancel(timer), Is.False);
            }

            Assert.That(driver.Queue.Count, Is.EqualTo(i % 3 == 0 ? 1 : 0));
        }

        Assert.That((driver.HasArrivals, driver.HasTimers), Is.EqualTo((false, false)));
    }

    private RecordedTimer Timer(string name) => new(name, _log);
}
