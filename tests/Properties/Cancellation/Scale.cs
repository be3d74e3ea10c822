using System.Runtime.CompilerServices;
using Lab.Core.Cancellation;
using NUnit.Framework;

namespace Lab.Properties.Cancellation;

/// <summary>Large trees: no recursion, no quadratic work. Counted in gates and bytes, so that the machine's speed does not matter.</summary>
[TestFixture]
internal sealed class Scale
{
    private const int Size = 100_000;
    private const int Million = 1_000_000;

    [Test]
    public void A_chain_of_a_million_is_cancelled_in_one_gate_per_node_on_a_small_stack() => OnSmallStack(() =>
    {
        var root = new CancellationNode();
        var leaf = root;
        for (var i = 0; i < Million; i++)
        {
            leaf = leaf.CreateChild();
        }

        var log = Cancel(root);
        Assert.That(log.GatesEntered, Is.EqualTo(Million + 1));
        Assert.That(log.MostGatesHeld, Is.EqualTo(1), "never two gates at once");
        Assert.That(leaf.IsCancellationRequested);
        Assert.That(leaf.Reason!.RootCause.Kind, Is.EqualTo(CancellationKind.User));
        Assert.That(leaf.Reason.Cause!.Kind, Is.EqualTo(CancellationKind.ParentCancelled));
    });

    [Test]
    public void A_wide_tree_of_a_million_is_cancelled_in_one_gate_per_node_and_shares_one_reason()
    {
        var root = new CancellationNode();
        var children = Enumerable.Range(0, Million).Select(_ => root.CreateChild()).ToArray();
        var log = Cancel(root);
        Assert.That(log.GatesEntered, Is.EqualTo(Million + 1));
        Assert.That(children[0].IsCancellationRequested);
        Assert.That(Array.TrueForAll(children, child => ReferenceEquals(child.Reason, children[0].Reason)));
    }

    [Test]
    public void The_memory_of_a_request_is_proportional_to_the_tree()
    {
        // A list that is copied for every node it holds would cost 100,000 squared; growing by doubling costs at most a few entries a node,
        // and a chain one reason and, at every ninth link, seven more: 1.8 of 56 B, and two arrays of 16 and 8 B that double.
        var deep = new CancellationNode();
        for (var (i, leaf) = (0, deep); i < Size; i++)
        {
            leaf = leaf.CreateChild();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        deep.Cancel(Reasons.At(CancellationKind.User));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(200L * Size));
    }

    [Test]
    public void Children_leave_a_wide_tree_in_one_gate_each()
    {
        var root = new CancellationNode();
        var children = Enumerable.Range(0, Size).Select(_ => root.CreateChild()).ToArray();
        var log = new EventLog();
        using (log.Observe())
        {
            foreach (var child in children)
            {
                child.Detach();
            }
        }

        Assert.That(log.GatesEntered, Is.EqualTo(Size));
        Assert.That(root.HasChildren, Is.False);
    }

    [Test]
    public void Many_listeners_cost_the_same_each()
    {
        var node = new CancellationNode();
        var runs = 0;
        var subscriptions = Enumerable.Range(0, Size).Select(_ => node.Register(_ => runs++)).ToArray();
        var log = new EventLog();
        using (log.Observe())
        {
            for (var i = 0; i < Size; i += 2)
            {
                subscriptions[i].Deregister();
            }

            node.Cancel(Reasons.At(CancellationKind.User));
        }

        Assert.That(runs, Is.EqualTo(Size / 2));
        Assert.That(log.GatesEntered, Is.EqualTo((Size / 2) + 1 + (2 * (Size / 2))), "deregister; mark; claim and release per run");
    }

    [Test]
    public void Late_children_of_a_cancelled_chain_of_parents_are_marked_one_by_one() => OnSmallStack(() =>
    {
        var leaf = new CancellationNode();
        leaf.Cancel(Reasons.At(CancellationKind.User));
        var log = new EventLog();
        using (log.Observe())
        {
            for (var i = 0; i < Size; i++)
            {
                leaf = leaf.CreateChild();
            }
        }

        Assert.That(log.GatesEntered, Is.EqualTo(2 * Size), "link; mark");
        Assert.That(leaf.IsCancellationRequested);
    });

    [Test]
    public void A_request_that_changes_nothing_does_not_walk_the_tree()
    {
        var root = new CancellationNode();
        for (var i = 0; i < 100; i++)
        {
            root.CreateChild();
        }

        root.Cancel(Reasons.At(CancellationKind.Shutdown));
        Assert.That(Cancel(root).GatesEntered, Is.EqualTo(1));
    }

    [Test]
    public void Cancelling_a_leaf_allocates_nothing()
    {
        var reason = Reasons.At(CancellationKind.User);
        new CancellationNode().Cancel(reason);
        var nodes = Enumerable.Range(0, 100).Select(_ => new CancellationNode()).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var node in nodes)
        {
            node.Cancel(reason);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Cancelling_a_wide_tree_again_and_again_allocates_one_reason_each_time_besides_its_own()
    {
        var roots = Enumerable.Range(0, 4).Select(_ => new CancellationNode()).ToArray();
        foreach (var root in roots)
        {
            for (var i = 0; i < 1000; i++)
            {
                root.CreateChild();
            }
        }

        // The first finds the pool empty, and the runtime may allocate something of its own while it compiles: not four times.
        Assert.That(roots.Min(Allocated), Is.EqualTo(64), "the arrays are the pool's, a reason has 64 bytes");

        long Allocated(CancellationNode root)
        {
            var reason = Reasons.At(CancellationKind.User);
            var before = GC.GetAllocatedBytesForCurrentThread();
            root.Cancel(reason);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Test]
    public void However_deep_a_chain_is_its_nodes_share_the_reasons_of_a_chain_of_causes()
    {
        // The request's own, sixteen with 1 to 16 causes, and the seventeenth is the cut one: its parent and the seven next causes, then the root. That is what
        // the eighth node got, so it is the same instance, and all below take turns with those of the eighth to the sixteenth.
        var nodes = new List<CancellationNode> { new() };
        for (var i = 0; i < 1_000; i++)
        {
            nodes.Add(nodes[^1].CreateChild());
        }

        nodes[0].Cancel(Reasons.At(CancellationKind.User));
        Assert.That(nodes.Select(node => node.Reason).Distinct(ReferenceEqualityComparer.Instance).Count(), Is.EqualTo(17));
        for (var i = 1; i < nodes.Count; i++)
        {
            var expected = new CancellationReason(CancellationKind.ParentCancelled, "", Reasons.Start, cause: nodes[i - 1].Reason);
            Assert.That(nodes[i].Reason, Is.EqualTo(expected));
        }
    }

    [Test]
    public void A_cut_chain_that_says_something_else_further_up_is_not_taken_for_what_follows_it()
    {
        // Six causes of the request's own in different words: the cut chains go without them, and are made once.
        CancellationReason? cause = null;
        for (var i = 0; i < 6; i++)
        {
            cause = new CancellationReason(CancellationKind.User, $"T{i}", Reasons.Start, cause: cause);
        }

        var nodes = new List<CancellationNode> { new() };
        for (var i = 0; i < 100; i++)
        {
            nodes.Add(nodes[^1].CreateChild());
        }

        nodes[0].Cancel(cause!);
        for (var i = 1; i < nodes.Count; i++)
        {
            var expected = new CancellationReason(CancellationKind.ParentCancelled, "", Reasons.Start, cause: nodes[i - 1].Reason);
            Assert.That(nodes[i].Reason, Is.EqualTo(expected));
        }

        // 5 causes at the top, one more each level to 16: twelve. Then the cut ones with 8 causes to 16 above the root: nine. Then those again.
        Assert.That(nodes.Select(node => node.Reason).Distinct(ReferenceEqualityComparer.Instance).Count(), Is.EqualTo(12 + 9));
    }

    [Test]
    public void A_request_keeps_nothing_of_the_tree_alive()
    {
        var leaf = CancelForgotten();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.That(leaf.IsAlive, Is.False);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference CancelForgotten()
        {
            var root = new CancellationNode();
            var leaf = root.CreateChild();
            leaf.Register(static _ => { });
            root.Cancel(Reasons.At(CancellationKind.User));
            return new WeakReference(leaf);
        }
    }

    [Test]
    public void A_child_costs_64_bytes_and_its_end_none()
    {
        // The runtime may allocate something of its own while it compiles: not three times.
        var root = new CancellationNode();
        Assert.That(Enumerable.Range(0, 3).Min(_ => Allocated()), Is.EqualTo(100 * 64));

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                root.CreateChild().Dispose();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static EventLog Cancel(CancellationNode root)
    {
        var log = new EventLog();
        using (log.Observe())
        {
            root.Cancel(Reasons.At(CancellationKind.User));
        }

        return log;
    }

    private static void OnSmallStack(Action body)
    {
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    body();
                }
                catch (Exception e)
                {
                    failure = e;
                }
            },
            maxStackSize: 256 * 1024);
        thread.Start();
        thread.Join();
        Assert.That(failure, Is.Null);
    }
}
