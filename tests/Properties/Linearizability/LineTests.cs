using Lab.Linearizability;
using NUnit.Framework;

namespace Lab.Properties.Linearizability;

/// <summary>Calls that wait in line: two moments, first come, first served; and the same histories where barging is allowed.</summary>
[TestFixture]
public sealed class LineTests
{
    [Test]
    public void Who_was_seen_to_wait_first_is_served_first()
    {
        Assert.That(Served(first: 'A').Judge(true).Kind, Is.EqualTo(JudgementKind.Linearizable));
        Assert.That(Served(first: 'B').Judge(true).Kind, Is.EqualTo(JudgementKind.NotLinearizable));

        static Written<object?, FifoSemaphore> Served(char first) => first == 'A'
            ? Fifo().Parked('A', "acquire(1)", 1, 2, 7).Pending('B', "acquire(1)", 3, 4).Done('C', "release(1)", 5, 6)
            : Fifo().Pending('A', "acquire(1)", 1, 2).Parked('B', "acquire(1)", 3, 4, 7).Done('C', "release(1)", 5, 6);
    }

    [Test]
    public void A_model_of_one_phase_allows_barging() => Assert.That(
        new Written<object?, int>(Models.BargingSemaphore(0))
            .Pending('A', "acquire(1)", 1, 2).Parked('B', "acquire(1)", 3, 4, 7).Done('C', "release(1)", 5, 6).Judge(true).Kind,
        Is.EqualTo(JudgementKind.Linearizable));

    [Test]
    public void Who_asked_at_the_same_time_is_served_in_any_order() => Assert.That(
        Fifo().Pending('A', "acquire(1)", 1, 4).Parked('B', "acquire(1)", 2, 3, 7).Done('C', "release(1)", 5, 6).Judge(true).Kind,
        Is.EqualTo(JudgementKind.Linearizable));

    [Test]
    public void Nobody_passes_a_large_request_in_line()
    {
        var refused = Fifo(1).Pending('A', "acquire(2)", 1, 2).Value('B', "try(1)", 3, 4, false);
        var passed = Fifo(1).Pending('A', "acquire(2)", 1, 2).Value('B', "try(1)", 3, 4, true);
        Assert.That((refused.Judge(true).Kind, passed.Judge(true).Kind), Is.EqualTo((JudgementKind.Linearizable, JudgementKind.NotLinearizable)));
    }

    [Test]
    public void Who_leaves_the_line_lets_the_next_go_on()
    {
        var served = Fifo(1).Canceled('A', "acquire(2)", 1, 6, 2).Parked('B', "acquire(1)", 3, 4, 7);
        var forgotten = Fifo(1).Canceled('A', "acquire(2)", 1, 6, 2).Pending('B', "acquire(1)", 3, 4);
        Assert.That(served.Judge(true).Kind, Is.EqualTo(JudgementKind.Linearizable));
        Assert.That(forgotten.Judge(true).Text, Does.StartWith("not linearizable: a call waits for ever that the model lets go on"));
    }

    [Test]
    public void Cancelled_and_yet_it_kept_the_permit() => Assert.That(
        Fifo().Canceled('A', "acquire(1)", 1, 6, 2).Done('C', "release(1)", 3, 4).Pending('B', "acquire(1)", 7, 8).Judge(true).Kind,
        Is.EqualTo(JudgementKind.NotLinearizable));

    // Asked to leave only after it had been given the permit: then there is no order in which it left before.
    [Test]
    public void Cancelled_after_it_was_served_it_passes_the_permit_on()
    {
        Assert.That(Tried(true).Kind, Is.EqualTo(JudgementKind.Linearizable));
        Assert.That(Tried(false).Kind, Is.EqualTo(JudgementKind.NotLinearizable));

        static Judgement Tried(bool succeeds)
        {
            var history = Fifo().Canceled('A', "acquire(1)", 1, 6, 2).Done('C', "release(1)", 3, 4).Value('C', "try(1)", 7, 8, succeeds);
            history.Calls[0].AskedToCancel = 5;
            return history.Judge(true);
        }
    }

    // It may have had the permit for a moment, unseen: only that explains the refusal.
    [Test]
    public void A_call_cancelled_before_it_was_seen_to_wait_may_have_been_in_line_or_not()
    {
        Assert.That(Tried(false, cancelled: 6).Judge(true).Kind, Is.EqualTo(JudgementKind.Linearizable));
        Assert.That(Tried(true, cancelled: 6).Judge(true).Kind, Is.EqualTo(JudgementKind.Linearizable));
        Assert.That(Tried(true, cancelled: 2).Judge(true).Kind, Is.EqualTo(JudgementKind.Linearizable));
        Assert.That(Tried(false, cancelled: 2).Judge(true).Kind, Is.EqualTo(JudgementKind.NotLinearizable), "it had left by then");

        static Written<object?, FifoSemaphore> Tried(bool succeeds, int cancelled) => Fifo(1).Canceled('A', "acquire(1)", 1, cancelled).Value('B', "try(1)", 3, 4, succeeds);
    }

    [Test]
    public void A_queued_call_counts_twice()
    {
        var history = Fifo(100);
        for (var i = 0; i < 33; i++)
        {
            history.Parked('A', "acquire(1)", (3 * i) + 1, (3 * i) + 2, (3 * i) + 3);
        }

        Assert.That(() => history.Judge(), Throws.ArgumentException.With.Message.Contains("66"));
    }

    private static Written<object?, FifoSemaphore> Fifo(int permits = 0) => new(Models.Semaphore(permits));
}
