using Lab.Core.Scheduling;
using NUnit.Framework;

namespace Lab.Properties.Scheduling;

/// <summary>
/// A worker keeps a task that it hands over again and again, and everybody else can still have it. Where another thread would come between two instructions
/// the test does, with its own hands, what that thread would have done by then: <see cref="Keeping.Wanted"/> is set. A task that has become a kept one has
/// had 1,025 steps: it was started, and woken 1,024 times.
/// </summary>
[TestFixture, FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class KeptTaskTests
{
    private readonly KeptBed _bed = new();

    [Test]
    public void A_worker_keeps_what_it_has_taken_out_of_its_slot_1024_times()
    {
        var task = _bed.Task(static _ => { });
        _bed.WakeAndRun(task, Keeping.FirstPatience - 1);
        Assert.That(task.Wake.IsKept, Is.False);
        _bed.WakeAndRun(task, 1);
        Assert.That(task.Wake.IsKept);
        Assert.That(_bed.Entries, Has.Count.EqualTo(1024));

        // From here on there is no entry that needs an exchange, and every wake is a step.
        var sequence = task.Wake.Sequence;
        _bed.WakeAndRun(task, 100);
        Assert.That((task.Polls, _bed.Entries.Count, task.Wake.IsKeptAs(sequence)), Is.EqualTo((1125, 1024, true)));
    }

    [Test]
    public void A_worker_that_does_not_keep_keeps_nothing()
    {
        _bed.Workers[0].Keeps = false;
        Assert.That(_bed.Kept().Wake.IsKept, Is.False);
    }

    [Test]
    public void A_stranger_that_wakes_a_resting_task_queues_it()
    {
        var task = _bed.Kept();
        _bed.AsStranger(task.Resume);
        Assert.That(_bed.Entries, Is.EqualTo(new[] { ReadyReason.Woken }));
        Assert.That((_bed.Run(worker: 1), task.Polls, task.Wake.IsIdle), Is.EqualTo((1, 1026, true)), "whoever comes first runs it");
    }

    [Test]
    public void A_stranger_that_wakes_a_ready_task_makes_no_second_entry()
    {
        var task = _bed.Ready();
        _bed.AsStranger(task.Resume);
        Assert.That(_bed.Entries, Is.Empty);

        // Two continuations, two steps; the second is requeued as always.
        Assert.That((_bed.Run(), task.Polls), Is.EqualTo((2, 1027)));
    }

    [Test]
    public void A_stranger_that_wakes_a_running_task_is_heard_when_the_step_ends()
    {
        var steps = 0;
        var task = _bed.Ready(self =>
        {
            if (++steps == 1026)
            {
                _bed.AsStranger(self.Resume);
                Assert.That(_bed.Entries, Is.Empty);
            }
        });
        Assert.That((_bed.Run(), steps), Is.EqualTo((2, 1027)));
        Assert.That(_bed.Entries, Is.EqualTo(new[] { ReadyReason.Requeued }));
    }

    [Test]
    public void A_wake_that_comes_after_the_last_look_into_the_inbox_is_not_lost()
    {
        var task = _bed.Ready();
        Assert.That(_bed.Take(), Is.SameAs(task));
        task.RunOne();

        // The worker has seen an empty inbox. The stranger sees a step under way, and leaves the rest to its end.
        _bed.AsStranger(task.Resume);
        Assert.That(_bed.Entries, Is.Empty);
        Assert.That(task.TryFinish(), Is.False, "the caller must enqueue it");
        Assert.That(task.Wake.IsQueued(out _));
    }

    [Test]
    public void A_step_that_somebody_wanted_to_end_and_that_nobody_woke_ends_idle()
    {
        var task = _bed.Ready();
        Assert.That(_bed.Take(), Is.SameAs(task));
        task.RunOne();
        task.Keeping!.Wanted.Write(1);
        Assert.That((task.TryFinish(), task.Wake.IsIdle), Is.EqualTo((true, true)));
    }

    [Test]
    public void Whoever_has_seen_a_task_rest_cannot_have_it_once_its_worker_hands_it_over()
    {
        var task = _bed.Kept();
        var sequence = task.Wake.Sequence;
        task.Keeping!.Wanted.Write(1);
        var tookIt = true;
        _bed.Woken = () => tookIt = task.Wake.TryQueueKept(sequence);
        task.Resume();
        Assert.That(tookIt, Is.False, "the worker is putting something into its inbox");
        Assert.That((_bed.Run(), task.Polls), Is.EqualTo((1, 1026)));
    }

    [Test]
    public void A_worker_whose_task_was_taken_while_it_rested_wakes_it_like_anybody()
    {
        var task = _bed.Kept();
        task.Keeping!.Wanted.Write(1);
        Assert.That(task.Wake.TryBeginKept(task.Wake.Sequence), "somebody runs it");
        task.Resume();
        Assert.That(_bed.Entries, Is.Empty);
        Assert.That(task.TryFinish(), Is.False, "that step saw the notice");
    }

    [Test]
    public void A_task_that_is_wanted_while_it_is_moved_goes_to_whoever_is_quicker()
    {
        var task = _bed.Kept();
        _bed.Woken = () => task.Keeping!.Wanted.Write(1);
        task.Resume();
        Assert.That((task.Keeping!.Place.Read(), task.Wake.TryQueueKept(task.Wake.Sequence)), Is.EqualTo((Keeping.Ready, true)));
        Assert.That(_bed.Take(), Is.Null);
    }

    [Test]
    public void Whoever_wants_a_task_waits_while_its_worker_moves_it()
    {
        var task = _bed.Kept();
        Thread? stranger = null;
        _bed.Woken = () =>
        {
            _bed.Woken = null;
            stranger = new Thread(() => task.TryWakeKept());
            stranger.Start();
            NativeBed.WaitUntil(() => task.Keeping!.Wanted.Read() != 0, "the stranger wants it");
            Assert.That(task.Wake.IsKept, "and cannot have it");
        };
        task.Resume();
        Assert.That(NativeBed.Waits(stranger!.Join));
        Assert.That((_bed.Run(), task.Polls), Is.EqualTo((1, 1026)));
    }

    [Test]
    public void Whoever_has_seen_a_task_ready_cannot_have_it_once_its_worker_takes_it()
    {
        var task = _bed.Ready();
        var sequence = task.Wake.Sequence;
        task.Keeping!.Wanted.Write(1);
        Assert.That(_bed.Take(), Is.SameAs(task));
        Assert.That(task.Wake.TryBeginKept(sequence), Is.False, "it would run twice");
    }

    [Test]
    public void A_worker_that_comes_too_late_finds_its_slot_dead()
    {
        var task = _bed.Ready();
        task.Keeping!.Wanted.Write(1);
        Assert.That(task.Wake.TryBeginKept(task.Wake.Sequence));
        Assert.That(_bed.Take(), Is.Null);
    }

    [Test]
    public void A_ready_task_is_taken_from_a_stuck_worker_and_runs_once()
    {
        var task = _bed.Ready();
        Assert.That(_bed.Workers[0].TryTakeSlot(out var taken) && ReferenceEquals(taken, task));
        Assert.That(_bed.Take(), Is.Null);
        _bed.RunTaken(task);
        Assert.That((task.Polls, task.Wake.IsIdle), Is.EqualTo((1026, true)));
    }

    [Test]
    public void A_running_task_is_not_taken_through_a_slot_that_still_shows_it()
    {
        var task = _bed.Ready();
        Assert.That(_bed.Take(), Is.SameAs(task));
        _bed.Workers[0].PushSlot(task);
        Assert.That(_bed.Workers[0].TryTakeSlot(out _), Is.False);
    }

    [Test]
    public void A_kept_task_that_is_displaced_from_the_slot_stands_in_the_queue_for_all()
    {
        var other = _bed.Task(static _ => { });
        var task = _bed.Ready();
        other.Resume();
        Assert.That(task.Wake.IsQueued(out _));
        Assert.That((_bed.Workers[0].Queue.Count, _bed.Run(), task.Polls, other.Polls), Is.EqualTo((1, 2, 1026, 2)));
    }

    [Test]
    public void One_that_is_wanted_is_displaced_under_a_new_sequence()
    {
        var other = _bed.Task(static _ => { });
        var task = _bed.Ready();
        var sequence = task.Wake.Sequence;
        task.Keeping!.Wanted.Write(1);
        other.Resume();
        Assert.That(task.Wake.Sequence, Is.Not.EqualTo(sequence), "by an exchange: it may have been taken");
        Assert.That((_bed.Run(), task.Polls), Is.EqualTo((2, 1026)));
    }

    [Test]
    public void One_that_was_taken_leaves_no_entry_when_it_is_displaced()
    {
        var task = _bed.Ready();
        var sequence = task.Wake.Sequence;
        task.Keeping!.Wanted.Write(1);
        Assert.That(task.Wake.TryBeginKept(sequence));
        Assert.That(task.TryQueueKept(_bed.Workers[0], sequence, out _), Is.False);
    }

    [Test]
    public void A_ready_task_that_is_asked_to_cancel_goes_to_the_cancel_lane()
    {
        var task = _bed.Ready();
        _bed.AsStranger(() => _bed.Promote(task));
        Assert.That(_bed.Entries, Is.EqualTo(new[] { ReadyReason.Promoted }));
        Assert.That((_bed.Run(worker: 1), task.Polls), Is.EqualTo((1, 1026)), "another worker has it");
        Assert.That(_bed.Take(), Is.Null, "and the slot is dead");
    }

    [Test]
    public void A_resting_task_that_is_asked_to_cancel_has_its_next_entry_in_the_cancel_lane()
    {
        var task = _bed.Kept();
        _bed.AsStranger(() => _bed.Promote(task));
        Assert.That(_bed.Entries, Is.Empty);
        task.Resume();
        Assert.That((_bed.Workers[0].HasSlot, _bed.Run(worker: 1)), Is.EqualTo((false, 1)));
    }

    [Test]
    public void A_wake_that_left_itself_to_the_end_of_a_step_is_not_lost_when_the_task_is_asked_to_cancel_in_this_moment()
    {
        var task = _bed.Ready();
        Assert.That(_bed.Take(), Is.SameAs(task));
        task.RunOne();
        _bed.AsStranger(task.Resume);

        // The worker has written that the task rests, and not yet looked whether anybody wants it.
        task.Keeping!.Place.Write(Keeping.Resting);
        _bed.AsStranger(() => _bed.Promote(task));
        Assert.That(task.TryFinish(), Is.False, "the caller must enqueue it");
    }

    [Test]
    public void A_task_with_a_deadline_or_asked_to_cancel_goes_to_its_lane_though_it_is_kept()
    {
        var (timed, canceled) = (_bed.Kept(), _bed.Kept());
        timed.Deadline = 5;
        canceled.IsPromoted = true;
        timed.Resume();
        canceled.Resume();
        Assert.That((_bed.Workers[0].HasSlot, _bed.Run(worker: 1)), Is.EqualTo((false, 2)));
    }

    [Test]
    public void A_running_task_that_is_asked_to_cancel_is_requeued_in_the_cancel_lane()
    {
        var steps = 0;
        var task = _bed.Ready(self =>
        {
            if (++steps == 1026)
            {
                self.Resume();
                var runner = SynchronizationContext.Current;
                SynchronizationContext.SetSynchronizationContext(null);
                _bed.AsStranger(() => _bed.Promote(self));
                SynchronizationContext.SetSynchronizationContext(runner);
            }
        });
        Assert.That((_bed.Run(1), _bed.Run(worker: 1), task.Polls), Is.EqualTo((1, 1, 1027)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_task_that_is_retired_has_no_further_step(bool isReady)
    {
        var task = isReady ? _bed.Ready() : _bed.Kept();
        Assert.That(task.TryRetire());
        task.Resume();
        Assert.That((_bed.Run(), _bed.Run(worker: 1), task.Polls), Is.EqualTo((0, 0, 1025)));
    }

    [Test]
    public void A_running_task_cannot_be_retired()
    {
        var task = _bed.Ready();
        Assert.That(_bed.Take(), Is.SameAs(task));
        Assert.That(task.TryRetire(), Is.False);
    }

    [Test]
    public void A_task_that_ends_while_it_is_kept_wakes_no_more()
    {
        var steps = 0;
        var task = _bed.Ready(self =>
        {
            if (++steps == 1026)
            {
                self.Finish();
            }
        });
        _bed.Run();
        task.Resume();
        _bed.AsStranger(task.Resume);
        Assert.That((task.IsCompleted, task.Wake.IsKept, _bed.Entries.Count, _bed.Run()), Is.EqualTo((true, false, 0, 0)));
    }

    [Test]
    public void A_worker_waits_four_times_as_long_before_it_keeps_a_task_that_others_wanted()
    {
        var task = _bed.Kept();
        _bed.AsStranger(task.Resume);
        _bed.Run();

        // At the 1,024th step it sees that the task was wanted, and begins to count to 4,096.
        _bed.WakeAndRun(task, 1024 + 4095);
        Assert.That(task.Wake.IsKept, Is.False);
        _bed.WakeAndRun(task, 1);
        Assert.That(task.Wake.IsKept);
    }

    [Test]
    public void What_a_former_keeper_writes_late_reaches_nobody()
    {
        var task = _bed.Kept();
        var (former, sequence) = (task.Keeping!, task.Wake.Sequence);
        _bed.AsStranger(task.Resume);
        _bed.Here = _bed.Workers[1];
        for (var i = 0; i < Keeping.FirstPatience + 1; i++)
        {
            _bed.Run(worker: 1);
            task.Resume();
        }

        Assert.That((task.Wake.IsKept, task.Keeping!.Worker), Is.EqualTo((true, _bed.Workers[1])));
        Assert.That(task.Keeping, Is.Not.SameAs(former));
        Assert.That(task.TryBeginKept(_bed.Workers[0], sequence) || task.TryQueueKept(_bed.Workers[0], sequence, out _), Is.False);
        Assert.That(_bed.Run(worker: 1), Is.EqualTo(1), "its keeper has it");
    }

    [Test]
    public void A_record_in_its_next_life_is_not_kept_after_the_step_that_was_meant_in_the_last()
    {
        // Its 1,024th step out of the slot is its 1,025th. That one wakes itself, so the task is not kept after it, and the number stays.
        var steps = 0;
        var task = _bed.Task(self =>
        {
            if (++steps == 1025)
            {
                self.Resume();
            }
        });
        _bed.WakeAndRun(task, Keeping.FirstPatience);
        Assert.That((task.Wake.IsKept, task.Keeping!.After, task.Polls), Is.EqualTo((false, 1025, 1025)));
        _bed.Run();
        task.Renew();
        _bed.AsStranger(() => _bed.Scheduler.StartTask(task));
        for (var i = 1; i <= 1025; i++)
        {
            Assert.That((_bed.Run(worker: 1), task.Polls, task.Wake.IsKept), Is.EqualTo((1, i, false)), "by a worker that does not even run it");
            _bed.AsStranger(task.Resume);
        }
    }

    // A wake that brings nothing with it: only the body is done now.
    [Test]
    public void The_end_of_an_async_void_after_the_worker_looked_is_not_lost([Values] bool kept)
    {
        var task = kept ? _bed.Ready() : _bed.Task(static _ => { });
        if (!kept)
        {
            task.Resume();
        }

        Assert.That(_bed.Take(), Is.SameAs(task));
        task.OperationStarted();
        task.RunOne();
        Assert.That(task.IsBodyDone, Is.False);

        // The worker has looked: not done. The async void ends on a thread of the pool.
        task.Finish();
        _bed.AsStranger(task.OperationCompleted);
        Assert.That(task.TryFinish(), Is.False, "the caller must enqueue it");
    }

    [Test]
    public void A_wake_that_finds_the_task_kept_no_more_wakes_it_like_any()
    {
        var task = _bed.Task(static _ => { });
        task.Resume();
        Assert.That(_bed.Take(), Is.SameAs(task));
        Assert.That((task.TryWakeKept(), task.Wake.IsNotified), Is.EqualTo((false, true)));
        _bed.RunTaken(task);
        _bed.Run();
        Assert.That((task.Wake.IsIdle, task.TryWakeKept()), Is.EqualTo((true, true)));
    }
}
