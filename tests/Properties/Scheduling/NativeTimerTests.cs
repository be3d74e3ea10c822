using Lab.Core.Time;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Lab.Properties.Scheduling;

/// <summary>Who fires timers: sleeping workers, busy workers, and workers told by another provider's alarm.</summary>
[TestFixture]
public sealed class NativeTimerTests
{
    [Test]
    public void A_sleeping_host_fires_a_timer_that_is_set_from_outside([Values(1, 3)] int workers)
    {
        using var bed = new NativeBed(workers);
        bed.WaitUntilIdle();
        using var timer = new SignalTimer(bed.Timers);
        bed.Timers.Set(timer, TimeSpan.FromMilliseconds(15));
        AssertFiredOnTime(timer);
    }

    [Test]
    public void An_earlier_timer_wakes_a_host_that_sleeps_towards_a_later_one([Values(1, 3)] int workers)
    {
        using var bed = new NativeBed(workers);
        using var late = new SignalTimer(bed.Timers);
        using var early = new SignalTimer(bed.Timers);
        bed.Timers.Set(late, TimeSpan.FromHours(1));
        bed.WaitUntilIdle();
        bed.Timers.Set(early, TimeSpan.FromMilliseconds(15));
        AssertFiredOnTime(early);
        Assert.That(late.Fired.IsSet, Is.False);
    }

    [Test]
    public void Timers_one_after_the_other_all_fire_though_each_time_the_watcher_finds_work([Values(1, 2, 4)] int workers)
    {
        const int Timers = 40;
        using var bed = new NativeBed(workers);
        using var all = new CountdownEvent(Timers);
        for (var i = 0; i < Timers; i++)
        {
            var task = bed.Spawn(task =>
            {
                if (task.Polls == 2)
                {
                    Thread.SpinWait(10_000);
                    all.Signal();
                    task.Finish();
                }
            });
            bed.Timers.Set(new CallTimer(task.Resume), TimeSpan.FromMilliseconds(10 + (i * 2)));
        }

        Assert.That(NativeBed.Waits(all.Wait), Is.True);
    }

    [Test]
    public void A_worker_that_is_never_idle_fires_timers_all_the_same()
    {
        using var bed = new NativeBed(1);
        using var timer = new SignalTimer(bed.Timers);
        var busy = bed.Spawn(task =>
        {
            if (timer.Fired.IsSet)
            {
                task.Finish();
            }
            else
            {
                task.Resume();
            }
        });
        bed.Timers.Set(timer, TimeSpan.FromMilliseconds(10));
        AssertFiredOnTime(timer);
        NativeBed.WaitUntil(() => busy.IsCompleted, "the busy task ends");
    }

    [Test]
    public void A_timer_fires_while_the_only_other_worker_is_stuck_in_a_step()
    {
        using var bed = new NativeBed(2);
        bed.WaitUntilIdle();
        using var timer = new SignalTimer(bed.Timers);
        var met = false;
        var task = bed.Spawn(task =>
        {
            bed.Timers.Set(timer, TimeSpan.FromMilliseconds(10));
            met = NativeBed.Waits(timer.Fired.Wait);
            task.Finish();
        });
        NativeBed.WaitUntil(() => task.IsCompleted, "the step ends");
        Assert.That(met, Is.True);
    }

    [Test]
    public void A_timer_fires_while_the_worker_that_watched_is_stuck_with_what_an_earlier_one_woke()
    {
        // The watcher leaves with the first timer's work: somebody else must watch for the second.
        using var bed = new NativeBed(2);
        using var second = new SignalTimer(bed.Timers);
        var met = false;
        var task = bed.Spawn(task =>
        {
            if (task.Polls == 2)
            {
                met = NativeBed.Waits(second.Fired.Wait);
                task.Finish();
            }
        });
        bed.Timers.Set(second, TimeSpan.FromMilliseconds(60));
        bed.Timers.Set(new CallTimer(task.Resume), TimeSpan.FromMilliseconds(30));
        bed.WaitUntilIdle();
        NativeBed.WaitUntil(() => task.IsCompleted, "the step ends");
        Assert.That(met, Is.True);
    }

    [Test]
    public void Callbacks_belong_to_no_task()
    {
        using var bed = new NativeBed(1);
        using var done = new ManualResetEventSlim();
        SynchronizationContext? seen = bed.Task("x", _ => { });
        bed.Spawn(task => bed.Timers.Set(
            new CallTimer(() =>
            {
                seen = SynchronizationContext.Current;
                done.Set();
            }),
            TimeSpan.FromMilliseconds(5)));
        Assert.That(NativeBed.Waits(done.Wait), Is.True);
        Assert.That(seen, Is.Null);
    }

    [Test]
    public void With_another_provider_its_alarm_wakes_the_host([Values(1, 2)] int workers)
    {
        var clock = new FakeTimeProvider();
        using var bed = new NativeBed(workers, clock);
        using var first = new SignalTimer(bed.Timers);
        using var second = new SignalTimer(bed.Timers);
        bed.Timers.Set(second, TimeSpan.FromHours(2));
        bed.Timers.Set(first, TimeSpan.FromHours(1));
        for (var i = 0; i < 50; i++)
        {
            bed.WaitUntilIdle();
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.That(first.Fired.IsSet, Is.False);
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.That(NativeBed.Waits(first.Fired.Wait), Is.True);
        Assert.That(second.Fired.IsSet, Is.False);
        clock.Advance(TimeSpan.FromMinutes(60));
        Assert.That(NativeBed.Waits(second.Fired.Wait), Is.True);
    }

    [Test]
    public void An_alarm_is_not_lost_however_the_host_falls_asleep()
    {
        var clock = new FakeTimeProvider();
        using var bed = new NativeBed(2, clock);
        for (var i = 0; i < 2_000; i++)
        {
            using var timer = new SignalTimer(bed.Timers);
            bed.Timers.Set(timer, TimeSpan.FromMilliseconds(1));
            Thread.SpinWait(i % 61 * 20);
            clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.That(NativeBed.Waits(timer.Fired.Wait), Is.True, $"round {i}");
        }
    }

    private static void AssertFiredOnTime(SignalTimer timer)
    {
        Assert.That(NativeBed.Waits(timer.Fired.Wait), Is.True);
        Assert.That(timer.FiredAt, Is.GreaterThanOrEqualTo(timer.FiredDue), "never early");
    }

    private sealed class CallTimer(Action callback) : TimerEntry
    {
        internal override void Fire(long due) => callback();
    }

    private sealed class SignalTimer(TimerDriver timers) : TimerEntry, IDisposable
    {
        internal ManualResetEventSlim Fired { get; } = new();

        internal long FiredAt { get; private set; }

        internal long FiredDue { get; private set; }

        internal override void Fire(long due)
        {
            (FiredAt, FiredDue) = (timers.Now, due);
            Fired.Set();
        }

        public void Dispose() => Fired.Dispose();
    }
}
