using Lab.Core.Cancellation;
using Lab.Properties.Memory;
using NUnit.Framework;

namespace Lab.Properties.Cancellation;

/// <summary>Races without threads: what another thread can do between two critical sections of the tree is done there.</summary>
[TestFixture]
internal sealed class GateBoundaries
{
    private static readonly CancellationReason User = Reasons.At(CancellationKind.User);
    private static readonly CancellationReason Shutdown = Reasons.At(CancellationKind.Shutdown);

    [Test]
    public void A_child_made_at_any_moment_of_a_request_is_cancelled() => GateBoundary.Each(() =>
    {
        var root = new CancellationNode();
        var branch = root.CreateChild();
        branch.CreateChild();
        var late = new List<CancellationNode>();
        return (
            () => root.Cancel(User),
            () =>
            {
                late.Add(root.CreateChild());
                late.Add(branch.CreateChild().CreateChild());
            },
            () => Assert.That(late.All(n => n.IsCancellationRequested)));
    });

    [Test]
    public void A_request_at_any_moment_of_an_attachment_reaches_the_child() => GateBoundary.Each(() =>
    {
        var root = new CancellationNode();
        var branch = new CancellationNode();
        var leaf = branch.CreateChild();
        return (
            () => branch.Attach(root),
            () => root.Cancel(User),
            () => Assert.That(leaf.Reason?.RootCause, Is.SameAs(User)));
    });

    [Test]
    public void A_stronger_request_at_any_moment_of_a_weaker_one_wins_everywhere() => GateBoundary.Each(() =>
    {
        var root = new CancellationNode();
        var leaf = root.CreateChild().CreateChild();
        var seen = new List<int>();
        var firsts = new List<bool>();
        root.Register(r => seen.Add(r.Severity));
        return (
            () => firsts.Add(root.Cancel(User)),
            () => firsts.Add(root.Cancel(Shutdown)),
            () =>
            {
                Assert.That(root.Reason, Is.SameAs(Shutdown));
                Assert.That(leaf.Reason!.RootCause, Is.SameAs(Shutdown));
                Assert.That(firsts, Is.EquivalentTo(new[] { true, false }));
                Assert.That(seen, Is.Ordered.Ascending.And.Unique);
                Assert.That(seen[^1], Is.EqualTo(5));
            });
    });

    [Test]
    public void A_listener_registered_at_any_moment_of_a_request_runs_once() => GateBoundary.Each(() =>
    {
        var node = new CancellationNode();
        node.Register(_ => { });
        var runs = 0;
        return (() => node.Cancel(User), () => node.Register(_ => runs++), () => Assert.That(runs, Is.EqualTo(1)));
    });

    [Test]
    public void A_request_at_any_moment_of_a_registration_runs_the_listener_once() => GateBoundary.Each(() =>
    {
        var node = new CancellationNode();
        var runs = 0;
        return (() => node.Register(_ => runs++), () => node.Cancel(User), () => Assert.That(runs, Is.EqualTo(1)));
    });

    [Test]
    public void Deregistration_at_any_moment_of_a_request_tells_the_truth() => GateBoundary.Each(() =>
    {
        var node = new CancellationNode();
        var (runs, never) = (0, false);
        node.Register(_ => { });
        var subscription = node.Register(_ => runs++);
        return (() => node.Cancel(User), () => never = subscription.Deregister(), () => Assert.That(runs, Is.EqualTo(never ? 0 : 1)));
    });

    [Test]
    public void A_request_at_any_moment_of_a_deregistration_makes_no_liar_of_it() => GateBoundary.Each(() =>
    {
        var node = new CancellationNode();
        var (runs, never) = (0, false);
        var subscription = node.Register(_ => runs++);
        return (() => never = subscription.Deregister(), () => node.Cancel(User), () => Assert.That(runs, Is.EqualTo(never ? 0 : 1)));
    });

    [Test]
    public void A_token_made_at_any_moment_of_a_request_is_cancelled() => GateBoundary.Each(() =>
    {
        var node = new CancellationNode();
        var token = CancellationToken.None;
        return (() => node.Cancel(User), () => token = node.Token, () => Assert.That(token.IsCancellationRequested));
    });

    [Test]
    public void A_request_at_any_moment_of_making_the_token_cancels_it() => GateBoundary.Each(() =>
    {
        var node = new CancellationNode();
        var token = CancellationToken.None;
        return (() => token = node.Token, () => node.Cancel(User), () => Assert.That(token.IsCancellationRequested));
    });

    [Test]
    public void A_node_detached_twice_at_once_leaves_once() => GateBoundary.Each(() =>
    {
        var root = new CancellationNode();
        var node = root.CreateChild();
        root.CreateChild();
        var left = 0;
        return (Detach, Detach, () => Assert.That((root.ChildCount, left), Is.EqualTo((1, 1))));

        void Detach()
        {
            if (node.Detach())
            {
                left++;
            }
        }
    });

    [Test]
    public void A_child_that_begins_another_life_at_any_moment_of_a_request_is_left_alone() => GateBoundary.Each(() =>
    {
        var (root, other) = (new CancellationNode(), new CancellationNode());
        root.CreateChild();
        var node = RenewableNode.Below(root);
        var runs = 0;
        return (
            () => root.Cancel(User),
            () =>
            {
                node.Detach();
                node.Reset();
                node.Attach(other);
                node.Register(_ => runs++);
            },
            () =>
            {
                Assert.That(node.Reason, Is.Null);
                Assert.That(runs, Is.Zero);
            });
    });
}
