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
            }
            else if (chance == 9 && model.Count > 0)
            {
                // One that gives up, often the one that was fetched last.
                var victim = prng.Next(2) == 0 && line.Fetched is { } fetched ? fetched : model[prng.Next(model.Count)];
                line.Remove(victim);
                model.Remove(victim);
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

        // The first to be fetched is the one after the head.
        Assert.That(line.Fetched, Is.SameAs(nodes[WaitLine.Ahead]));
        Assert.That(line.Dequeue(), Is.SameAs(nodes[0]));
        line.Enqueue(nodes[0]);
        Assert.That(line.Fetched, Is.SameAs(nodes[WaitLine.Ahead + 1]), "one goes, and another is fetched as one comes");
    }
}
