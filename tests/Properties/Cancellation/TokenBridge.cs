using Lab.Core.Cancellation;
using NUnit.Framework;

namespace Lab.Properties.Cancellation;

/// <summary>Semantics 2.10: BCL tokens out of a node, and into one.</summary>
[TestFixture]
internal sealed class TokenBridge
{
    private static readonly CancellationReason User = Reasons.At(CancellationKind.User);

    [Test]
    public void The_token_is_cancelled_when_the_node_is()
    {
        var node = new CancellationNode();
        var token = node.Token;
        var calls = 0;
        using var registration = token.Register(() => calls++);
        Assert.That(token.CanBeCanceled);
        Assert.That(token.IsCancellationRequested, Is.False);
        node.Cancel(User);
        node.Cancel(Reasons.At(CancellationKind.Shutdown));
        Assert.That(token.IsCancellationRequested);
        Assert.That(calls, Is.EqualTo(1));
        Assert.That(node.Token, Is.EqualTo(token), "the same one every time");
    }

    [Test]
    public void A_token_first_asked_for_after_the_request_is_cancelled()
    {
        var node = new CancellationNode();
        node.Cancel(User);
        var (first, second) = (node.Token, node.Token);
        Assert.That(first.IsCancellationRequested);
        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public void A_parent_cancels_the_tokens_of_its_children()
    {
        var root = new CancellationNode();
        var token = root.CreateChild().CreateChild().Token;
        root.Cancel(User);
        Assert.That(token.IsCancellationRequested);
    }

    [Test]
    public void BCL_waits_end_with_the_token()
    {
        var node = new CancellationNode();
        var delay = Task.Delay(Timeout.InfiniteTimeSpan, node.Token);
        node.Cancel(User);
        Assert.That(delay.IsCanceled);
    }

    [Test]
    public void Callbacks_of_the_token_that_throw_are_reported_and_stop_nobody()
    {
        var node = new CancellationNode();
        var told = 0;
        node.Token.Register(() => told++);
        node.Token.Register(() => throw new InvalidOperationException("callback"));
        node.Register(_ => told++);
        var thrown = Assert.Throws<AggregateException>(() => node.Cancel(User));
        Assert.That(thrown!.InnerExceptions.Single().Message, Is.EqualTo("callback"));
        Assert.That(told, Is.EqualTo(2));
    }

    [Test]
    public void A_linked_token_cancels_the_node()
    {
        using var source = new CancellationTokenSource();
        var node = new ProbeNode("T0.2", () => Reasons.Start.AddSeconds(3));
        var child = node.CreateChild();
        using var link = node.LinkTo(source.Token);
        Assert.That(node.IsCancellationRequested, Is.False);
        source.Cancel();
        Assert.That(node.Reason, Is.EqualTo(new CancellationReason(CancellationKind.LinkedExit, "T0.2", Reasons.Start.AddSeconds(3))));
        Assert.That(child.IsCancellationRequested);
    }

    [Test]
    public void A_token_that_is_cancelled_already_cancels_at_once()
    {
        var node = new CancellationNode();
        using var link = node.LinkTo(new CancellationToken(canceled: true));
        Assert.That(node.Reason!.Kind, Is.EqualTo(CancellationKind.LinkedExit));
    }

    [Test]
    public void A_disposed_link_does_nothing()
    {
        using var source = new CancellationTokenSource();
        var node = new CancellationNode();
        var link = node.LinkTo(source.Token);
        link.Dispose();
        link.Dispose();
        source.Cancel();
        Assert.That(node.IsCancellationRequested, Is.False);
    }

    [Test]
    public void A_link_leads_one_way()
    {
        using var source = new CancellationTokenSource();
        var node = new CancellationNode();
        using var link = node.LinkTo(source.Token);
        node.Cancel(User);
        Assert.That(source.IsCancellationRequested, Is.False);
    }

    [Test]
    public void Tokens_that_cannot_cancel_it_are_accepted()
    {
        var node = new CancellationNode();
        using var none = node.LinkTo(CancellationToken.None);
        using var own = node.LinkTo(node.Token);
        node.Cancel(User);
        Assert.That(node.Reason, Is.SameAs(User), "linked to itself it must not make its own request stronger");
    }

    [Test]
    public void Two_nodes_linked_both_ways_cancel_each_other_and_stop()
    {
        var (a, b) = (new CancellationNode(), new CancellationNode());
        using var there = a.LinkTo(b.Token);
        using var back = b.LinkTo(a.Token);
        a.Cancel(User);
        Assert.That(b.Reason!.Kind, Is.EqualTo(CancellationKind.LinkedExit));
        Assert.That(a.Reason!.Kind, Is.EqualTo(CancellationKind.LinkedExit), "b came back with a stronger reason");
    }
}
