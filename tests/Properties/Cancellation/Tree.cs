using Lab.Core.Cancellation;
using NUnit.Framework;

namespace Lab.Properties.Cancellation;

/// <summary>Semantics 2.3 and 2.8: monotone requests, and how they spread.</summary>
[TestFixture]
internal sealed class Tree
{
    private static readonly CancellationReason User = Reasons.At(CancellationKind.User);
    private static readonly CancellationReason Timeout = Reasons.At(CancellationKind.Timeout, 1);
    private static readonly CancellationReason Shutdown = Reasons.At(CancellationKind.Shutdown, 2);

    [Test]
    public void A_new_node_is_not_cancelled()
    {
        var node = new CancellationNode();
        Assert.That(node.IsCancellationRequested, Is.False);
        Assert.That(node.Reason, Is.Null);
        Assert.That(node.KindName, Is.EqualTo("cancellation"));
    }

    [Test]
    public void The_first_caller_wins_and_later_ones_only_strengthen()
    {
        var node = new CancellationNode();
        Assert.That(node.Cancel(Timeout), Is.True);
        Assert.That(node.Cancel(User), Is.False);
        Assert.That(node.Reason, Is.SameAs(Timeout), "a weaker reason must not replace a stronger one");
        Assert.That(node.Cancel(Shutdown), Is.False);
        Assert.That(node.Reason, Is.SameAs(Shutdown));
        Assert.That(node.IsCancellationRequested, Is.True);
    }

    [Test]
    public void Cancelling_without_a_reason_is_refused() => Assert.That(() => new CancellationNode().Cancel(null!), Throws.ArgumentNullException);

    [Test]
    public void A_child_gets_its_own_parents_reason_as_cause_and_not_the_roots()
    {
        var root = new ProbeNode("S0");
        var child = new ProbeNode("T0.1");
        child.Attach(root);
        var grandchild = child.CreateChild();
        root.Cancel(User);
        Assert.That(child.Reason, Is.EqualTo(new CancellationReason(CancellationKind.ParentCancelled, "S0", User.Time, null, User)));
        Assert.That(grandchild.Reason!.Cause, Is.SameAs(child.Reason));
        Assert.That(grandchild.Reason.Origin, Is.EqualTo("T0.1"));
        Assert.That(grandchild.Reason.RootCause, Is.SameAs(User));
    }

    [Test]
    public void A_derived_reason_has_the_time_of_the_parents_clock_if_it_has_one()
    {
        var root = new ProbeNode(clock: () => Reasons.Start.AddSeconds(7));
        var child = root.CreateChild();
        root.Cancel(User);
        Assert.That(child.Reason!.Time, Is.EqualTo(Reasons.Start.AddSeconds(7)));
    }

    [Test]
    public void Nothing_spreads_up_or_sideways()
    {
        var root = new CancellationNode();
        var (left, right) = (root.CreateChild(), root.CreateChild());
        var below = left.CreateChild();
        left.Cancel(Shutdown);
        Assert.That(below.IsCancellationRequested);
        Assert.That(root.IsCancellationRequested, Is.False);
        Assert.That(right.IsCancellationRequested, Is.False);
    }

    [Test]
    public void A_child_made_after_the_request_is_cancelled_before_it_is_returned()
    {
        var root = new CancellationNode();
        root.Cancel(Timeout);
        Assert.That(root.CreateChild().Reason!.Cause, Is.SameAs(Timeout));
    }

    [Test]
    public void A_child_made_while_the_request_spreads_is_cancelled()
    {
        var root = new CancellationNode();
        var first = root.CreateChild();
        var late = new List<CancellationNode>();
        root.Register(_ => late.Add(root.CreateChild()));
        first.Register(_ => late.Add(first.CreateChild().CreateChild()));
        root.Cancel(User);
        Assert.That(late, Has.Count.EqualTo(2));
        Assert.That(late.All(n => n.IsCancellationRequested));
    }

    [Test]
    public void A_subtree_attached_late_is_cancelled_as_a_whole()
    {
        var root = new CancellationNode();
        var branch = new CancellationNode();
        var leaf = branch.CreateChild().CreateChild();
        root.Cancel(User);
        branch.Attach(root);
        Assert.That(branch.Reason!.Kind, Is.EqualTo(CancellationKind.ParentCancelled));
        Assert.That(branch.Reason.Cause, Is.SameAs(User));
        Assert.That(leaf.IsCancellationRequested);
    }

    [Test]
    public void Strengthening_reaches_children_that_were_cancelled_already()
    {
        var root = new CancellationNode();
        var child = root.CreateChild();
        var grandchild = child.CreateChild();
        child.Cancel(User);
        grandchild.Cancel(Shutdown);
        root.Cancel(User);
        Assert.That(child.Reason!.Kind, Is.EqualTo(CancellationKind.ParentCancelled), "4 is stronger than the 0 it had");
        Assert.That(grandchild.Reason, Is.SameAs(Shutdown), "5 is stronger than the 4 it is offered");
    }

    [Test]
    public void At_one_instant_a_stronger_cause_reaches_every_level()
    {
        var root = new CancellationNode();
        var child = root.CreateChild();
        var grandchild = child.CreateChild();
        root.Cancel(User);
        root.Cancel(Reasons.At(CancellationKind.Shutdown));
        Assert.That(child.Reason!.Cause!.Kind, Is.EqualTo(CancellationKind.Shutdown));
        Assert.That(grandchild.Reason!.RootCause.Kind, Is.EqualTo(CancellationKind.Shutdown));
    }

    [Test]
    public void A_detached_node_hears_nothing_any_more()
    {
        var root = new CancellationNode();
        var (a, b, c) = (root.CreateChild(), root.CreateChild(), root.CreateChild());
        b.Detach();
        b.Detach();
        Assert.That(root.ChildCount, Is.EqualTo(2));
        Assert.That(b.Parent, Is.Null);
        root.Cancel(User);
        Assert.That((a.IsCancellationRequested, b.IsCancellationRequested, c.IsCancellationRequested), Is.EqualTo((true, false, true)));
    }

    [Test]
    public void A_disposed_branch_hears_nothing_of_its_parent_keeps_what_is_below_it_and_can_be_cancelled_itself()
    {
        var root = new CancellationNode();
        var branch = root.CreateChild();
        var leaf = branch.CreateChild();
        branch.Dispose();
        branch.Dispose();
        root.Cancel(User);
        Assert.That(branch.IsCancellationRequested, Is.False);
        Assert.That(root.HasChildren, Is.False);
        Assert.That(branch.Cancel(User));
        Assert.That(leaf.IsCancellationRequested);
    }

    [Test]
    public void The_count_of_children_follows_every_order_of_leaving([Values(0, 1, 2)] int first, [Values(0, 1)] int second)
    {
        var root = new CancellationNode();
        var children = new List<CancellationNode> { root.CreateChild(), root.CreateChild(), root.CreateChild() };
        foreach (var index in new[] { first, second, 0 })
        {
            Assert.That(root.HasChildren);
            children[index].Detach();
            children.RemoveAt(index);
            Assert.That(root.ChildCount, Is.EqualTo(children.Count));
        }

        Assert.That(root.HasChildren, Is.False);
    }

    [Test]
    public void A_node_has_one_parent_and_is_never_its_own()
    {
        var root = new CancellationNode();
        var child = root.CreateChild();
        Assert.That(() => child.Attach(new CancellationNode()), Throws.InvalidOperationException);
        Assert.That(() => root.Attach(root), Throws.InvalidOperationException);
        root.Attach(null);
        Assert.That(root.Parent, Is.Null);
        Assert.That(child.Parent, Is.SameAs(root));
    }

    [Test]
    public void The_hook_runs_for_every_change_of_the_reason_and_is_first_once()
    {
        var node = new ProbeNode();
        node.Cancel(User);
        node.Cancel(User);
        node.Cancel(Shutdown);
        node.Cancel(Timeout);
        Assert.That(node.Hooked, Is.EqualTo(new[] { (User, true), (Shutdown, false) }));
    }

    [Test]
    public void Hooks_run_when_the_whole_subtree_is_marked_and_before_listeners()
    {
        var root = new ProbeNode();
        var leaf = root.CreateChild().CreateChild();
        var order = new List<string>();
        root.InHook = _ => order.Add($"hook, leaf marked: {leaf.IsCancellationRequested}");
        root.Register(_ => order.Add("listener"));
        root.Cancel(User);
        Assert.That(order, Is.EqualTo(new[] { "hook, leaf marked: True", "listener" }));
    }
}
