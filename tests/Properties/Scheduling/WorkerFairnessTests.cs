using NUnit.Framework;

namespace Lab.Properties.Scheduling;

/// <summary>The order of lanes and the bounds 16, 16, 3 and 61, counted exactly. Letters: c cancel, t timed, s slot, l local, i injected.</summary>
[TestFixture, FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WorkerFairnessTests
{
    private const long Due = 100;

    private readonly PickBed _bed = new();

    [Test]
    public void Lanes_come_in_order()
    {
        _bed.Injected("i", 1);
        _bed.Local("l", 1);
        _bed.Slot("s");
        _bed.Timed("t", 1, Due);
        _bed.Timed("T", 1, Due + 1);
        _bed.Canceled("c", 1);

        // T is not due: it waits until nothing is ready.
        Assert.That(_bed.Pick(9, now: Due), Is.EqualTo("ctsliT"));
    }

    [Test]
    public void Sixteen_cancel_steps_then_one_other()
    {
        _bed.Canceled("c", 100);
        _bed.Local("l", 3);
        Assert.That(_bed.Pick(200), Is.EqualTo(C(16) + "l" + C(16) + "l" + C(16) + "l" + C(52)));
    }

    [Test]
    public void A_cancel_streak_counts_while_there_is_nothing_else()
    {
        _bed.Canceled("c", 100);
        Assert.That(_bed.Pick(40), Is.EqualTo(C(40)));
        _bed.Local("l", 1);
        Assert.That(_bed.Pick(3), Is.EqualTo("lcc"), "the streak was used up long ago");
    }

    [Test]
    public void Sixteen_due_timed_steps_then_one_ready()
    {
        _bed.Timed("t", 50, Due);
        _bed.Injected("i", 2);
        Assert.That(_bed.Pick(100, now: Due), Is.EqualTo(T(16) + "i" + T(16) + "i" + T(18)));
    }

    [Test]
    public void Ready_tasks_are_not_starved_by_cancel_and_timed_together()
    {
        // Cancel gives way to timed after 16; timed steps add up across cancel steps, so after 16 of them the turn is a ready task's.
        _bed.Canceled("c", 400);
        _bed.Timed("t", 100, Due);
        _bed.Local("l", 1);
        var block = string.Concat(Enumerable.Repeat(C(16) + "t", 16));
        Assert.That(_bed.Pick(17 * 17, now: Due), Is.EqualTo(block + C(16) + "l"));
    }

    [Test]
    public void Three_slot_steps_then_one_from_the_queue()
    {
        _bed.Local("l", 3);
        var order = "";
        for (var i = 0; i < 12; i++)
        {
            // Each step wakes another task.
            if (!_bed.Workers[0].HasSlot)
            {
                _bed.Slot("s");
            }

            order += _bed.Next();
        }

        Assert.That(order, Is.EqualTo("ssslssslsssl"));
    }

    [Test]
    public void Three_slot_steps_then_one_injected_if_the_queue_is_empty()
    {
        _bed.Injected("i", 1);
        var order = "";
        for (var i = 0; i < 6; i++)
        {
            if (!_bed.Workers[0].HasSlot)
            {
                _bed.Slot("s");
            }

            order += _bed.Next();
        }

        Assert.That(order, Is.EqualTo("sssiss"));
    }

    [Test]
    public void A_displaced_slot_goes_to_the_end_of_the_queue()
    {
        _bed.Local("l", 1);
        _bed.Slot("1");
        _bed.Slot("2");
        _bed.Slot("3");
        Assert.That(_bed.Pick(9), Is.EqualTo("3l12"));
    }

    [Test]
    public void Every_61st_step_looks_at_the_injector_first()
    {
        _bed.Local("l", 200);
        _bed.Injected("i", 3);
        Assert.That(_bed.Pick(203), Is.EqualTo(L(60) + "i" + L(60) + "i" + L(60) + "i" + L(20)));
    }

    [Test]
    public void Tasks_not_yet_due_and_injected_ones_share_the_61st_step()
    {
        _bed.Local("l", 250);
        _bed.Injected("i", 2);
        _bed.Timed("t", 2, Due);
        Assert.That(_bed.Pick(244), Is.EqualTo(L(60) + "i" + L(60) + "t" + L(60) + "i" + L(60) + "t"));
    }

    [Test]
    public void A_task_not_yet_due_runs_at_the_61st_step()
    {
        _bed.Local("l", 200);
        _bed.Timed("t", 2, Due);
        Assert.That(_bed.Pick(122), Is.EqualTo(L(60) + "t" + L(60) + "t"));
    }

    [Test]
    public void A_look_whose_step_a_higher_lane_takes_is_made_at_the_next_ready_step()
    {
        _bed.Local("l", 100);
        _bed.Injected("i", 1);
        Assert.That(_bed.Pick(60), Is.EqualTo(L(60)));
        _bed.Canceled("c", 2);
        Assert.That(_bed.Pick(4), Is.EqualTo("ccil"));
    }

    [Test]
    public void Deadlines_order_the_timed_lane_and_equals_keep_their_order()
    {
        _bed.Timed("3", 1, 30);
        _bed.Timed("1", 1, 10);
        _bed.Timed("a", 1, 20);
        _bed.Timed("b", 1, 20);
        Assert.That(_bed.Pick(9, now: 40), Is.EqualTo("1ab3"));
    }

    private static string C(int count) => new('c', count);

    private static string T(int count) => new('t', count);

    private static string L(int count) => new('l', count);
}
