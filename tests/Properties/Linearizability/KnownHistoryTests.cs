using Lab.Linearizability;
using NUnit.Framework;

namespace Lab.Properties.Linearizability;

/// <summary>Histories from the literature, most of them of Herlihy and Wing (1990), and what is known of them.</summary>
[TestFixture]
public sealed class KnownHistoryTests
{
    [Test]
    public void Concurrent_enqueues_may_take_effect_in_either_order()
    {
        Assert.That(Dequeued(1, 2).Judge().Kind, Is.EqualTo(JudgementKind.Linearizable));
        Assert.That(Dequeued(2, 1).Judge().Kind, Is.EqualTo(JudgementKind.Linearizable));

        static Written<object?, Sequence<int>> Dequeued(int first, int second) => Queue()
            .Done('A', "enq(1)", 1, 4).Done('B', "enq(2)", 2, 3).Value('A', "deq", 5, 6, first).Value('B', "deq", 7, 8, second);
    }

    [Test]
    public void An_enqueue_that_was_over_comes_first_for_everybody()
    {
        var judgement = Queue().Done('A', "enq(1)", 1, 2).Done('B', "enq(2)", 3, 4).Value('B', "deq", 5, 6, 2).Judge();
        Assert.That(judgement.Kind, Is.EqualTo(JudgementKind.NotLinearizable));
        Assert.That(judgement.IsSequentiallyConsistent, Is.True, "A may only be slow to say what it did");
    }

    [Test]
    public void A_pending_enqueue_may_have_taken_effect_or_not()
    {
        var seen = Queue().Pending('A', "enq(1)", 1).Value('B', "deq", 2, 3, 1);
        var unseen = Queue().Pending('A', "enq(1)", 1).Value('B', "deq", 2, 3, null);
        Assert.That((seen.Judge().Kind, unseen.Judge().Kind), Is.EqualTo((JudgementKind.Linearizable, JudgementKind.Linearizable)));
    }

    [Test]
    public void Nobody_takes_the_same_item_twice()
    {
        var judgement = Queue().Done('A', "enq(1)", 1, 2).Value('A', "deq", 3, 5, 1).Value('B', "deq", 4, 6, 1).Judge();
        Assert.That(judgement.Kind, Is.EqualTo(JudgementKind.NotLinearizable));
        Assert.That(judgement.IsSequentiallyConsistent, Is.False);
    }

    [Test]
    public void A_read_of_the_new_value_is_not_followed_by_one_of_the_old()
    {
        var judgement = new Written<object?, int>(Models.Register())
            .Done('A', "write(1)", 1, 8).Value('B', "read", 2, 3, 1).Value('C', "read", 4, 5, 0).Judge();
        Assert.That(judgement.Kind, Is.EqualTo(JudgementKind.NotLinearizable));
        Assert.That(judgement.IsSequentiallyConsistent, Is.True);
    }

    // Each of the two queues is sequentially consistent by itself, and together they are not: p.enq(A), q.enq(A), p.deq -> B and the mirror image.
    [Test]
    public void Sequential_consistency_does_not_compose_and_linearizability_does()
    {
        var both = Linearizable.Of<object?, (Sequence<int> P, Sequence<int> Q)?>(() => null, (Sequence<int>.Empty, Sequence<int>.Empty))
            .On("p.enq", static (_, _) => { }, 1, 2).Does((s, x) => Step.Done<(Sequence<int>, Sequence<int>)?>((s!.Value.P.Add(x), s.Value.Q)))
            .On("q.enq", static (_, _) => { }, 1, 2).Does((s, x) => Step.Done<(Sequence<int>, Sequence<int>)?>((s!.Value.P, s.Value.Q.Add(x))))
            .On("p.deq", static _ => 0).Does(s => s!.Value.P.IsEmpty ? Step.Blocked : Step.Of<(Sequence<int>, Sequence<int>)?>(s.Value.P.First, (s.Value.P.RemoveFirst(), s.Value.Q)))
            .On("q.deq", static _ => 0).Does(s => s!.Value.Q.IsEmpty ? Step.Blocked : Step.Of<(Sequence<int>, Sequence<int>)?>(s.Value.Q.First, (s.Value.P, s.Value.Q.RemoveFirst())));
        var history = new Written<object?, (Sequence<int> P, Sequence<int> Q)?>(both)
            .Done('A', "p.enq(1)", 1, 2).Done('B', "q.enq(2)", 3, 4).Done('A', "q.enq(1)", 5, 6).Done('B', "p.enq(2)", 7, 8)
            .Value('A', "p.deq", 9, 10, 2).Value('B', "q.deq", 11, 12, 1);
        Assert.That(history.Judge().IsSequentiallyConsistent, Is.False);
        foreach (var part in new[] { 'p', 'q' })
        {
            var judgement = both.Judge([.. history.Calls.Where(call => call.Call.Name[0] == part)]);
            Assert.That((judgement.Kind, judgement.IsSequentiallyConsistent), Is.EqualTo((JudgementKind.NotLinearizable, (bool?)true)), $"{part}");
        }
    }

    [Test]
    public void A_model_may_leave_open_what_comes_out()
    {
        var bag = Models.Bag();
        Assert.That(Removed(1, 3).Kind, Is.EqualTo(JudgementKind.Linearizable));
        Assert.That(Removed(3, 2).Kind, Is.EqualTo(JudgementKind.Linearizable));
        Assert.That(Removed(2, 2).Kind, Is.EqualTo(JudgementKind.NotLinearizable));

        Judgement Removed(int first, int second) => new Written<object?, Sequence<int>>(bag)
            .Done('A', "add(1)", 1, 2).Done('A', "add(2)", 3, 4).Done('A', "add(3)", 5, 6)
            .Value('B', "remove", 7, 8, first).Value('A', "remove", 9, 10, second).Judge();
    }

    [Test]
    public void Keys_are_judged_apart()
    {
        var map = Models.Map();
        var right = new Written<object?, int>(map).Done('A', "put((1, 1))", 1, 2).Done('A', "put((2, 2))", 3, 4).Value('B', "get(1)", 5, 6, 1).Value('B', "get(2)", 7, 8, 2);
        var wrong = new Written<object?, int>(map).Done('A', "put((1, 1))", 1, 2).Done('A', "put((2, 2))", 3, 4).Value('B', "get(1)", 5, 6, 1).Value('B', "get(2)", 7, 8, 1);
        Assert.That(right.Judge().Kind, Is.EqualTo(JudgementKind.Linearizable));
        Assert.That(wrong.Judge().Text, Does.Contain("the 2 calls of one part, of 4").And.Not.Contain("get(1)"));
    }

    [Test]
    public void A_call_that_waits_for_ever_must_be_one_that_the_model_blocks()
    {
        var empty = Queue().Pending('A', "take", 1).Done('B', "enq(1)", 2, 3).Value('B', "deq", 4, 5, 1);
        var lost = Queue().Pending('A', "take", 1).Done('B', "enq(1)", 2, 3);
        Assert.That(empty.Judge(isQuiescent: true).Kind, Is.EqualTo(JudgementKind.Linearizable));
        Assert.That(lost.Judge().Kind, Is.EqualTo(JudgementKind.Linearizable), "plain linearizability accepts a lost wake-up");
        Assert.That(lost.Judge(isQuiescent: true).Text, Does.StartWith("not linearizable: a call waits for ever that the model lets go on"));
    }

    [Test]
    public void What_was_taken_by_a_call_that_never_comes_back_is_lost()
    {
        var judgement = Queue().Pending('A', "take", 1).Done('B', "enq(1)", 2, 3).Value('B', "deq", 4, 5, null).Judge(isQuiescent: true);
        Assert.That(judgement.Kind, Is.EqualTo(JudgementKind.NotLinearizable));
    }

    [Test]
    public void Cancelled_and_yet_it_took_something()
    {
        var right = Queue().Canceled('A', "take", 1, 4).Done('B', "enq(1)", 2, 3).Value('B', "deq", 5, 6, 1);
        var wrong = Queue().Canceled('A', "take", 1, 4).Done('B', "enq(1)", 2, 3).Value('B', "deq", 5, 6, null);
        Assert.That((right.Judge().Kind, wrong.Judge().Kind), Is.EqualTo((JudgementKind.Linearizable, JudgementKind.NotLinearizable)));
    }

    [Test]
    public void Beyond_its_budget_a_check_knows_nothing()
    {
        var judgement = new Written<object?, Sequence<int>>(Models.Queue().WithBudget(2))
            .Done('A', "enq(1)", 1, 2).Done('B', "enq(2)", 3, 4).Value('B', "deq", 5, 6, 2).Judge();
        Assert.That((judgement.Kind, judgement.Steps), Is.EqualTo((JudgementKind.Inconclusive, 3L)));
        Assert.That(judgement.Text, Does.StartWith("inconclusive:"));
    }

    [Test]
    public void More_than_64_calls_are_refused_and_64_are_not()
    {
        var history = Queue();
        for (var i = 0; i < 64; i++)
        {
            history.Done('A', "enq(1)", (2 * i) + 1, (2 * i) + 2);
        }

        Assert.That(history.Judge().Kind, Is.EqualTo(JudgementKind.Linearizable));
        history.Value('A', "deq", 129, 130, 1);
        Assert.That(() => history.Judge(), Throws.ArgumentException.With.Message.Contains("64"));
    }

    private static Written<object?, Sequence<int>> Queue() => new(Models.Queue());
}
