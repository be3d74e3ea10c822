using Lab.Core.Cancellation;
using Lab.Core.Observing;
using NUnit.Framework;

namespace Lab.Properties.Cancellation;

/// <summary>What an observer sees of requests and of looks at them.</summary>
[TestFixture]
internal sealed class Events
{
    [Test]
    public void Each_published_reason_is_one_event_before_any_hook_or_listener_and_one_that_changes_nothing_is_a_look()
    {
        var root = new ProbeNode();
        var child = new ProbeNode();
        child.Attach(root);
        var log = new EventLog();
        root.InHook = _ => log.Lines.Add("hook");
        child.Register(_ => log.Lines.Add("listener"));
        using (log.Observe())
        {
            root.Cancel(Reasons.At(CancellationKind.User));
            root.Cancel(Reasons.At(CancellationKind.User));
            root.Cancel(Reasons.At(CancellationKind.Timeout, 1));
        }

        Assert.That(log.Lines, Is.EqualTo(new[]
        {
            "CancelRequested User", "CancelRequested ParentCancelled", "hook", "listener",
            "CancelChecked 1",
            "CancelStrengthened Timeout", "CancelChecked 1", "hook",
        }));
    }

    [Test]
    public void A_subtree_is_marked_level_by_level_in_the_order_of_attachment()
    {
        var root = new CancellationNode();
        CancellationNode[] nodes = [root, new(), new(), new(), new(), new()];
        nodes[1].Attach(root);
        nodes[2].Attach(root);
        nodes[5].Attach(nodes[2]);
        nodes[3].Attach(root);
        nodes[4].Attach(nodes[1]);
        var marked = new List<int>();
        for (var i = 0; i < nodes.Length; i++)
        {
            var mine = i;
            nodes[i].Register(_ => marked.Add(mine));
        }

        root.Cancel(Reasons.At(CancellationKind.User));
        Assert.That(marked, Is.EqualTo(new[] { 0, 1, 2, 3, 4, 5 }));
    }

    [Test]
    public void A_look_at_the_request_is_a_reported_access_and_the_cores_own_is_not()
    {
        var node = new CancellationNode();
        var log = new EventLog();
        using (log.Observe())
        {
            _ = node.IsCancellationRequested;
            _ = node.UnobservedReason;
            node.Cancel(Reasons.At(CancellationKind.User));
            _ = node.Reason;
        }

        Assert.That(log.Lines, Is.EqualTo(new[] { "CancelChecked 0", "CancelRequested User", "CancelChecked 1" }));
    }

    [Test]
    public void A_creation_is_reported_with_the_nodes_word_and_its_look_at_the_parent()
    {
        var log = new EventLog();
        using (log.Observe())
        {
            new CancellationNode().CreateChild();
        }

        Assert.That(log.Lines, Is.EqualTo(new[] { "created cancellation", "created cancellation", "CancelChecked 0" }));
    }
}
