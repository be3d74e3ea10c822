using Lab.Core.Scheduling;
using NUnit.Framework;

namespace Lab.Properties.Scheduling;

/// <summary>Entries that a promotion killed: they neither run nor count.</summary>
[TestFixture, FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class StaleEntryTests
{
    private readonly PickBed _bed = new();

    [Test]
    public void A_promoted_task_runs_once_and_first()
    {
        _bed.Local("l", 1);
        var task = _bed.Queued("p");
        _bed.Workers[0].Push(task);
        _bed.Promote(task);
        Assert.That(_bed.Pick(9), Is.EqualTo("pl"));
    }

    [Test]
    public void A_hundred_promoted_tasks_do_not_starve_the_one_ready_task()
    {
        var tasks = Enumerable.Range(0, 100).Select(_ => _bed.Queued("p")).ToList();
        tasks.ForEach(_bed.Workers[0].Push);
        _bed.Local("l", 1);
        tasks.ForEach(_bed.Promote);

        // The 100 dead entries in front of l are dropped within its turn.
        Assert.That(_bed.Pick(200), Is.EqualTo(new string('p', 16) + "l" + new string('p', 84)));
    }

    [Test]
    public void Stale_entries_use_up_neither_a_streak_nor_the_count_of_steps()
    {
        // Each task has two entries in the cancel lane, of which the later one is dead when it is reached.
        for (var i = 0; i < 20; i++)
        {
            var task = _bed.Queued("c");
            task.IsPromoted = true;
            _bed.Injector.TryPushToOwnLane(task);
            _bed.Injector.TryPushToOwnLane(task);
        }

        _bed.Local("l", 1);
        Assert.That(_bed.Pick(99), Is.EqualTo(new string('c', 16) + "l" + new string('c', 4)));
        Assert.That(_bed.Workers[0].Steps, Is.EqualTo(21));
    }

    [Test]
    public void A_promoted_task_leaves_a_dead_slot()
    {
        var task = _bed.Queued("p");
        _bed.Workers[0].PushSlot(task);
        _bed.Promote(task);
        _bed.Local("l", 1);
        Assert.That(_bed.Pick(9), Is.EqualTo("pl"));
        Assert.That(_bed.Workers[0].HasSlot, Is.False);
    }

    [Test]
    public void A_dead_slot_that_is_displaced_stays_dead()
    {
        var task = _bed.Queued("p");
        _bed.Workers[0].PushSlot(task);
        _bed.Promote(task);
        _bed.Slot("s");
        Assert.That(_bed.Pick(9), Is.EqualTo("ps"));
    }

    [Test]
    public void Dead_entries_alone_are_no_work()
    {
        var task = _bed.Queued("p");
        task.Deadline = 5;
        _bed.Injector.TryPushToOwnLane(task);
        _bed.Workers[0].Push(task);
        _bed.Injected("i", 1);
        _bed.Promote(task);
        Assert.That(_bed.Pick(2), Is.EqualTo("pi"));
        Assert.That(_bed.Workers[0].CanStep(), Is.False);
        Assert.That(_bed.Next(), Is.Null);
        Assert.That(_bed.Injector.IsEmpty && _bed.Workers[0].Queue.IsEmpty, Is.True);
    }

    [Test]
    public void A_second_entry_with_the_same_sequence_never_matches_a_later_wait()
    {
        // What happens when a promotion comes between a wake and the making of its entry: both entries carry the new sequence.
        var task = _bed.Queued("p");
        var (one, other) = (new QueueEntry(task), new QueueEntry(task));
        Assert.That(one.TryBegin(), Is.True);
        Assert.That(task.Wake.TryFinish(), Is.True);
        Assert.That(task.Wake.TryWake(), Is.True);
        Assert.That((other.IsLive, other.TryBegin()), Is.EqualTo((false, false)));
        Assert.That(new QueueEntry(task).TryBegin(), Is.True);
    }

    [Test]
    public void An_entry_of_a_records_earlier_life_is_dead_in_the_next()
    {
        var task = _bed.Queued("p");
        var old = new QueueEntry(task);
        task.Wake.Renew();
        Assert.That(task.Wake.TryWake(), Is.True);
        Assert.That((old.IsLive, old.TryBegin()), Is.EqualTo((false, false)));
        Assert.That(new QueueEntry(task).TryBegin(), Is.True);
    }

    [Test]
    public void A_spare_record_is_enqueued_by_the_start_of_its_next_task_and_by_nothing_else()
    {
        var task = _bed.Queued("p");
        var old = new QueueEntry(task);
        task.Wake.Hold();
        Assert.That((task.Wake.TryWake(), task.Wake.TryBeginHanding(), task.Wake.TryPromote()), Is.EqualTo((false, false, false)), "late wakes");
        Assert.That((old.TryBegin(), new QueueEntry(task).TryBegin()), Is.EqualTo((false, false)));
        Assert.That((task.Wake.TryPromote(out var isChanging), isChanging), Is.EqualTo((false, true)), "who starts it does so without a fence");
        Assert.That((task.Wake.TryStart(), task.Wake.TryStart()), Is.EqualTo((true, false)));
        Assert.That((old.TryBegin(), new QueueEntry(task).TryBegin()), Is.EqualTo((false, true)));
    }

    [Test]
    public void A_second_wake_makes_no_second_entry()
    {
        var task = _bed.Queued("x");
        Assert.That((task.Wake.TryWake(), task.Wake.TryWake()), Is.EqualTo((false, false)));
    }

    [Test]
    public void A_task_that_is_handed_something_runs_when_that_is_in_place_and_not_before()
    {
        var task = new ScriptedTask(_bed.Queued("x").Scheduler, "x");
        var early = new QueueEntry(task);
        Assert.That((task.Wake.TryBeginHanding(), task.Wake.TryBeginHanding()), Is.EqualTo((true, false)));
        Assert.That((task.Wake.TryWake(), task.Wake.TryPromote()), Is.EqualTo((false, false)), "it will be enqueued by who hands over");
        Assert.That((early.IsLive, early.TryBegin()), Is.EqualTo((false, false)));
        task.Wake.EndHanding();
        Assert.That(task.Wake.TryBeginHanding(), Is.False);
        Assert.That((new QueueEntry(task).TryBegin(), task.Wake.IsPolling), Is.EqualTo((true, true)));
    }

    [Test]
    public void A_task_that_is_being_polled_is_handed_nothing()
    {
        var task = _bed.Queued("x");
        Assert.That(new QueueEntry(task).TryBegin(), Is.True);
        Assert.That(task.Wake.TryBeginHanding(), Is.False);
    }

    [Test]
    public void A_task_that_is_being_polled_is_not_enqueued_again()
    {
        var task = _bed.Queued("x");
        Assert.That(new QueueEntry(task).TryBegin(), Is.True);
        Assert.That((task.Wake.TryWake(), task.Wake.TryWake()), Is.EqualTo((false, false)));
        Assert.That(task.Wake.TryFinish(), Is.False, "the wake must not be lost");
        Assert.That(new QueueEntry(task).IsLive, Is.True);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void In_the_lab_a_step_ends_idle_or_as_its_wake_says(bool isWoken)
    {
        var task = _bed.Queued("x");
        task.Wake.BeginAnnounced();
        if (isWoken)
        {
            Assert.That(task.Wake.TryWake(), Is.False, "it is being polled");
        }

        Assert.That((task.Wake.TryFinishAnnounced(), task.Wake.IsIdle, task.Wake.IsNotified), Is.EqualTo((!isWoken, !isWoken, isWoken)));
        Assert.That(task.Wake.TryWake(), Is.EqualTo(!isWoken), "who wakes it next must enqueue it only if it is idle");
    }
}
