using Lab.Core.Cancellation;
using NUnit.Framework;

namespace Lab.Properties.Cancellation;

/// <summary>Semantics 2.9.</summary>
[TestFixture]
internal sealed class Listeners
{
    private static readonly CancellationReason User = Reasons.At(CancellationKind.User);
    private static readonly CancellationReason Timeout = Reasons.At(CancellationKind.Timeout, 1);
    private static readonly CancellationReason Deadline = Reasons.At(CancellationKind.Deadline);
    private static readonly CancellationReason Shutdown = Reasons.At(CancellationKind.Shutdown, 2);

    [Test]
    public void A_user_cancel_is_delivered_although_its_severity_is_zero()
    {
        var (node, seen) = Watched();
        node.Cancel(User);
        Assert.That(seen, Is.EqualTo(new[] { User }));
    }

    [Test]
    public void A_listener_hears_of_every_rise_in_severity_and_of_nothing_else()
    {
        var (node, seen) = Watched();
        node.Cancel(Timeout);
        node.Cancel(User);
        node.Cancel(Deadline);
        Assert.That(node.Reason, Is.SameAs(Deadline), "stronger: the same severity, earlier");
        node.Cancel(Shutdown);
        node.Cancel(Shutdown);
        Assert.That(seen, Is.EqualTo(new[] { Timeout, Shutdown }));
    }

    [Test]
    public void Listeners_are_called_in_the_order_of_registration()
    {
        var node = new CancellationNode();
        var order = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            var id = i;
            node.Register(_ => order.Add(id));
        }

        node.Cancel(User);
        Assert.That(order, Is.EqualTo(new[] { 0, 1, 2, 3, 4 }));
    }

    [Test]
    public void A_late_listener_runs_once_at_once_and_hears_of_later_rises()
    {
        var node = new CancellationNode();
        node.Cancel(User);
        node.Cancel(Timeout);
        var seen = new List<CancellationReason>();
        var subscription = node.Register(seen.Add);
        Assert.That(seen, Is.EqualTo(new[] { Timeout }));
        Assert.That(subscription.Deregister(), Is.False);

        var second = new List<CancellationReason>();
        node.Register(second.Add);
        node.Cancel(Shutdown);
        Assert.That(second, Is.EqualTo(new[] { Timeout, Shutdown }));
        Assert.That(seen, Has.Count.EqualTo(1), "deregistered");
    }

    [Test]
    public void Listeners_of_descendants_hear_of_it_when_everything_is_marked()
    {
        var root = new CancellationNode();
        var (a, b) = (root.CreateChild(), root.CreateChild());
        var seen = new List<bool>();
        root.Register(_ => seen.Add(b.IsCancellationRequested));
        a.Register(_ => seen.Add(b.IsCancellationRequested));
        root.Cancel(User);
        Assert.That(seen, Is.EqualTo(new[] { true, true }));
    }

    [Test]
    public void Deregistration_is_true_exactly_when_the_listener_never_runs()
    {
        var node = new CancellationNode();
        var runs = 0;
        var gone = node.Register(_ => runs++);
        Assert.That(gone.Deregister(), Is.True);
        Assert.That(gone.Deregister(), Is.True, "it is still true");
        node.Cancel(User);
        Assert.That(runs, Is.Zero);
        Assert.That(gone.Deregister(), Is.True);
        Assert.That(default(CancellationSubscription).Deregister(), Is.False);

        var late = node.Register(_ => runs++);
        Assert.That(late.Deregister(), Is.False);
        node.Cancel(Shutdown);
        Assert.That(runs, Is.EqualTo(1));
    }

    [Test]
    public void A_listener_that_another_one_deregisters_before_its_turn_never_runs()
    {
        var node = new CancellationNode();
        var second = default(CancellationSubscription);
        var (answer, ran) = (false, false);
        node.Register(_ => answer = second.Deregister());
        second = node.Register(_ => ran = true);
        node.Cancel(User);
        Assert.That((answer, ran), Is.EqualTo((true, false)));
    }

    [Test]
    public void A_listener_may_deregister_itself_and_is_told_that_it_ran()
    {
        var node = new CancellationNode();
        var self = default(CancellationSubscription);
        var answers = new List<bool>();
        self = node.Register(_ => answers.Add(self.Deregister()));
        node.Cancel(User);
        node.Cancel(Shutdown);
        Assert.That(answers, Is.EqualTo(new[] { false }));
    }

    [Test]
    public void One_that_throws_stops_neither_the_others_nor_the_subtree_and_is_reported()
    {
        var root = new CancellationNode();
        var child = root.CreateChild();
        var told = new List<string>();
        root.Register(_ => throw new InvalidOperationException("first"));
        root.Register(_ => told.Add("root"));
        child.Register(_ => throw new InvalidOperationException("second"));
        child.Register(_ => told.Add("child"));
        var thrown = Assert.Throws<AggregateException>(() => root.Cancel(User));
        Assert.That(thrown!.InnerExceptions.Select(e => e.Message), Is.EqualTo(new[] { "first", "second" }));
        Assert.That(told, Is.EqualTo(new[] { "root", "child" }));
        Assert.That(child.IsCancellationRequested);
    }

    [Test]
    public void One_that_threw_still_hears_of_a_rise()
    {
        var node = new CancellationNode();
        var runs = 0;
        node.Register(_ => throw new InvalidOperationException($"{++runs}"));
        Assert.Throws<AggregateException>(() => node.Cancel(User));
        Assert.Throws<AggregateException>(() => node.Cancel(Shutdown));
        Assert.That(runs, Is.EqualTo(2));
    }

    [Test]
    public void A_node_that_takes_faults_keeps_them_from_the_caller()
    {
        var node = new ProbeNode { TakesFaults = true };
        node.InHook = _ => throw new InvalidOperationException("hook");
        node.Register(_ => throw new InvalidOperationException("listener"));
        Assert.That(node.Cancel(User), Is.True);
        node.Register(_ => throw new InvalidOperationException("late"));
        Assert.That(node.Faults.Select(f => f.Message), Is.EqualTo(new[] { "hook", "listener", "late" }));
    }

    [Test]
    public void A_late_listener_that_throws_is_not_registered()
    {
        var node = new CancellationNode();
        node.Cancel(User);
        Assert.Throws<AggregateException>(() => node.Register(_ => throw new InvalidOperationException()));
        Assert.That(node.Cancel(Shutdown), Is.False, "and does not throw");
    }

    [Test]
    public void A_listener_may_cancel_its_node_again_and_everybody_sees_rising_severity()
    {
        var node = new CancellationNode();
        var (before, after) = (new List<int>(), new List<int>());
        node.Register(r => before.Add(r.Severity));
        node.Register(_ => node.Cancel(Shutdown));
        node.Register(r => after.Add(r.Severity));
        node.Cancel(User);
        Assert.That(before, Is.EqualTo(new[] { 0, 5 }));
        Assert.That(after, Is.EqualTo(new[] { 5 }), "the weaker request was old news when its turn came");
    }

    [Test]
    public void A_listener_that_cancels_its_own_node_is_called_again_after_it_returns_and_not_inside()
    {
        var node = new CancellationNode();
        var trace = new List<string>();
        node.Register(r =>
        {
            trace.Add($"in {r.Kind}");
            if (r.Kind == CancellationKind.User)
            {
                node.Cancel(Shutdown);
            }

            trace.Add($"out {r.Kind}");
        });
        node.Cancel(User);
        Assert.That(trace, Is.EqualTo(new[] { "in User", "out User", "in Shutdown", "out Shutdown" }));
    }

    [Test]
    public void Everything_is_allowed_inside_a_listener()
    {
        var root = new CancellationNode();
        var child = root.CreateChild();
        var leaf = child.CreateChild();
        var trace = new List<string>();
        child.Register(_ =>
        {
            child.Register(_ => trace.Add("nested"));
            leaf.Detach();
            child.Detach();
            root.CreateChild().Register(_ => trace.Add("new sibling"));
            root.Cancel(Shutdown);
            trace.Add($"{root.Token.IsCancellationRequested}");
        });
        root.Cancel(User);
        Assert.That(trace, Is.EqualTo(new[] { "nested", "new sibling", "True" }));
        Assert.That(root.ChildCount, Is.EqualTo(1));
    }

    [Test]
    public void No_listener_hook_or_callback_runs_under_a_gate()
    {
        var node = new ProbeNode();
        var elsewhere = new List<bool>();

        // If the caller held the gate, another thread could not enter it.
        void UseFromAnotherThread() => elsewhere.Add(Task.Run(() => node.Register(_ => { }).Deregister()).Wait(TimeSpan.FromSeconds(10)));
        node.InHook = _ => UseFromAnotherThread();
        node.Register(_ => UseFromAnotherThread());
        node.Token.Register(UseFromAnotherThread);
        node.Cancel(User);
        node.Register(_ => UseFromAnotherThread());
        Assert.That(elsewhere, Is.EqualTo(new[] { true, true, true, true }));
    }

    private static (CancellationNode Node, List<CancellationReason> Seen) Watched()
    {
        var node = new CancellationNode();
        var seen = new List<CancellationReason>();
        node.Register(seen.Add);
        return (node, seen);
    }
}
