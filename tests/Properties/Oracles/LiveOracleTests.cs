using Lab.Causality;
using Lab.Core.Cancellation;
using Lab.Core.Observing;
using Lab.Oracles;
using NUnit.Framework;
using static Lab.Core.Observing.EventKind;

namespace Lab.Properties.Oracles;

/// <summary>Each rule, kept and broken, by the events that a right and a wrong core would report.</summary>
[TestFixture]
internal sealed class LiveOracleTests
{
    private OracleBed _bed = new();

    [SetUp]
    public void Begin() => _bed = new OracleBed();

    [Test]
    public void Cancellation_that_grows_is_right()
    {
        var node = _bed.Make("node");
        Assert.That(_bed.On(CancelChecked, node, 0).On(CancelRequested, node, (long)CancellationKind.User).On(CancelChecked, node, 1)
            .On(CancelStrengthened, node, (long)CancellationKind.Shutdown).On(CancelAcknowledged, node).Broken, Is.Null);
        Assert.That(_bed.Judged("cancel-monotone"), Is.EqualTo(4), "the look before the request judges nothing");
    }

    [Test]
    public void A_request_that_is_seen_and_then_not_is_wrong()
    {
        var node = _bed.Make("node");
        Assert.That(
            _bed.On(CancelRequested, node).On(CancelChecked, node, 0).Broken,
            Is.EqualTo("oracle-violation: cancel-monotone: node@clock#1 was asked to cancel and then read as not asked"));
    }

    [Test]
    public void A_reason_that_gets_weaker_is_wrong()
    {
        var node = _bed.Make("node");
        _bed.On(CancelRequested, node, (long)CancellationKind.Shutdown).On(CancelStrengthened, node, (long)CancellationKind.Timeout);
        Assert.That(_bed.Broken, Does.Contain("got weaker: severity 1 (Timeout) after 5"));
    }

    [Test]
    public void An_acknowledgement_of_nothing_is_wrong() =>
        Assert.That(_bed.On(CancelAcknowledged, _bed.Make("node")).Broken, Does.Contain("that nobody had requested"));

    [Test]
    public void A_first_request_comes_once()
    {
        var node = _bed.Make("node");
        Assert.That(_bed.On(CancelRequested, node).On(CancelRequested, node).Broken, Does.Contain("for the first time twice"));
    }

    [Test]
    public void A_wake_after_the_gate_is_right() =>
        Assert.That(_bed.On(GateEntered).On(GateEntered).On(GateExited).On(GateExited).On(TaskWoken, _bed.Make("task")).Broken, Is.Null);

    [Test]
    public void A_wake_under_a_gate_is_wrong() => Assert.That(
        _bed.On(GateEntered).On(GateEntered).On(GateExited).On(TaskWoken, _bed.Make("task")).Broken,
        Does.StartWith("oracle-violation: wake-after-unlock: a timer callback woke task@clock#1 while a gate was held"));

    [Test]
    public void Messages_in_order_within_the_capacity_are_right()
    {
        var channel = _bed.Make("channel", capacity: 2);
        _bed.On(ChannelSent, channel, 1).On(ChannelReserved, channel, 1).On(ChannelReceived, channel, 1).On(ChannelSent, channel, 2, 0)
            .On(ChannelReserved, channel, 1).On(ChannelAborted, channel, 0).On(ChannelReceived, channel, 2).On(ChannelSent, channel, 3)
            .On(ChannelDropped, channel, 1);
        Assert.That(_bed.Broken, Is.Null);
    }

    [TestCase(2, "delivered message 2 after message 0: lost or overtaken")]
    [TestCase(0, "delivered message 0 again")]
    public void A_message_out_of_order_is_wrong(long stamp, string text)
    {
        var channel = _bed.Make("channel", capacity: 4);
        Assert.That(_bed.On(ChannelSent, channel, 1).On(ChannelSent, channel, 2).On(ChannelReceived, channel, stamp).Broken, Does.Contain(text));
    }

    [Test]
    public void A_message_delivered_twice_is_wrong()
    {
        var channel = _bed.Make("channel", capacity: 4);
        _bed.On(ChannelSent, channel, 1).On(ChannelReceived, channel, 1).On(ChannelReceived, channel, 1);
        Assert.That(_bed.Broken, Does.Contain("delivered message 1 again"));
    }

    [Test]
    public void A_message_nobody_sent_is_wrong() =>
        Assert.That(_bed.On(ChannelReceived, _bed.Make("channel", capacity: 4), 1).Broken, Does.Contain("but only 0 were sent"));

    [Test]
    public void More_than_the_capacity_is_wrong()
    {
        var channel = _bed.Make("channel", capacity: 1);
        Assert.That(
            _bed.On(ChannelSent, channel, 1).On(ChannelReserved, channel, 1).Broken,
            Does.Contain("holds 1 messages and 1 reservations, more than its capacity of 1"));
    }

    [Test]
    public void A_reservation_that_appears_from_nowhere_is_wrong() =>
        Assert.That(_bed.On(ChannelReserved, _bed.Make("channel", capacity: 9), 2).Broken, Does.Contain("has 2 reservations after one more than 0"));

    [Test]
    public void A_reservation_given_back_twice_is_wrong()
    {
        var channel = _bed.Make("channel", capacity: 9);
        _bed.On(ChannelReserved, channel, 1).On(ChannelAborted, channel, 0).On(ChannelAborted, channel, -1);
        Assert.That(_bed.Broken, Does.Contain("has -1 reservations"));
    }

    [Test]
    public void Notifications_that_are_conserved_are_right()
    {
        var notify = _bed.Make("notify");
        _bed.On(NotifyOneStored, notify, 0).On(NotifyOneStored, notify, 1).On(NotifyPermitTaken, notify).On(NotifyWaiting, notify).On(NotifyWaiting, notify)
            .On(NotifyOneWoke, notify).On(NotifyPassedOn, notify).On(NotifyOneWoke, notify).On(NotifyPassedOn, notify).On(NotifyOneStored, notify, 0)
            .On(NotifyAll, notify, 0);
        Assert.That(_bed.Broken, Is.Null);
    }

    [Test]
    public void A_permit_that_dies_with_its_waiter_is_wrong()
    {
        var notify = _bed.Make("notify");
        _bed.On(NotifyWaiting, notify).On(NotifyOneWoke, notify).On(NotifyPassedOn, notify);
        Assert.That(_bed.Broken, Does.Contain("a permit of notify@clock#1 that a cancelled waiter passed on is gone"));
    }

    [Test]
    public void A_ghost_permit_is_wrong()
    {
        var notify = _bed.Make("notify");
        _bed.On(NotifyWaiting, notify).On(NotifyAll, notify, 1).On(NotifyPassedOn, notify).On(NotifyOneStored, notify);
        Assert.That(_bed.Broken, Does.Contain("passed on a permit that it was never given"));
    }

    [Test]
    public void A_permit_stored_while_somebody_waits_is_wrong()
    {
        var notify = _bed.Make("notify");
        Assert.That(_bed.On(NotifyWaiting, notify).On(NotifyOneStored, notify).Broken, Does.Contain("although 1 wait: a lost wake-up"));
    }

    [Test]
    public void A_broadcast_that_misses_somebody_is_wrong()
    {
        var notify = _bed.Make("notify");
        Assert.That(_bed.On(NotifyWaiting, notify).On(NotifyWaiting, notify).On(NotifyAll, notify, 1).Broken, Does.Contain("woke 1 of 2 waiters"));
    }

    [Test]
    public void A_wake_of_nobody_is_wrong() => Assert.That(_bed.On(NotifyOneWoke, _bed.Make("notify")).Broken, Does.Contain("but nobody waited"));

    [Test]
    public void Timers_in_order_are_right()
    {
        var (a, b) = (_bed.Make("timer"), _bed.Make("timer"));
        _bed.On(TimerSet, a, 10, 1).On(TimerSet, b, 10, 2);
        _bed.Now = 10;
        _bed.On(TimerFired, a, 10, 1).On(TimerFired, b, 10, 2).On(TimerSet, a, 5, 3).On(TimerFired, a, 5, 3);
        Assert.That(_bed.Broken, Is.Null, "a timer set for the past fires at once, after what was due before");
    }

    [Test]
    public void Equal_due_times_in_the_order_of_the_heap_are_wrong()
    {
        var (a, b) = (_bed.Make("timer"), _bed.Make("timer"));
        _bed.On(TimerSet, a, 10, 1).On(TimerSet, b, 10, 2);
        _bed.Now = 10;
        Assert.That(_bed.On(TimerFired, b, 10, 2).On(TimerFired, a, 10, 1).Broken, Does.Contain("fired after a timer due"));
    }

    [Test]
    public void An_early_timer_is_wrong()
    {
        var timer = _bed.Make("timer");
        Assert.That(_bed.On(TimerSet, timer, 10, 1).On(TimerFired, timer, 10, 1).Broken, Does.Contain("before it was due"));
    }

    [Test]
    public void A_jump_over_a_timer_is_wrong()
    {
        var timer = _bed.Make("timer");
        _bed.On(TimerSet, timer, 10, 1);
        _bed.Now = 11;
        Assert.That(_bed.On(TimerFired, timer, 10, 1).Broken, Does.Contain("as now"));
    }

    [Test]
    public void A_cancelled_timer_that_fires_is_wrong()
    {
        var timer = _bed.Make("timer");
        _bed.On(TimerSet, timer, 0, 1).On(TimerCanceled, timer).On(TimerFired, timer, 0, 1);
        Assert.That(_bed.Broken, Does.Contain("was cancelled"));
    }

    [Test]
    public void A_scope_that_closes_with_a_live_task_is_a_task_leak() =>
        Assert.That(_bed.On(ScopeClosed, _bed.Make("scope"), 1).Broken, Is.EqualTo("task-leak: scope@clock#1 closed with 1 live tasks in it"));

    [Test]
    public void A_scope_closes_once()
    {
        var scope = _bed.Make("scope");
        Assert.That(_bed.On(ScopeClosed, scope).On(ScopeClosed, scope).Broken, Does.Contain("closed twice"));
    }

    [TestCase(Lane.Cancel, 16)]
    [TestCase(Lane.Timed, 16)]
    [TestCase(Lane.Slot, 3)]
    public void A_lane_starves_nobody(Lane lane, int longest)
    {
        Assert.That(Dispatch(lane, longest, waits: true), Is.Null);
        Assert.That(Dispatch(lane, longest + 1, waits: true), Does.Contain($"took {longest + 1} tasks in a row from its {lane.ToString().ToLowerInvariant()} lane"));
        Assert.That(Dispatch(lane, longest + 100, waits: false), Is.Null, "nobody waited");
    }

    [Test]
    public void A_step_of_a_lower_lane_ends_a_streak_and_one_of_a_higher_lane_does_not()
    {
        var fairness = _bed.Oracles.Fairness;
        for (var i = 0; i < 40; i++)
        {
            fairness.IsAtBound(0);
            fairness.Dispatched(0, i % 17 == 16 ? Lane.Ready : Lane.Cancel, true, true, true);
        }

        Assert.That(_bed.Broken, Is.Null);
        for (var i = 0; i < 18; i++)
        {
            fairness.IsAtBound(1);
            fairness.Dispatched(1, Lane.Timed, true, true, true);
            fairness.Dispatched(1, Lane.Cancel, true, true, true);
        }

        Assert.That(_bed.Broken, Does.Contain("worker 1 took 17 tasks in a row from its timed lane"));
    }

    [Test]
    public void Objects_from_outside_of_the_program_are_left_out()
    {
        var notify = _bed.Make("notify");
        notify.Creator = null;
        Assert.That(_bed.On(NotifyPermitTaken, notify).Broken, Is.Null, "the permit may have been stored before");
    }

    private string? Dispatch(Lane lane, int times, bool waits)
    {
        var bed = new OracleBed();
        for (var i = 0; i < times; i++)
        {
            bed.Oracles.Fairness.IsAtBound(0);
            bed.Oracles.Fairness.Dispatched(0, lane, waits, waits, waits);
        }

        return bed.Broken;
    }
}
