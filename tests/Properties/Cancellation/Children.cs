using System.Runtime.CompilerServices;
using Lab.Core.Cancellation;
using Lab.Properties.Memory;
using NUnit.Framework;

namespace Lab.Properties.Cancellation;

/// <summary>How a node keeps its children: in order, without those that have left, and without keeping those alive.</summary>
[TestFixture]
internal sealed class Children
{
    private static readonly CancellationReason User = Reasons.At(CancellationKind.User);

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void Whoever_comes_and_leaves_those_that_are_there_stand_in_the_order_of_their_coming((byte Kind, byte Which)[] steps) =>
        Follow(steps.Select(step => ((int)step.Kind, (int)step.Which)));

    [Test]
    public void So_they_do_when_there_are_hundreds([Values(1, 2, 3)] int seed)
    {
        // Two come for each that leaves, then two leave for each that comes.
        var random = new Random(seed);
        Follow(Enumerable.Range(0, 4_000).Select(i => (random.Next(i % 2_000 < 1_000 ? 170 : 85, i % 2_000 < 1_000 ? 256 : 230), random.Next(1 << 16))));
    }

    private static void Follow(IEnumerable<(int Kind, int Which)> steps)
    {
        var root = new CancellationNode();
        var (model, left) = (new List<CancellationNode>(), new List<CancellationNode>());
        foreach (var (kind, which) in steps)
        {
            if (kind >= 200 || model.Count == 0)
            {
                model.Add(kind % 2 == 0 ? root.CreateChild() : Attached(root));
            }
            else
            {
                // A branch leaves by itself, unless it has a listener; a node that may be attached again leaves under the gate.
                var leaving = model[which % model.Count];
                model.Remove(leaving);
                left.Add(leaving);
                Leave(leaving, which % 3 == 0);
            }

            var nodes = new List<CancellationNode>();
            root.CollectDescendants(nodes);
            Assert.That(nodes, Is.EqualTo(model));
            Assert.That((root.ChildCount, root.HasChildren), Is.EqualTo((model.Count, model.Count > 0)));
        }

        root.Cancel(User);
        Assert.That(model.TrueForAll(node => node.IsCancellationRequested));
        Assert.That(left.TrueForAll(node => !node.IsCancellationRequested));
    }

    private static void Leave(CancellationNode node, bool withListener)
    {
        if (withListener)
        {
            node.Register(reason => Assert.Fail("it has left"));
        }

        if (node is CancellationBranch branch)
        {
            branch.Dispose();
            branch.Dispose();
        }
        else
        {
            Assert.That(node.Detach(), Is.True);
        }

        Assert.That(node.Parent, Is.Null);
    }

    private static ProbeNode Attached(CancellationNode root)
    {
        var node = new ProbeNode();
        node.Attach(root);
        return node;
    }

    [Test]
    public void A_child_that_has_left_hears_nothing_though_its_parent_has_it_in_its_slot([Values(1, 3)] int many)
    {
        var root = new CancellationNode();
        var children = Enumerable.Range(0, many).Select(_ => root.CreateChild()).ToArray();
        children[0].Dispose();
        root.Cancel(User);
        Assert.That(children.Select(child => child.IsCancellationRequested), Is.EqualTo(Enumerable.Range(0, many).Select(i => i > 0)));
        Assert.That(children[0].Cancel(User), Is.True, "it can still be cancelled itself");
    }

    [Test]
    public void A_child_that_has_nothing_leaves_without_a_gate()
    {
        var root = new CancellationNode();
        var log = new EventLog();
        using (log.Observe())
        {
            for (var i = 0; i < 1_000; i++)
            {
                root.CreateChild().Dispose();
            }
        }

        Assert.That(log.GatesEntered, Is.EqualTo(1_000), "each is linked under it");
    }

    [Test]
    public void Of_many_children_that_leave_in_any_order_one_in_thousands_sweeps()
    {
        // 1,024 slots. A sweep comes with more than half of them ended, then half of the half that are left, down to 16 slots, of which nine have ended: 513,
        // 256 of 511, 128 of 255, 64 of 127, 32 of 63, 16 of 31, and nine of 15. The last six are too few.
        var root = new CancellationNode();
        var children = Enumerable.Range(0, 1_024).Select(_ => root.CreateChild()).ToArray();
        new Random(1).Shuffle(children);
        var log = new EventLog();
        using (log.Observe())
        {
            Array.ForEach(children, child => child.Dispose());
        }

        Assert.That(log.GatesEntered, Is.EqualTo(7));
        Assert.That(root.HasChildren, Is.False);
    }

    [Test]
    public void Of_children_that_have_ended_the_parent_keeps_half_of_its_slots_at_most([Values(10, 1_000)] int many)
    {
        var root = new CancellationNode();
        var (kept, ended) = Make();
        for (var generation = 0; generation < 3; generation++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.That(ended.Count(child => child.IsAlive), Is.LessThanOrEqualTo(Math.Max(8, (many + 2) / 2)));
        GC.KeepAlive(root);
        GC.KeepAlive(kept);

        [MethodImpl(MethodImplOptions.NoInlining)]
        (CancellationNode Kept, List<WeakReference> Ended) Make()
        {
            // One in front and one at the end stay, so that the ends of the list do not free what is between them.
            var first = root.CreateChild();
            var children = Enumerable.Range(0, many).Select(_ => root.CreateChild()).ToList();
            root.CreateChild();
            children.ForEach(child => child.Dispose());
            return (first, children.ConvertAll(child => new WeakReference(child)));
        }
    }

    [TestCase("listener")]
    [TestCase("token")]
    [TestCase("child")]
    public void What_belongs_to_a_child_that_has_ended_is_not_kept_alive_by_its_parent(string what)
    {
        var root = new CancellationNode();
        var child = Make();
        for (var generation = 0; generation < 3; generation++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.That(child.IsAlive, Is.False);
        GC.KeepAlive(root);

        [MethodImpl(MethodImplOptions.NoInlining)]
        WeakReference Make()
        {
            var (before, child, after) = (root.CreateChild(), root.CreateChild(), root.CreateChild());
            _ = what switch
            {
                "listener" => child.Register(_ => { }),
                "token" => child.Token.CanBeCanceled,
                _ => (object)child.CreateChild(),
            };
            child.Dispose();
            Assert.That((before.Parent, child.Parent, after.Parent), Is.EqualTo((root, (CancellationNode?)null, root)));
            return new WeakReference(child);
        }
    }

    [Test]
    public void A_child_that_leaves_at_any_moment_of_another_s_coming_is_gone_and_the_other_is_there() => GateBoundary.Each(() =>
    {
        var root = new CancellationNode();
        var children = Enumerable.Range(0, 4).Select(_ => root.CreateChild()).ToArray();
        CancellationBranch? late = null;
        return (
            () => late = root.CreateChild(),
            () =>
            {
                children[3].Dispose();
                children[1].Dispose();
            },
            () =>
            {
                var nodes = new List<CancellationNode>();
                root.CollectDescendants(nodes);
                Assert.That(nodes, Is.EqualTo(new[] { children[0], children[2], late }));
            });
    });
}
