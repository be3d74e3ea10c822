using Lab.Core.Scheduling;
using NUnit.Framework;

namespace Lab.Properties.Scheduling;

/// <summary>What a join puts next, and how long it goes before everything else. Letters: t a joined task, r its joiner, l local, i injected, s slot.</summary>
[TestFixture, FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class JoinedNextTests
{
    private readonly PickBed _bed = new(workers: 2);

    [Test]
    public void A_joined_task_goes_before_what_has_waited_longer()
    {
        _bed.Local("l", 2);
        var task = _bed.Queued("t");
        _bed.Workers[0].Push(task);
        Assert.That(_bed.Join(task), Is.True);
        Assert.That(_bed.Pick(9), Is.EqualTo("tll"));
    }

    [Test]
    public void Its_old_entry_is_dead_whosever_queue_it_is_in([Values] bool isInjected)
    {
        var task = _bed.Queued("t");
        if (isInjected)
        {
            _bed.Injector.PushReady(new QueueEntry(task));
        }
        else
        {
            _bed.Workers[1].Push(task);
        }

        Assert.That(_bed.Join(task), Is.True);
        Assert.That(_bed.Next(worker: 1), Is.Null, "nobody steals from a slot");
        Assert.That(_bed.Pick(9), Is.EqualTo("t"));
    }

    [Test]
    public void Of_two_workers_whose_tasks_join_the_same_one_the_later_has_it()
    {
        var task = _bed.Queued("t");
        _bed.Workers[0].Push(task);
        Assert.That(_bed.Workers[0].TryPutNext(_bed.Queued("r"), task, task.Wake.Sequence, out _), Is.True);
        Assert.That(_bed.Workers[1].TryPutNext(_bed.Queued("r"), task, task.Wake.Sequence, out _), Is.True);
        Assert.That(_bed.Next(worker: 0), Is.Null, "its entry is dead, and nobody steals from a slot");
        Assert.That(_bed.Next(worker: 1), Is.EqualTo("t"));
    }

    [Test]
    public void A_slot_that_is_taken_from_a_stuck_owner_runs_under_whatever_entry_is_live()
    {
        var task = _bed.Queued("t");
        _bed.Workers[0].Push(task);
        Assert.That(_bed.Workers[0].TryPutNext(_bed.Queued("r"), task, task.Wake.Sequence, out _), Is.True);
        Assert.That(_bed.Workers[1].TryPutNext(_bed.Queued("r"), task, task.Wake.Sequence, out _), Is.True);
        Assert.That(_bed.Workers[0].TryTakeSlot(out var taken), Is.True);
        Assert.That(taken, Is.SameAs(task));
        Assert.That(_bed.Workers[1].TryTakeSlot(out _), Is.False, "it runs once");
        Assert.That(_bed.Next(worker: 1), Is.Null);
    }

    [Test]
    public void A_task_that_has_left_its_entry_stays_where_it_is()
    {
        var task = _bed.Queued("t");
        _bed.Workers[0].Push(task);
        var sequence = task.Wake.Sequence;
        _bed.Promote(task);
        Assert.That(_bed.Workers[0].TryPutNext(_bed.Queued("r"), task, sequence, out _), Is.False);
        Assert.That(_bed.Workers[0].TryBeginJoined(_bed.Queued("r"), task, sequence, out _), Is.False);
        Assert.That(_bed.Workers[0].HasSlot, Is.False);
        Assert.That(_bed.Pick(9), Is.EqualTo("t"));
    }

    [Test]
    public void A_task_that_is_asked_to_cancel_meanwhile_goes_to_its_lane()
    {
        _bed.Slot("s");
        var task = _bed.Queued("t");
        _bed.Workers[0].Push(task);

        // Who asks has marked the task, and has not looked for its entry yet.
        task.IsPromoted = true;
        Assert.That(_bed.Join(task), Is.True);
        Assert.That(_bed.Injector.Cancel.Count, Is.EqualTo(1));
        Assert.That(_bed.Pick(9), Is.EqualTo("ts"));
    }

    [Test]
    public void What_was_in_the_slot_goes_to_the_end_of_the_queue()
    {
        _bed.Local("l", 1);
        _bed.Slot("s");
        JoinNew("t");
        Assert.That(_bed.Pick(9), Is.EqualTo("tls"));
    }

    [Test]
    public void A_joiner_that_its_task_wakes_goes_on_before_the_rest_and_within_its_budget()
    {
        _bed.Local("l", 1);
        var joiner = JoinNew("t");
        joiner.RunOne();
        Assert.That(_bed.Next(), Is.EqualTo("t"));
        _bed.Workers[0].PushSlot(joiner);
        Assert.That(_bed.Next(), Is.EqualTo("r"));
        Assert.That(joiner.ResumesFromJoin, Is.True);
        Assert.That(_bed.Pick(9), Is.EqualTo("l"));
    }

    [Test]
    public void Joins_use_up_none_of_the_slots_turns()
    {
        _bed.Local("l", 1);
        var order = "";
        for (var i = 0; i < 4; i++)
        {
            _bed.Slot("s");
            order += _bed.Next();
            JoinNew("t");
            order += _bed.Next();
        }

        // The fourth s finds three before it and waits for l; t, which comes after it, does not.
        _bed.Slot("s");
        Assert.That(order + _bed.Pick(9), Is.EqualTo("ststst" + "lt" + "ss"));
    }

    [Test]
    public void After_1024_steps_of_joins_the_oldest_of_the_queue_has_one()
    {
        _bed.Local("l", 2);
        var order = "";
        for (var i = 0; i < 2 * Worker.LongestJoinStreak; i++)
        {
            if (!_bed.Workers[0].HasSlot)
            {
                JoinNew("t");
            }

            order += _bed.Next();
        }

        // Half of the 1,024 could as well be joiners: what counts is who put them into the slot.
        Assert.That(order, Is.EqualTo(T(Worker.LongestJoinStreak) + "l" + T(Worker.LongestJoinStreak - 1)));
    }

    [Test]
    public void What_comes_from_outside_waits_for_61_steps_at_most()
    {
        _bed.Injected("i", 2);
        var order = "";
        for (var i = 0; i < 122; i++)
        {
            if (!_bed.Workers[0].HasSlot)
            {
                JoinNew("t");
            }

            order += _bed.Next();
        }

        Assert.That(order, Is.EqualTo(T(60) + "i" + T(60) + "i"));
    }

    [Test]
    public void A_streak_of_joins_that_nobody_waits_for_begins_anew()
    {
        for (var i = 0; i < Worker.LongestJoinStreak + 1; i++)
        {
            JoinNew("t");
            _bed.Next();
        }

        _bed.Local("l", 1);
        var order = "";
        for (var i = 0; i < Worker.LongestJoinStreak; i++)
        {
            if (!_bed.Workers[0].HasSlot)
            {
                JoinNew("t");
            }

            order += _bed.Next();
        }

        // The 1,025th was the first of another streak.
        Assert.That(order, Is.EqualTo(T(Worker.LongestJoinStreak - 1) + "l"));
    }

    /// <summary>A task that is ready at the end of worker 0's queue is joined by another, which is the result.</summary>
    private ScriptedTask JoinNew(string name)
    {
        var (task, joiner) = (_bed.Queued(name), _bed.Queued("r"));
        _bed.Workers[0].Push(task);
        Assert.That(_bed.Join(task, joiner), Is.True);
        return joiner;
    }

    private static string T(int count) => new('t', count);
}
