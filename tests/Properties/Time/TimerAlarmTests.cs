using Lab.Core.Time;
using NUnit.Framework;

namespace Lab.Properties.Time;

[TestFixture]
public sealed class TimerAlarmTests
{
    [Test]
    public void A_request_that_comes_while_the_alarm_is_being_set_is_served_too()
    {
        // The provider is foreign code: it may come back to us, on this thread or another, before it has set its timer.
        var provider = new Interrupted();
        var driver = new TimerDriver(provider);
        provider.BeforeItIsSet = () =>
        {
            provider.BeforeItIsSet = null;
            driver.Set(new RecordedTimer("earlier", []), TimeSpan.FromSeconds(1));
        };
        driver.Set(new RecordedTimer("later", []), TimeSpan.FromSeconds(5));
        Assert.That(provider.LastSetTo, Is.LessThan(TimeSpan.FromSeconds(2)));
    }

    [Test]
    public void A_timer_that_the_last_step_sets_after_the_alarm_was_stopped_leaves_none_at_its_provider()
    {
        var provider = new Interrupted();
        var driver = new TimerDriver(provider);
        driver.StopAlarm();
        driver.Set(new RecordedTimer("late", []), TimeSpan.FromSeconds(1));
        Assert.That(provider.IsDisposed);
    }

    private sealed class Interrupted : TimeProvider, ITimer
    {
        internal Action? BeforeItIsSet { get; set; }

        internal TimeSpan LastSetTo { get; private set; }

        internal bool IsDisposed { get; private set; }

        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => this;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            BeforeItIsSet?.Invoke();
            LastSetTo = dueTime;
            return true;
        }

        public void Dispose() => IsDisposed = true;

        public ValueTask DisposeAsync() => default;
    }
}
