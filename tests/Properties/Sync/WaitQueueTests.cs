using Lab.Core.Scheduling;
using Lab.Seeds;
using NUnit.Framework;

namespace Lab.Properties.Sync;

[TestFixture]
internal sealed class WaitQueueTests
{
    [Test]
    public void Random_operations_agree_with_a_list([Range(0, 19)] int seed)
    {
        var prng = new Prng(new Seed((ulong)seed));
        var queue = default(WaitQueue);
        var model = new List<WaitNode>();
        for (var step = 0; step < 2_000; step++)
        {
            switch (prng.Next(4))
            {
                case 0 or 1 when model.Count < 12:
                    var node = new WaitNode();
                    queue.Enqueue(node);
                    model.Add(node);
                    break;
                case 2:
                    var expected = model.Count == 0 ? null : model[0];
                    Assert.That(queue.Dequeue(), Is.SameAs(expected));
                    model.Remove(expected!);
                    break;
                case 3 when model.Count > 0:
                    var victim = model[prng.Next(model.Count)];
                    queue.Remove(victim);
                    model.Remove(victim);
                    Assert.That((victim.Next, victim.Previous), Is.EqualTo(((WaitNode?)null, (WaitNode?)null)));
                    break;
            }

            Assert.That(queue.Count, Is.EqualTo(model.Count));
            Assert.That(queue.Head, Is.SameAs(model.Count == 0 ? null : model[0]));
            Assert.That(Walk(queue), Is.EqualTo(model));
        }
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public void Unlinking_head_middle_or_tail_keeps_the_others_in_order(int index)
    {
        var queue = default(WaitQueue);
        var nodes = Enumerable.Range(0, 3).Select(_ => new WaitNode()).ToList();
        foreach (var node in nodes)
        {
            queue.Enqueue(node);
        }

        queue.Remove(nodes[index]);
        var late = new WaitNode();
        queue.Enqueue(late);
        nodes.RemoveAt(index);
        nodes.Add(late);

        Assert.That(new[] { queue.Dequeue(), queue.Dequeue(), queue.Dequeue(), queue.Dequeue() }, Is.EqualTo(nodes.Append(null)));
    }

    private static List<WaitNode> Walk(WaitQueue queue)
    {
        var nodes = new List<WaitNode>();
        for (var node = queue.Head; node is not null; node = node.Next)
        {
            nodes.Add(node);
        }

        return nodes;
    }
}
