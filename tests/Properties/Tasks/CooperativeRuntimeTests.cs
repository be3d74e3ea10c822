using Lab.Core.Channels;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Core.Time;
using NUnit.Framework;

namespace Lab.Properties.Tasks;

/// <summary>The pump's own promises, on a clock that only steps move: how much it runs within a budget, what fires, what wakes it, what it allocates.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CooperativeRuntimeTests
{
    private static readonly TimeSpan s_frame = TimeSpan.FromMilliseconds(16);

    private readonly SteppedClock _clock = new();

    private CooperativeRuntime Runtime() => new(new RuntimeOptions { TimeProvider = _clock });

    /// <summary>A task that is always ready.</summary>
    private static void Busy(CooperativeRuntime runtime, Action step) => runtime.Spawn(async cx =>
    {
        while (true)
        {
            step();
            await cx.YieldAsync();
        }
    });

    // A step of 1 ms ends a frame of 16 ms exactly: 16 of them. Of 5 ms it takes four, to 20 ms: the budget had not passed after three. Of 0.3 ms it is
    // the 54th that crosses 16 ms, at 16.2. One of 40 ms is the whole frame. Without a budget one step is run all the same.
    [TestCase(16, 1, 16)]
    [TestCase(16, 5, 4)]
    [TestCase(16, 0.3, 54)]
    [TestCase(16, 40, 1)]
    [TestCase(0, 1, 1)]
    [TestCase(0, 0, 1)]
    public void A_frame_ends_with_the_first_step_after_which_its_budget_has_passed(double budget, double cost, int steps)
    {
        using var runtime = Runtime();
        var run = 0;
        Busy(runtime, () =>
        {
            run++;
            _clock.Pass(cost);
        });
        for (var frame = 1; frame <= 5; frame++)
        {
            var result = runtime.RunFor(TimeSpan.FromMilliseconds(budget));
            Assert.That(result, Is.EqualTo(new PumpResult(steps, TimeSpan.FromMilliseconds(steps * cost), HasMore: true)));
            Assert.That(run, Is.EqualTo(frame * steps));
        }
    }

    [FsCheck.NUnit.Property]
    public void The_budget_is_overrun_by_less_than_the_last_step(ushort[] costs, ushort budget)
    {
        using var runtime = Runtime();
        var taken = new List<long>();
        runtime.Spawn(async cx =>
        {
            foreach (var cost in costs)
            {
                _clock.Ticks += cost;
                taken.Add(cost);
                await cx.YieldAsync();
            }

            taken.Add(0);
        });
        while (true)
        {
            taken.Clear();
            var result = runtime.RunFor(TimeSpan.FromTicks(budget));
            Assert.That(result.Steps, Is.EqualTo(taken.Count));
            Assert.That(result.Elapsed.Ticks, Is.EqualTo(taken.Sum()));
            if (!result.HasMore)
            {
                break;
            }

            Assert.That(result.Elapsed.Ticks, Is.GreaterThanOrEqualTo(budget));
            Assert.That(result.Elapsed.Ticks - taken[^1], Is.LessThan(budget).Or.Zero, "before the last step it had not passed");
        }

        Assert.That(runtime.LiveTasks, Is.Zero);
    }

    [Test]
    public void Timers_that_are_due_fire_in_order_and_count_as_steps_of_the_frame()
    {
        using var runtime = Runtime();
        var log = new List<string>();
        foreach (var due in new[] { 30, 10, 20, 10 })
        {
            var name = $"{due}.{log.Count}";
            runtime.Spawn(async cx =>
            {
                await cx.DelayAsync(TimeSpan.FromMilliseconds(due));
                _clock.Pass(10);
                log.Add($"{due} at {_clock.Ticks / TimeSpan.TicksPerMillisecond}");
            });
        }

        Assert.That(runtime.RunFor(s_frame), Is.EqualTo(new PumpResult(4, TimeSpan.Zero, HasMore: false)), "all four wait");
        Assert.That(runtime.UntilDue, Is.EqualTo(TimeSpan.FromMilliseconds(10)));
        _clock.Pass(9);
        Assert.That(runtime.RunFor(s_frame).Steps, Is.Zero, "never early");
        _clock.Pass(1);

        // Due at 10: two. Fire and run the first (20), where the third is due as well; timers and steps take turns, so the second runs next (30).
        Assert.That(runtime.RunFor(s_frame).HasMore, Is.True);
        Assert.That(log, Is.EqualTo(new[] { "10 at 20", "10 at 30" }));
        runtime.RunFor(Timeout.InfiniteTimeSpan);
        Assert.That(log, Is.EqualTo(new[] { "10 at 20", "10 at 30", "20 at 40", "30 at 50" }));
        Assert.That(runtime.UntilDue, Is.Null);
    }

    [Test]
    public void With_the_system_s_clock_the_pump_has_counted_what_its_last_step_set()
    {
        using var runtime = new CooperativeRuntime();
        TimerDriver? timers = null;
        runtime.Spawn(cx =>
        {
            timers = cx.Task.Scheduler.Timers;
            return cx.DelayAsync(TimeSpan.FromHours(1)).AsTask();
        });

        // Ended by its budget, which is zero: after the first step.
        Assert.That(runtime.RunFor(TimeSpan.Zero).Steps, Is.EqualTo(1));
        Assert.That((timers!.HasArrivals, timers.HasTimers), Is.EqualTo((false, true)));
    }

    [Test]
    public void A_timer_that_was_taken_to_be_fired_when_its_wait_was_withdrawn_does_not_end_the_next_delay()
    {
        // A second thread has taken the timer; before it calls it, the wait is cancelled and the task goes on to another delay.
        using var runtime = Runtime();
        var (waited, cleanedUp) = (false, false);
        TimerDriver? timers = null;
        var handle = runtime.Spawn(async cx =>
        {
            timers = cx.Task.Scheduler.Timers;
            try
            {
                await cx.DelayAsync(TimeSpan.FromMilliseconds(10));
                waited = true;
            }
            finally
            {
                using (cx.Mask())
                {
                    await cx.DelayAsync(TimeSpan.FromMilliseconds(10));
                    await cx.DelayAsync(TimeSpan.FromMilliseconds(10));
                    cleanedUp = true;
                }
            }
        });
        runtime.RunFor(s_frame);
        _clock.Pass(10);
        Assert.That(timers!.Queue.TryTakeDue(timers.Now, out var entry, out var due), Is.True);
        handle.Cancel();
        runtime.RunFor(s_frame);
        Assert.That(timers.Queue.Count, Is.EqualTo(1), "the next delay");
        entry!.Fire(due);
        runtime.RunFor(s_frame);
        _clock.Pass(10);
        runtime.RunFor(s_frame);
        Assert.That((waited, cleanedUp), Is.EqualTo((false, false)), "the second delay of the clean-up has begun now, not when the first one was called");
        _clock.Pass(10);
        runtime.RunFor(s_frame);
        Assert.That((waited, cleanedUp), Is.EqualTo((false, true)));
    }

    [Test]
    public void A_thousand_timers_due_at_once_are_spread_over_frames()
    {
        using var runtime = Runtime();
        for (var i = 0; i < 1_000; i++)
        {
            runtime.Spawn(async cx =>
            {
                await cx.DelayAsync(TimeSpan.FromSeconds(1));
                _clock.Pass(1);
            });
        }

        runtime.RunFor(Timeout.InfiniteTimeSpan);
        _clock.Pass(1_000);
        var frames = 0;
        while (runtime.RunFor(s_frame) is { HasMore: true } frame)
        {
            Assert.That(frame.Elapsed, Is.EqualTo(s_frame));
            frames++;
        }

        // 1,000 ms of work, 16 ms in each frame: 62 full ones and half of the 63rd, in which nothing was left.
        Assert.That((frames, runtime.LiveTasks), Is.EqualTo((62, 0)));
    }

    [Test]
    public void Neither_a_timer_that_is_always_due_nor_a_task_that_is_always_ready_keeps_the_other_waiting()
    {
        using var runtime = Runtime();
        var (ticks, steps) = (0, 0);
        runtime.Spawn(async cx =>
        {
            while (true)
            {
                await cx.DelayAsync(TimeSpan.FromTicks(1));
                ticks++;
            }
        });
        Busy(runtime, () =>
        {
            steps++;
            _clock.Pass(1);
        });
        runtime.RunFor(TimeSpan.FromMilliseconds(300));
        Assert.That(steps, Is.EqualTo(300));
        Assert.That(ticks, Is.GreaterThan(90));
    }

    [Test]
    public void Nothing_is_allocated_per_step()
    {
        using var runtime = new CooperativeRuntime();
        var (notify, reply) = (new Notify(), new Notify());
        var (tx, rx) = Mpsc.Bounded<int>(1);
        var rounds = 0;
        runtime.Spawn(async cx =>
        {
            while (true)
            {
                await notify.WaitAsync(cx);
                reply.NotifyOne();
            }
        });
        runtime.Spawn(async cx =>
        {
            while (true)
            {
                notify.NotifyOne();
                await reply.WaitAsync(cx);
                await cx.YieldAsync();
                await tx.SendAsync(rounds, cx);
                rounds++;
            }
        });
        runtime.Spawn(async cx =>
        {
            while (true)
            {
                await rx.ReceiveAsync(cx);
                await cx.DelayAsync(TimeSpan.FromTicks(1));
            }
        });
        runtime.RunFor(TimeSpan.FromMilliseconds(100));
        var (before, roundsBefore, steps) = (GC.GetAllocatedBytesForCurrentThread(), rounds, 0L);
        while (rounds < roundsBefore + 1_000)
        {
            steps += runtime.RunFor(TimeSpan.FromMilliseconds(1)).Steps;
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero, $"{steps} steps");
        Assert.That(steps, Is.GreaterThan(4_000));
    }

    [Test]
    public void Scopes_with_many_tasks_at_once_get_the_room_for_them_from_one_another()
    {
        // A scope with its state machines takes about a kilobyte. The slots for 1,000 children would be 8 KB, and those that they grew out of as much again.
        const int Rounds = 20;
        using var runtime = new CooperativeRuntime();
        var bytes = 0L;
        var task = runtime.Spawn(async cx =>
        {
            for (var round = -Rounds; round < Rounds; round++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                await using (var scope = cx.OpenScope())
                {
                    for (var i = 0; i < 1_000; i++)
                    {
                        scope.Spawn(static (_, _) => Task.CompletedTask, i, SpawnOptions.Pooled);
                    }

                    await scope.JoinAsync(cx);
                }

                bytes += round < 0 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
            }
        });
        while (!task.IsCompleted)
        {
            runtime.RunFor(TimeSpan.FromMilliseconds(1));
        }

        Assert.That(bytes / Rounds, Is.LessThan(4_000));
    }

    [Test]
    public void What_comes_from_another_thread_wakes_the_host_once()
    {
        using var runtime = Runtime();
        var woken = 0;
        runtime.Woken += () => Interlocked.Increment(ref woken);
        var notify = new Notify();
        var done = 0;
        for (var i = 0; i < 3; i++)
        {
            runtime.Spawn(async cx =>
            {
                await notify.WaitAsync(cx);
                done++;
            });
        }

        Assert.That(woken, Is.EqualTo(1), "the first spawn; the others found it awake");
        runtime.RunFor(s_frame);
        Assert.That((runtime.UntilDue, done), Is.EqualTo(((TimeSpan?)null, 0)));
        var thread = new Thread(() =>
        {
            notify.NotifyOne();
            notify.NotifyOne();
            notify.NotifyOne();
        });
        thread.Start();
        thread.Join();
        Assert.That((woken, done, runtime.UntilDue), Is.EqualTo((2, 0, (TimeSpan?)TimeSpan.Zero)));
        Assert.That((runtime.RunFor(s_frame).HasMore, done), Is.EqualTo((false, 3)));
    }

    [Test]
    public void No_wake_is_lost_between_the_last_look_and_sleep()
    {
        using var runtime = new CooperativeRuntime();
        using var woken = new AutoResetEvent(false);
        runtime.Woken += () => woken.Set();
        const int Messages = 20_000;
        var (tx, rx) = Mpsc.Bounded<int>(1);
        var sum = 0L;
        var receiving = runtime.RunAsync(async cx =>
        {
            await foreach (var value in rx.ReadAllAsync(cx))
            {
                sum += value;
            }
        });
        var thread = new Thread(() =>
        {
            for (var i = 0; i < Messages;)
            {
                if (tx.TrySend(i) == SendStatus.Ok)
                {
                    i++;
                    Thread.SpinWait(i % 37);
                }
            }

            tx.Dispose();
        });
        thread.Start();
        while (!receiving.IsCompleted)
        {
            if (!runtime.RunFor(s_frame).HasMore && !receiving.IsCompleted)
            {
                Assert.That(woken.WaitOne(TimeSpan.FromSeconds(20)), Is.True, "there is something to do, and nobody said so");
            }
        }

        thread.Join();
        Assert.That(sum, Is.EqualTo(Messages * (Messages - 1L) / 2));
    }

    [Test]
    public void What_comes_when_the_host_has_looked_and_does_not_sleep_yet_is_run()
    {
        using var runtime = Runtime();
        var notify = new Notify();
        runtime.Spawn(static cx => cx.DelayAsync(TimeSpan.FromHours(1)).AsTask());
        var waiting = runtime.RunAsync(async cx =>
        {
            // The nearest timer goes, so the alarm must be set for the other one; that is left until the host falls asleep.
            await cx.TimeoutAsync(TimeSpan.FromMinutes(1), static c => c.YieldAsync().AsTask());
            _clock.AlarmSet = () =>
            {
                _clock.AlarmSet = null;
                notify.NotifyOne();
            };
            await notify.WaitAsync(cx);
        });
        Assert.That(runtime.RunFor(s_frame).HasMore, Is.False);
        Assert.That(_clock.AlarmSet is null, "otherwise this shows nothing");
        Assert.That(waiting.IsCompleted, "nobody tells the host again");
    }

    [Test]
    public void The_context_of_the_caller_is_as_it_was()
    {
        using var runtime = Runtime();
        var context = new SynchronizationContext();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            SynchronizationContext? inside = context;
            runtime.Spawn(async cx =>
            {
                inside = SynchronizationContext.Current;
                await cx.DelayAsync(TimeSpan.FromTicks(1));
            });
            runtime.RunFor(s_frame);
            Assert.That(SynchronizationContext.Current, Is.SameAs(context));
            Assert.That(inside, Is.Not.SameAs(context));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    [Test]
    public void It_is_not_pumped_from_inside_of_a_step()
    {
        using var runtime = Runtime();
        var nested = runtime.RunAsync(_ =>
        {
            runtime.RunFor(s_frame);
            return Task.CompletedTask;
        });
        runtime.RunFor(s_frame);
        Assert.That(nested.Exception!.InnerException, Is.TypeOf<InvalidOperationException>().With.Message.Contains("pumped already"));
        Assert.That(() => runtime.RunFor(TimeSpan.FromTicks(-5)), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
