using Lab.Core.Scheduling;
using Lab.Seeds;
using NUnit.Framework;

namespace Lab.Properties.Sync;

[TestFixture]
internal sealed class WaitLineTests
{
    [Test]
    public void Random_operations_agree_with_a_list_however_long_it_is([Range(0, 9)] int seed)
    {
        // It grows to half as many again as begin to be fetched, and goes down to nothing, several times.
        const int Most = WaitLine.Crowd * 3 / 2;
        var prng = new Prng(new Seed((ulong)seed));
        var line = default(WaitLine);
        var model = new List<WaitNode>();
        var (grows, hasFetched) = (true, false);
        for (var step = 0; step < 10_000; step++)
        {
            var chance = prng.Next(10);
            if (chance < (grows ? 7 : 2))
            {
                var node = new WaitNode();
                line.Enqueue(node);
                model.Add(node);
                AssertKnowsThird(line, model);
            }
            else if (chance == 9 && model.Count > 0)
            {
                // One that gives up, often the one that was fetched last.
                var victim = prng.Next(2) == 0 && line.Fetched is { } fetched ? fetched : model[prng.Next(model.Count)];
                line.Remove(victim);
                model.Remove(victim);
                AssertIsForgotten(victim);
            }
            else
            {
                Assert.That(line.Dequeue(), Is.SameAs(model.Count == 0 ? null : model[0]));
                model.RemoveRange(0, Math.Min(1, model.Count));
            }

            grows = model.Count < Most && (grows || model.Count == 0);
            hasFetched |= line.Fetched is not null;
            Assert.That((line.Count, line.IsEmpty), Is.EqualTo((model.Count, model.Count == 0)));
            Assert.That(line.Fetched is null || model.Contains(line.Fetched), "it points to nobody who has left");
            if (step % 10 == 0)
            {
                AssertKnowsNobodyWrong(model);
            }
        }

        Assert.That(hasFetched);
    }

    [Test]
    public void A_short_line_fetches_nothing_and_a_long_one_so_many_at_most()
    {
        var line = default(WaitLine);
        var nodes = Enumerable.Range(0, WaitLine.Crowd * 2).Select(_ => new WaitNode()).ToArray();
        foreach (var node in nodes.AsSpan(0, WaitLine.Crowd - 1))
        {
            line.Enqueue(node);
        }

        Assert.That(line.Fetched, Is.Null);
        foreach (var node in nodes.AsSpan(WaitLine.Crowd - 1))
        {
            line.Enqueue(node);
        }

        // The first record to be fetched is the head's.
        Assert.That(line.Fetched, Is.SameAs(nodes[WaitLine.Ahead]));
        Assert.That(line.Dequeue(), Is.SameAs(nodes[0]));
        line.Enqueue(nodes[0]);
        Assert.That(line.Fetched, Is.SameAs(nodes[WaitLine.Ahead + 1]), "one goes, and another is fetched as one comes");
    }

    [Test]
    public void In_a_long_line_the_next_node_is_found_past_the_one_that_is_on_its_way()
    {
        var line = default(WaitLine);
        var nodes = Enumerable.Range(0, WaitLine.Crowd + 3).Select(_ => new WaitNode()).ToArray();
        foreach (var node in nodes)
        {
            line.Enqueue(node);
        }

        // The newcomers from the 512th on are known to those three places before them.
        Assert.That(nodes.Count(node => node.ThirdAfter is not null), Is.EqualTo(4));
        Assert.That(nodes[WaitLine.Crowd - 5].ThirdAfter, Is.Null);
        Assert.That(nodes[WaitLine.Crowd - 4].ThirdAfter, Is.SameAs(nodes[WaitLine.Crowd - 1]));
        Assert.That(nodes[^4].ThirdAfter, Is.SameAs(nodes[^1]));
        Assert.That(nodes[^6].ThirdAfter, Is.SameAs(nodes[^3]));

        line.Remove(nodes[^2]);
        Assert.That(nodes[^3].ThirdAfter, Is.Null, "it had none");
        Assert.That(nodes[^4].ThirdAfter, Is.Null, "what was its third is its second now");
        Assert.That(nodes[^5].ThirdAfter, Is.Null, "its third has left");
        Assert.That(nodes[^6].ThirdAfter, Is.SameAs(nodes[^3]), "nothing has changed for it");
        AssertIsForgotten(nodes[^2]);
    }

    private static void AssertKnowsThird(in WaitLine line, List<WaitNode> model)
    {
        if (line.Count >= WaitLine.Crowd)
        {
            Assert.That(model[^4].ThirdAfter, Is.SameAs(model[^1]));
        }
    }

    private static void AssertKnowsNobodyWrong(List<WaitNode> model)
    {
        for (var i = 0; i < model.Count; i++)
        {
            if (model[i].ThirdAfter is { } node && (i + 3 >= model.Count || !ReferenceEquals(node, model[i + 3])))
            {
                Assert.Fail($"of {model.Count}, number {i} knows another as its third than it has");
            }
        }
    }

    private static void AssertIsForgotten(WaitNode node) => Assert.That((node.Next, node.Previous, node.ThirdAfter), Is.EqualTo(((WaitNode?)null, (WaitNode?)null, (WaitNode?)null)));
}
