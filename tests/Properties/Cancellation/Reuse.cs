using Lab.Core.Cancellation;
using NUnit.Framework;

namespace Lab.Properties.Cancellation;

/// <summary>A node made as new carries nothing over from its earlier life.</summary>
[TestFixture]
internal sealed class Reuse
{
    private static readonly CancellationReason User = Reasons.At(CancellationKind.User);

    [Test]
    public void A_reset_node_is_as_new()
    {
        using var source = new CancellationTokenSource();
        var node = new RenewableNode();
        var old = node.Token;
        var runs = 0;
        var subscription = node.Register(_ => runs++);
        using var link = node.LinkTo(source.Token);
        node.Reset();
        source.Cancel();
        Assert.That(node.IsCancellationRequested, Is.False, "the link belonged to the earlier life");
        Assert.That(node.Cancel(User), Is.True);
        Assert.That(runs, Is.Zero);
        Assert.That(subscription.Deregister(), Is.True);
        Assert.That(old.IsCancellationRequested, Is.False);
        Assert.That(node.Token, Is.Not.EqualTo(old));
    }

    [Test]
    public void A_cancelled_node_can_be_reset()
    {
        var node = new RenewableNode();
        var seen = new List<CancellationReason>();
        node.Register(seen.Add);
        node.Cancel(Reasons.At(CancellationKind.Shutdown));
        node.Reset();
        node.Register(seen.Add);
        Assert.That(node.Reason, Is.Null);
        Assert.That(node.Cancel(User), Is.True);
        Assert.That(seen.Select(r => r.Kind), Is.EqualTo(new[] { CancellationKind.Shutdown, CancellationKind.User }));
    }

    [Test]
    public void Only_a_detached_node_can_be_reset()
    {
        var root = new RenewableNode();
        var child = RenewableNode.Below(root);
        Assert.That(root.Reset, Throws.InvalidOperationException);
        Assert.That(child.Reset, Throws.InvalidOperationException);
        child.Detach();
        root.Reset();
        child.Reset();
    }

    [Test]
    public void A_node_that_is_not_made_for_it_has_one_life()
    {
        Assert.That(new CancellationNode().Reset, Throws.InvalidOperationException.With.Message.Contains("one life"));
    }

    [Test]
    public void A_request_on_its_way_does_not_reach_the_next_life()
    {
        // The clock of the node in the middle is read between the mark of one level and the mark of the next: there its child leaves, is made
        // as new and gets another parent.
        var other = new CancellationNode();
        CancellationNode? child = null;
        var middle = new ProbeNode(clock: () =>
        {
            child!.Detach();
            child.Reset();
            child.Attach(other);
            return Reasons.Start;
        });
        child = RenewableNode.Below(middle);
        middle.Cancel(User);
        Assert.That(child.IsCancellationRequested, Is.False);
        Assert.That(child.Parent, Is.SameAs(other));
    }

    [Test]
    public void Resetting_and_reusing_a_node_allocates_nothing()
    {
        var root = new CancellationNode();
        var node = new RenewableNode();
        Cycle();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Cycle();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Cycle()
        {
            node.Attach(root);
            node.Cancel(User);
            node.Detach();
            node.Reset();
        }
    }
}
