using NUnit.Framework;

namespace Lab.Properties.Scheduling;

[TestFixture]
public sealed class NativeDispatchTests
{
    [Test]
    public void Everything_that_is_spawned_from_outside_and_from_inside_runs_once([Values(1, 2, 4)] int workers)
    {
        // 200 roots from four foreign threads; each spawns 20 children, each of which wakes its root, which ends when all have.
        const int Roots = 200, Children = 20;
        using var bed = new NativeBed(workers);
        var (ended, steps) = (0, 0);
        using var all = new CountdownEvent(Roots);
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < Roots / 4; i++)
            {
                var wakes = -1;
                bed.Spawn(root =>
                {
                    Interlocked.Increment(ref steps);
                    if (++wakes == 0)
                    {
                        for (var c = 0; c < Children; c++)
                        {
                            bed.Spawn(child =>
                            {
                                Interlocked.Increment(ref ended);
                                root.Resume();
                                child.Finish();
                            });
                        }
                    }
                    else if (wakes == Children)
                    {
                        root.Finish();
                        all.Signal();
                    }
                });
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        Assert.That(NativeBed.Waits(all.Wait), Is.True);
        Assert.That((ended, steps), Is.EqualTo((Roots * Children, Roots * (Children + 1))));
    }

    [Test]
    public void A_wake_from_outside_is_never_lost_however_the_workers_fall_asleep([Values(1, 2, 4)] int workers)
    {
        // One task, woken again as soon as it has run: every round races with the workers' way to sleep.
        const int Rounds = 20_000;
        using var bed = new NativeBed(workers);
        var ran = 0;
        var task = bed.Spawn(_ => Interlocked.Increment(ref ran));
        NativeBed.WaitUntil(() => Volatile.Read(ref ran) == 1, "first step");
        for (var i = 2; i <= Rounds; i++)
        {
            task.Resume();
            var spin = default(SpinWait);
            for (var spins = 0; Volatile.Read(ref ran) < i && spins < 10_000; spins++)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            NativeBed.WaitUntil(() => Volatile.Read(ref ran) >= i, $"wake {i} was lost");
            Thread.SpinWait(i % 61 * 20);
        }
    }

    [Test]
    public void A_task_spawned_by_a_worker_that_stays_busy_is_run_by_another()
    {
        using var bed = new NativeBed(2);
        bed.WaitUntilIdle();
        using var other = new ManualResetEventSlim();
        var met = false;
        var task = bed.Spawn(task =>
        {
            bed.Spawn(child =>
            {
                other.Set();
                child.Finish();
            });
            met = NativeBed.Waits(other.Wait);
            task.Finish();
        });
        NativeBed.WaitUntil(() => task.IsCompleted, "the busy task ends");
        Assert.That(met, Is.True);
    }

    [Test]
    public void A_task_in_the_slot_of_a_worker_that_stays_busy_is_run_by_another([Values] bool idleBefore)
    {
        using var bed = new NativeBed(2);
        using var other = new ManualResetEventSlim();
        var woken = bed.Spawn(woken =>
        {
            if (woken.Polls == 2)
            {
                other.Set();
                woken.Finish();
            }
        });
        NativeBed.WaitUntil(() => woken.Polls == 1, "it has started");
        if (idleBefore)
        {
            bed.WaitUntilIdle();
        }

        var met = false;
        var task = bed.Spawn(task =>
        {
            woken.Resume();
            met = NativeBed.Waits(other.Wait);
            task.Finish();
        });
        NativeBed.WaitUntil(() => task.IsCompleted, "the busy task ends");
        Assert.That(met, Is.True);
    }

    [Test]
    public void A_slot_is_watched_also_when_another_worker_searched_while_it_was_filled()
    {
        // All three sleep, and two are woken one after the other: the second may search when the first fills its slot, and then find work of its own. Both
        // stay in their steps until the task from the slot has run: only the third is left to take it.
        using var bed = new NativeBed(3);
        for (var round = 0; round < 20; round++)
        {
            using var other = new ManualResetEventSlim();
            var woken = bed.Spawn(woken =>
            {
                if (woken.Polls == 2)
                {
                    other.Set();
                    woken.Finish();
                }
            });
            NativeBed.WaitUntil(() => woken.Polls == 1, "it has started");
            bed.WaitUntilIdle();
            var met = 0;
            var tasks = Enumerable.Range(0, 2).Select(i => bed.Spawn(task =>
            {
                if (i == 0)
                {
                    woken.Resume();
                }

                Interlocked.Add(ref met, NativeBed.Waits(other.Wait) ? 1 : 0);
                task.Finish();
            })).ToArray();
            NativeBed.WaitUntil(() => woken.IsCompleted && tasks.All(task => task.IsCompleted), "all three end");
            Assert.That(met, Is.EqualTo(2), "somebody took the slot's task");
        }
    }

    [Test]
    public void Work_spreads_over_all_workers()
    {
        // Each waits for all others inside its step: only four workers at once get them through.
        const int Workers = 4;
        using var bed = new NativeBed(Workers);
        using var barrier = new CountdownEvent(Workers);
        var met = 0;
        var tasks = new List<ScriptedTask>();
        bed.Spawn(root =>
        {
            for (var i = 0; i < Workers; i++)
            {
                tasks.Add(bed.Spawn(task =>
                {
                    barrier.Signal();
                    if (NativeBed.Waits(barrier.Wait))
                    {
                        Interlocked.Increment(ref met);
                    }

                    task.Finish();
                }));
            }

            root.Finish();
        });
        NativeBed.WaitUntil(() => Volatile.Read(ref met) == Workers, "all four meet");
    }

    [Test]
    public void A_step_that_throws_faults_its_task_and_the_worker_goes_on()
    {
        using var bed = new NativeBed(1);
        var bad = bed.Spawn(_ => throw new InvalidOperationException("thrown"));
        var good = bed.Spawn(task => task.Finish());
        NativeBed.WaitUntil(() => good.IsCompleted, "the next task runs");
        Assert.That(bad.Error?.Message, Is.EqualTo("thrown"));
    }

    [Test]
    public void A_queued_task_that_is_promoted_overtakes()
    {
        var order = new List<string>();
        using var bed = new NativeBed(1);
        using var done = new ManualResetEventSlim();
        bed.Spawn(root =>
        {
            var tasks = Enumerable.Range(0, 5).Select(i => bed.Spawn(
                task =>
                {
                    order.Add(task.Name);
                    task.Finish();
                    if (order.Count == 5)
                    {
                        done.Set();
                    }
                },
                $"{i}")).ToList();
            bed.Scheduler.Promote(tasks[3]);
            bed.Scheduler.Promote(tasks[1]);
            root.Finish();
        });
        Assert.That(NativeBed.Waits(done.Wait), Is.True);
        Assert.That(order, Is.EqualTo(new[] { "3", "1", "0", "2", "4" }));
    }

    [Test]
    public void An_idle_host_stays_asleep()
    {
        using var bed = new NativeBed(3);
        bed.Spawn(task => task.Finish());
        bed.WaitUntilIdle();
        for (var i = 0; i < 20; i++)
        {
            Thread.Sleep(2);
            Assert.That((bed.Dispatch.Idle.Asleep, bed.Dispatch.Idle.Searching), Is.EqualTo((3, 0)));
        }
    }

    [Test]
    public void After_stopping_nothing_runs()
    {
        var bed = new NativeBed(2);
        var started = 0;
        bed.Spawn(task =>
        {
            Interlocked.Increment(ref started);
            task.Resume();
        });
        NativeBed.WaitUntil(() => Volatile.Read(ref started) > 10, "it runs");
        Assert.That(bed.Dispatch.Stop(), Is.True);
        var steps = started;
        bed.Spawn(_ => Interlocked.Increment(ref started));
        Thread.Sleep(20);
        Assert.That(started, Is.EqualTo(steps));
    }

    [Test]
    public void Stopping_from_inside_a_step_ends_after_that_step()
    {
        var bed = new NativeBed(2);
        var task = bed.Spawn(task =>
        {
            Assert.That(bed.Dispatch.Stop(), Is.True);
            task.Finish();
        });
        NativeBed.WaitUntil(() => task.IsCompleted, "the step ends");
    }

    [Test]
    public void A_step_that_does_not_end_is_told_of()
    {
        using var release = new ManualResetEventSlim();
        var bed = new NativeBed(1);
        var task = bed.Spawn(task =>
        {
            release.Wait();
            task.Finish();
        });
        NativeBed.WaitUntil(() => task.Polls == 1, "it has begun");
        Assert.That(bed.Dispatch.Stop(TimeSpan.FromMilliseconds(20)), Is.False);
        release.Set();
        Assert.That(bed.Dispatch.Stop(), Is.True);
    }

    [Test]
    public void Draws_stay_below_their_bound_on_any_thread()
    {
        using var bed = new NativeBed(1);
        Assert.That(Enumerable.Range(0, 1_000).Max(_ => bed.Dispatch.Draw(7)), Is.EqualTo(6));
        ulong inside = 0;
        var task = bed.Spawn(task =>
        {
            inside = Enumerable.Range(0, 1_000).Max(_ => bed.Dispatch.Draw(7));
            task.Finish();
        });
        NativeBed.WaitUntil(() => task.IsCompleted, "it has drawn");
        Assert.That(inside, Is.EqualTo(6));
    }
}
