using Lab.Core.Time;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Lab.Properties.Time;

[TestFixture, FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TimerDriverTests
{
    private readonly List<string> _log = [];

    [Test]
    public void Due_timers_fire_in_order_each_with_its_own_due_time()
    {
        var driver = new SetDriver();
        driver.Set(Timer("b"), 20);
        driver.Set(Timer("a"), 10);
        driver.Set(Timer("c"), 20);
        driver.Set(Timer("late"), 31);
        driver.Time = 30;
        Assert.That(driver.FireDue(), Is.True);
        Assert.That(_log, Is.EqualTo(new[] { "a@10", "b@20", "c@20" }));
        Assert.That(driver.FireDue(), Is.False);
        Assert.That(driver.NextDue, Is.EqualTo(31));
    }

    [Test]
    public void A_timer_set_by_a_callback_within_the_jump_fires_in_its_place()
    {
        var driver = new SetDriver();
        driver.Set(Timer("a", () => driver.Set(Timer("within"), 15)), 10);
        driver.Set(Timer("b"), 20);
        driver.Time = 30;
        driver.FireDue();
        Assert.That(_log, Is.EqualTo(new[] { "a@10", "within@15", "b@20" }));
    }

    [Test]
    public void A_throwing_callback_does_not_stop_the_others()
    {
        var faults = new List<string>();
        var driver = new SetDriver { Faulted = e => faults.Add(e.Message), Time = 5 };
        driver.Set(Timer("a", () => throw new InvalidOperationException("first")), 1);
        driver.Set(Timer("b", () => throw new InvalidOperationException("second")), 2);
        driver.Set(Timer("c"), 3);
        driver.FireDue();
        Assert.That(_log, Is.EqualTo(new[] { "a@1", "b@2", "c@3" }));
        Assert.That(faults, Is.EqualTo(new[] { "first", "second" }));
    }

    [Test]
    public void Without_a_handler_the_first_exception_is_rethrown_after_all_have_fired()
    {
        var driver = new SetDriver { Time = 5 };
        driver.Set(Timer("a", () => throw new InvalidOperationException("first")), 1);
        driver.Set(Timer("b", () => throw new InvalidOperationException("second")), 2);
        driver.Set(Timer("c"), 3);
        Assert.That(() => driver.FireDue(), Throws.InvalidOperationException.With.Message.EqualTo("first"));
        Assert.That(_log, Has.Count.EqualTo(3));
        Assert.That(driver.IsFiring, Is.False);
    }

    [Test]
    public void A_callback_may_set_cancel_and_fire()
    {
        var driver = new SetDriver { Time = 5 };
        var cancelled = Timer("cancelled");
        driver.Set(Timer("a", () =>
        {
            Assert.That(driver.Cancel(cancelled), Is.True);
            Assert.That(driver.FireDue(), Is.False, "one firing at a time");
        }), 1);
        driver.Set(cancelled, 2);
        driver.FireDue();
        Assert.That(_log, Is.EqualTo(new[] { "a@1" }));
    }

    [Test]
    public void The_rules_for_due_times_are_those_of_the_BCL()
    {
        var driver = new SetDriver { Time = 1_000 };
        Assert.That(driver.DueAfter(Timeout.InfiniteTimeSpan), Is.EqualTo(TimerQueue.Never));
        Assert.That(driver.DueAfter(TimeSpan.Zero), Is.GreaterThanOrEqualTo(1_000));
        Assert.That(driver.DueAfter(TimeSpan.FromTicks(-1)), Is.EqualTo(driver.DueAfter(TimeSpan.Zero)), "less than a millisecond below zero");
        Assert.That(() => driver.DueAfter(TimeSpan.FromMilliseconds(-2)), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => driver.DueAfter(TimeSpan.FromMilliseconds(0xFFFF_FFFFL)), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(driver.DueAfter(TimeSpan.FromMilliseconds(0xFFFF_FFFEL)), Is.GreaterThan(0xFFFF_FFFEL * TimeSpan.TicksPerMillisecond));

        // The BCL agrees about which are refused.
        foreach (var refused in new[] { TimeSpan.FromMilliseconds(-2), TimeSpan.FromMilliseconds(0xFFFF_FFFFL) })
        {
            Assert.That(() => TimeProvider.System.CreateTimer(_ => { }, null, refused, Timeout.InfiniteTimeSpan), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }

    [Test]
    public void Near_the_maximum_due_times_stop_instead_of_wrapping()
    {
        var driver = new SetDriver { Time = long.MaxValue - 5 };
        driver.Set(Timer("a"), TimeSpan.FromSeconds(1));
        Assert.That(driver.NextDue, Is.EqualTo(TimerQueue.Never), "a time that is never reached");
        driver.Set(Timer("b"), long.MaxValue - 1);
        driver.Time = long.MaxValue;
        driver.FireDue();
        Assert.That(_log, Is.EqualTo(new[] { $"b@{long.MaxValue - 1}" }));
    }

    [Test]
    public void Infinite_disarms()
    {
        var driver = new SetDriver { Time = 0 };
        var timer = Timer("a");
        driver.Set(timer, TimeSpan.FromSeconds(1));
        driver.Set(timer, Timeout.InfiniteTimeSpan);
        Assert.That(driver.Queue.Count, Is.Zero);
    }

    [TestCase(10_000_000L, 25L, 25L)]
    [TestCase(1_000_000_000L, 2_599L, 25L)]
    [TestCase(1_000L, 3L, 30_000L)]
    [TestCase(3_000_000L, 3_000_001L, 10_000_003L)]
    [TestCase(1L, long.MaxValue, long.MaxValue)]
    [TestCase(1_000_000_000L, -5L, 0L)]
    public void Ticks_are_counted_down_from_any_frequency(long frequency, long elapsed, long ticks)
    {
        var provider = new StampProvider(frequency) { Stamp = 0 };
        var driver = new TimerDriver(provider);
        provider.Stamp = elapsed;
        Assert.That(driver.Now, Is.EqualTo(ticks));
    }

    [Test]
    public void Time_never_goes_back_even_if_the_provider_does()
    {
        var provider = new StampProvider(10_000_000) { Stamp = 100 };
        var driver = new TimerDriver(provider);
        provider.Stamp = 150;
        Assert.That(driver.Now, Is.EqualTo(50));
        provider.Stamp = 120;
        Assert.That(driver.Now, Is.EqualTo(50));
        provider.Stamp = 151;
        Assert.That(driver.Now, Is.EqualTo(51));
    }

    [Test]
    public void A_clock_finer_than_a_tick_never_fires_early()
    {
        // 99 ns into a tick: half a tick's worth of "10 ticks from now" would be missing if the due time was rounded down.
        var provider = new StampProvider(1_000_000_000) { Stamp = 0 };
        var driver = new TimerDriver(provider);
        provider.Stamp = 99;
        driver.Set(Timer("a"), TimeSpan.FromTicks(10));
        provider.Stamp = 99 + 999;
        driver.FireDue();
        Assert.That(_log, Is.Empty);
        provider.Stamp = 1_100;
        driver.FireDue();
        Assert.That(_log, Has.Count.EqualTo(1));
    }

    [Test]
    public void One_alarm_of_the_provider_tells_the_host()
    {
        var provider = new FakeTimeProvider();
        var driver = new TimerDriver(provider);
        var told = 0;
        driver.NextDueMoved = () => told++;
        driver.Set(Timer("a"), TimeSpan.FromMilliseconds(20));
        driver.Set(Timer("b"), TimeSpan.FromMilliseconds(10));
        Assert.That(told, Is.EqualTo(2), "each became the nearest");

        provider.Advance(TimeSpan.FromMilliseconds(9));
        Assert.That((told, driver.FireDue()), Is.EqualTo((2, false)));
        provider.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That((told, driver.FireDue()), Is.EqualTo((3, true)));
        provider.Advance(TimeSpan.FromMilliseconds(10));
        Assert.That((told, driver.FireDue()), Is.EqualTo((4, true)));
        Assert.That(_log.Select(line => line[0]), Is.EqualTo("ba"));

        provider.Advance(TimeSpan.FromDays(100));
        Assert.That(told, Is.EqualTo(4));
    }

    [Test]
    public void An_alarm_that_rings_for_a_cancelled_timer_is_set_again_for_the_next()
    {
        var provider = new FakeTimeProvider();
        var driver = new TimerDriver(provider);
        var told = 0;
        var first = Timer("first");
        driver.Set(first, TimeSpan.FromMilliseconds(10));
        driver.Set(Timer("second"), TimeSpan.FromMilliseconds(30));
        driver.NextDueMoved = () => told++;
        driver.Cancel(first);
        provider.Advance(TimeSpan.FromMilliseconds(10));
        Assert.That((told, driver.FireDue()), Is.EqualTo((1, false)));
        provider.Advance(TimeSpan.FromMilliseconds(20));
        Assert.That(told, Is.EqualTo(2));
        Assert.That(driver.FireDue(), Is.True);
        Assert.That(_log.Select(line => line[..6]), Is.EqualTo(new[] { "second" }));
    }

    [Test]
    public void A_stopped_alarm_rings_no_more()
    {
        var provider = new FakeTimeProvider();
        var driver = new TimerDriver(provider);
        var told = 0;
        driver.Set(Timer("a"), TimeSpan.FromMilliseconds(10));
        driver.NextDueMoved = () => told++;
        driver.StopAlarm();
        provider.Advance(TimeSpan.FromSeconds(1));
        Assert.That(told, Is.Zero);
    }

    private RecordedTimer Timer(string name, Action? then = null) => new(name, _log, then);

    /// <summary>A driver whose time the test sets, as the lab does.</summary>
    private sealed class SetDriver : TimerDriver
    {
        internal long Time { get; set; }

        internal override long Now => Time;
    }

    private sealed class StampProvider(long frequency) : TimeProvider
    {
        internal long Stamp { get; set; }

        public override long TimestampFrequency => frequency;

        public override long GetTimestamp() => Stamp;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new FakeTimeProvider().CreateTimer(callback, state, dueTime, period);
    }
}
