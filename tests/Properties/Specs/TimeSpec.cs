using Lab.Core.Cancellation;
using Lab.Core.Tasks;
using NUnit.Framework;
using NUnit.Framework.Constraints;

namespace Lab.Properties.Specs;

/// <summary>semantics.md, section 6, through a task's clock.</summary>
public sealed class TimeSpec(HostKind host) : Spec(host)
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(2);

    [Test]
    public void A_delay_is_never_shorter_than_asked() => Run(async cx =>
    {
        var start = cx.Clock.GetTimestamp();
        await cx.DelayAsync(s_tick);
        Assert.That(cx.Clock.GetElapsedTime(start), Is.GreaterThanOrEqualTo(s_tick));
    });

    [Test]
    public void A_delay_of_zero_takes_no_time() => Run(async cx =>
    {
        var delay = cx.DelayAsync(TimeSpan.Zero);
        if (IsNative)
        {
            Assert.That(delay.IsCompletedSuccessfully);
        }

        await delay;
    });

    [Test]
    public void A_delay_for_ever_ends_when_it_is_cancelled_and_the_next_one_counts() => Run(async cx =>
    {
        await using var scope = cx.OpenScope();
        var sleeper = await Start(scope, cx, async c =>
        {
            await Thrown<CanceledException>(() => c.DelayAsync(Timeout.InfiniteTimeSpan).AsTask());
            using (c.Mask())
            {
                var start = c.Clock.GetTimestamp();
                await c.DelayAsync(s_tick);
                Assert.That(c.Clock.GetElapsedTime(start), Is.GreaterThanOrEqualTo(s_tick));
            }
        });
        await cx.DelayAsync(s_tick);
        Assert.That(sleeper.IsCompleted, Is.False);
        sleeper.Cancel();
        Assert.That((await sleeper.OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Canceled));
        await scope.JoinAsync(cx);
    });

    [Test]
    public void A_limit_for_ever_never_passes_and_a_limit_of_zero_passes_at_once() => Run(async cx =>
    {
        Assert.That(await cx.TimeoutAsync(Timeout.InfiniteTimeSpan, async c =>
        {
            await c.DelayAsync(s_tick);
            return 7;
        }), Is.EqualTo(7));
        await Thrown<TimeoutException>(() => cx.TimeoutAsync(TimeSpan.Zero, c => c.DelayAsync(Timeout.InfiniteTimeSpan).AsTask()));
    });

    // The BCL's rule for Task.Delay. A part of a millisecond counts too, where the BCL would round -0.5 ms to nothing and -1.5 ms to for ever.
    [Test]
    public void A_time_that_is_negative_or_too_long_is_refused_by_the_call_before_anything_runs() => Run(cx =>
    {
        var began = false;
        Func<Cx, Task> work = _ =>
        {
            began = true;
            return Task.CompletedTask;
        };
        foreach (var refused in new[]
        {
            TimeSpan.FromTicks(-1), TimeSpan.FromMilliseconds(-0.5), TimeSpan.FromMilliseconds(-1.5), TimeSpan.FromDays(-1), TimeSpan.MinValue,
            Cx.MaxDelay + TimeSpan.FromTicks(1), TimeSpan.MaxValue,
        })
        {
            Assert.That(() => _ = cx.DelayAsync(refused), Refuses("delay"));
            Assert.That(() => _ = cx.TimeoutAsync(refused, work), Refuses("limit"));
            Assert.That(() => _ = cx.TimeoutAsync(refused, static _ => Task.FromResult(7)), Refuses("limit"));
        }

        Assert.That(began, Is.False);
        return Task.CompletedTask;

        static IResolveConstraint Refuses(string argument) =>
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Property(nameof(ArgumentException.ParamName)).EqualTo(argument);
    });

    [Test]
    public void Of_many_limits_that_pass_or_are_withdrawn_none_is_early_and_none_is_lost() => Run(async cx =>
    {
        // Four tasks, three delays each; of two limits each the one that work keeps is withdrawn, the other one passes.
        var (delays, withdrawn, passed) = (0, 0, 0);
        await cx.ScopeAsync(scope =>
        {
            for (var t = 0; t < 4; t++)
            {
                var task = t;
                scope.Spawn(async c =>
                {
                    for (var i = 0; i < 3; i++)
                    {
                        var wait = TimeSpan.FromMicroseconds(100 * (((task + i) % 4) + 1));
                        var start = c.Clock.GetTimestamp();
                        await c.DelayAsync(wait);
                        Assert.That(c.Clock.GetElapsedTime(start), Is.GreaterThanOrEqualTo(wait));
                        Interlocked.Increment(ref delays);
                    }

                    await c.TimeoutAsync(TimeSpan.FromHours(1), async w => await w.YieldAsync());
                    Interlocked.Increment(ref withdrawn);
                    var begin = c.Clock.GetTimestamp();
                    try
                    {
                        await c.TimeoutAsync(s_tick, w => w.DelayAsync(TimeSpan.FromHours(1)).AsTask());
                    }
                    catch (TimeoutException)
                    {
                        Assert.That(c.Clock.GetElapsedTime(begin), Is.GreaterThanOrEqualTo(s_tick));
                        Interlocked.Increment(ref passed);
                    }
                });
            }

            return Task.CompletedTask;
        });
        Assert.That((delays, withdrawn, passed), Is.EqualTo((12, 4, 4)));
    });

    [Test]
    public void Virtual_time_starts_at_a_fixed_instant_and_both_clocks_agree() => Run(async cx =>
    {
        if (IsRealTime)
        {
            return;
        }

        Assert.That(cx.Clock.GetUtcNow(), Is.EqualTo(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        var (utc, timestamp) = (cx.Clock.GetUtcNow(), cx.Clock.GetTimestamp());
        await cx.DelayAsync(TimeSpan.FromDays(40));
        Assert.That(cx.Clock.GetElapsedTime(timestamp), Is.EqualTo(cx.Clock.GetUtcNow() - utc).And.EqualTo(TimeSpan.FromDays(40)));
    });

    [Test]
    public void Delays_end_in_the_order_of_their_due_times() => Run(async cx =>
    {
        if (IsRealTime)
        {
            // The system may be late by any time, and call back on any thread.
            return;
        }

        var fired = new List<int>();
        var timers = new List<ITimer>();
        foreach (var due in new[] { 3, 1, 2, 1 })
        {
            var name = (due * 10) + timers.Count;
            var at = cx.Clock.GetUtcNow() + (s_tick * due);
            timers.Add(cx.Clock.CreateTimer(
                _ =>
                {
                    Assert.That(cx.Clock.GetUtcNow(), Is.EqualTo(at), "each callback sees its own due time");
                    fired.Add(name);
                },
                null,
                s_tick * due,
                Timeout.InfiniteTimeSpan));
        }

        await cx.DelayAsync(s_tick * 4);
        Assert.That(fired, Is.EqualTo(new[] { 11, 13, 22, 30 }), "by due time, then by registration");
    });

    [Test]
    public void A_disposed_timer_does_not_fire_and_changing_it_does_nothing() => Run(async cx =>
    {
        var fired = 0;
        var timer = cx.Clock.CreateTimer(_ => Interlocked.Increment(ref fired), null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
        timer.Dispose();
        Assert.That(timer.Change(s_tick, Timeout.InfiniteTimeSpan), Is.False);
        await cx.DelayAsync(s_tick * 2);
        Assert.That(fired, Is.Zero);
    });

    [Test]
    public void A_cancelled_delay_leaves_no_timer_behind() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var timers = cx.Task.Scheduler.Timers.Queue;
        var before = timers.Count;
        var sleeper = await Start(scope, cx, c => c.DelayAsync(TimeSpan.FromHours(1)).AsTask());
        Assert.That(timers.Count, Is.EqualTo(before + 1));
        sleeper.Cancel();
        Assert.That(await End(sleeper, cx), Is.EqualTo("Canceled"));
        Assert.That(timers.Count, Is.EqualTo(before));
    }));

    [Test]
    public void BCL_waits_on_the_clock_come_home() => Run(async cx =>
    {
        await Task.Delay(s_tick, cx.Clock);
        await cx.YieldAsync();
        using var periodic = new PeriodicTimer(s_tick, cx.Clock);
        Assert.That(await periodic.WaitForNextTickAsync());
        await cx.YieldAsync();
        using var source = new CancellationTokenSource(s_tick, cx.Clock);
        await Thrown<OperationCanceledException>(() => Task.Delay(Timeout.InfiniteTimeSpan, cx.Clock, source.Token));
        await cx.YieldAsync();
    });

    [Test]
    public void A_delay_and_other_work_within_the_lag_end_in_either_order() => Outcomes(
        async cx =>
        {
            var log = "";
            await cx.ScopeAsync(async scope =>
            {
                scope.Spawn(async c =>
                {
                    await c.DelayAsync(s_tick);
                    log += "d";
                });
                scope.Spawn(async c =>
                {
                    await c.YieldAsync();
                    await c.YieldAsync();
                    log += "y";
                });
                await cx.YieldAsync();
            });
            return log;
        },
        "dy",
        "yd");
}
