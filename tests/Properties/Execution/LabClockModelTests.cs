using FsCheck;
using FsCheck.Fluent;
using Lab.Execution;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Lab.Properties.Execution;

/// <summary>
/// The lab's clock against FakeTimeProvider, moved from due time to due time: where that is the documented contract of TimeProvider they agree.
/// Timers with equal due times are compared as a set: FakeTimeProvider fires them in the order of its slots.
/// </summary>
[TestFixture]
internal sealed class LabClockModelTests
{
    private const int Timers = 4;

    internal enum Act
    {
        Create,
        Change,
        Dispose,
        Advance,
    }

    [Test]
    public void Random_timers_fire_as_on_FakeTimeProvider() =>
        Prop.ForAll(Steps().ToArbitrary(), static steps => Assert.That(OnLab(steps), Is.EqualTo(OnFake(steps)))).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Test]
    public void Callbacks_that_change_their_timer_agree_too()
    {
        Step[] steps =
        [
            new(Act.Create, 0, 5, 7), new(Act.Create, 1, 5, -1), new(Act.Advance, 0, 5, 0), new(Act.Change, 0, 0, 3), new(Act.Advance, 0, 10, 0),
            new(Act.Dispose, 0, 0, 0), new(Act.Change, 0, 1, 1), new(Act.Advance, 0, 10, 0),
        ];
        Assert.That(OnLab(steps), Is.EqualTo(OnFake(steps)));
    }

    [Test]
    public void Timestamp_and_time_agree_and_start_at_a_fixed_instant()
    {
        var (clock, timers) = New();
        Assert.That(clock.GetUtcNow(), Is.EqualTo(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        timers.AdvanceTo(TimeSpan.TicksPerDay);
        Assert.That(clock.GetUtcNow(), Is.EqualTo(new DateTimeOffset(2000, 1, 2, 0, 0, 0, TimeSpan.Zero)));
        Assert.That(clock.GetElapsedTime(0), Is.EqualTo(TimeSpan.FromDays(1)));
        timers.AdvanceTo(5);
        Assert.That(clock.GetElapsedTime(0), Is.EqualTo(TimeSpan.FromDays(1)), "it never goes back");
        timers.AdvanceTo(long.MaxValue);
        Assert.That(clock.GetUtcNow(), Is.EqualTo(DateTimeOffset.MaxValue), "it saturates");
    }

    [Test]
    public void Arguments_out_of_range_are_refused_by_both()
    {
        TimeSpan[] times = [TimeSpan.FromMilliseconds(-2), TimeSpan.FromMilliseconds(0xFFFF_FFFFL), TimeSpan.MaxValue];
        foreach (var clock in new TimeProvider[] { New().Clock, new FakeTimeProvider() })
        {
            foreach (var time in times)
            {
                Assert.That(() => clock.CreateTimer(static _ => { }, null, time, Timeout.InfiniteTimeSpan), Throws.InstanceOf<ArgumentOutOfRangeException>());
                Assert.That(() => clock.CreateTimer(static _ => { }, null, TimeSpan.Zero, time), Throws.InstanceOf<ArgumentOutOfRangeException>());
            }
        }
    }

    private static Gen<Step[]> Steps()
    {
        var time = Gen.Choose(0, 12);
        var period = Gen.Frequency((2, Gen.Choose(1, 9)), (1, Gen.Constant(-1)), (1, Gen.Constant(0)));
        var due = Gen.Frequency((5, time), (1, Gen.Constant(-1)));
        var timer = Gen.Choose(0, Timers - 1);
        var step = Gen.Frequency(
            (3, from t in timer from d in due from p in period select new Step(Act.Create, t, d, p)),
            (3, from t in timer from d in due from p in period select new Step(Act.Change, t, d, p)),
            (1, timer.Select(static t => new Step(Act.Dispose, t, 0, 0))),
            (5, time.Select(static d => new Step(Act.Advance, 0, d, 0))));
        return step.ArrayOf();
    }

    private static (LabClock Clock, LabTimers Timers) New()
    {
        var timers = new LabTimers();
        return (new LabClock(timers), timers);
    }

    private static List<string> OnLab(Step[] steps)
    {
        var (clock, timers) = New();
        return Play(steps, clock, () => Fire(timers), milliseconds =>
        {
            var end = timers.Now + (milliseconds * TimeSpan.TicksPerMillisecond);
            while (timers.NextDue <= end)
            {
                timers.AdvanceTo(timers.NextDue);
                Fire(timers);
            }

            timers.AdvanceTo(end);
        });
    }

    private static void Fire(LabTimers timers)
    {
        while (timers.Queue.TryTakeDue(timers.Now, out var timer, out var due))
        {
            timer.Fire(due);
        }
    }

    private static List<string> OnFake(Step[] steps)
    {
        var clock = new FakeTimeProvider(LabClock.Start);
        return Play(steps, clock, static () => { }, milliseconds =>
        {
            // A millisecond at a time, which is finer than any due time: every callback sees its own.
            for (var i = 0; i < milliseconds; i++)
            {
                clock.Advance(TimeSpan.FromMilliseconds(1));
            }
        });
    }

    /// <summary>What fired when, sorted within each instant; and what Change answered.</summary>
    private static List<string> Play(Step[] steps, TimeProvider clock, Action settle, Action<int> advance)
    {
        var log = new List<(long Time, string Text)>();
        var timers = new ITimer?[Timers];
        var made = 0;
        for (var i = 0; i < steps.Length; i++)
        {
            var (act, t, due, period) = steps[i];
            switch (act)
            {
                case Act.Create:
                    var name = $"timer {made++}";
                    timers[t]?.Dispose();
                    timers[t] = clock.CreateTimer(_ => log.Add((clock.GetUtcNow().Ticks, name)), null, Span(due), Span(period));
                    break;
                case Act.Change when timers[t] is { } timer:
                    var answer = timer.Change(Span(due), Span(period));
                    log.Add((clock.GetUtcNow().Ticks, $"change {i}: {answer}"));
                    break;
                case Act.Dispose:
                    timers[t]?.Dispose();
                    break;
                case Act.Advance:
                    advance(due);
                    break;
            }

            settle();
        }

        return [.. log.OrderBy(static e => e.Time).ThenBy(static e => e.Text, StringComparer.Ordinal).Select(static e => $"{e.Time} {e.Text}")];
    }

    private static TimeSpan Span(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    internal sealed record Step(Act Act, int Timer, int Due, int Period);
}
