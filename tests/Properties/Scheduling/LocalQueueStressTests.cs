using Lab.Core.Scheduling;
using NUnit.Framework;

namespace Lab.Properties.Scheduling;

/// <summary>Several threads at one ring: each entry is had exactly once, and nobody sees them out of order.</summary>
[TestFixture, FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LocalQueueStressTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ScriptedTask _task = new PickBed().Queued("x");

    // Greedy thieves take a few entries at a time; lazy ones find the ring full and take half of it.
    [TestCase(1, 0)]
    [TestCase(3, 0)]
    [TestCase(1, 500)]
    [TestCase(3, 500)]
    public void Nothing_is_lost_or_doubled_between_an_owner_and_thieves(int thieves, int laziness)
    {
        const int Items = 300_000;
        var (queue, overflow) = (new LocalQueue(), new Injector());
        var isOver = false;
        var stolen = Enumerable.Range(0, thieves).Select(_ => new List<int>()).ToArray();
        var threads = stolen.Select(mine => new Thread(() =>
        {
            var own = new LocalQueue();
            while (!Volatile.Read(ref isOver) || !queue.IsEmpty)
            {
                queue.StealInto(own);
                while (own.TryPop(out var entry))
                {
                    mine.Add(entry.Sequence);
                }

                Thread.SpinWait(laziness);
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());

        var popped = new List<int>();
        var random = new Random(thieves);
        for (var i = 0; i < Items; i++)
        {
            queue.Push(new QueueEntry(_task, i), overflow);
            if (laziness == 0 && random.Next(3) == 0 && queue.TryPop(out var entry))
            {
                popped.Add(entry.Sequence);
            }
        }

        while (queue.TryPop(out var entry))
        {
            popped.Add(entry.Sequence);
        }

        Volatile.Write(ref isOver, true);
        Assert.That(threads.All(thread => thread.Join(s_patience)), Is.True);

        var overflown = new List<int>();
        while (overflow.Ready.TryPop(out var entry))
        {
            overflown.Add(entry.Sequence);
        }

        Assert.That(popped, Is.Ordered);
        foreach (var mine in stolen)
        {
            Assert.That(mine, Is.Ordered);
        }

        AssertEachOnce(Items, [popped, overflown, .. stolen]);
    }

    [Test]
    public void Nothing_is_lost_or_doubled_while_the_owner_drops_what_has_died([Values(1, 3)] int thieves, [Values] bool apart)
    {
        // The owner claims every other of its newest, or two of them, as nested joins do, and leaves the rest to the ring; now and then it pops the oldest.
        // Thieves take the older half. Whoever claims an entry has its task.
        const int Items = 200_000;
        var bed = new PickBed();
        var (queue, overflow) = (new LocalQueue(), new Injector());
        var isOver = false;
        var had = Enumerable.Range(0, thieves + 1).Select(_ => new List<RuntimeTask>()).ToArray();
        var threads = had.Skip(1).Select(mine => new Thread(() =>
        {
            var own = new LocalQueue();
            while (!Volatile.Read(ref isOver) || !queue.IsEmpty)
            {
                queue.StealInto(own);
                ClaimAll(own, mine);
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());

        var random = new Random(thieves);
        var open = new Stack<ScriptedTask>();
        for (var i = 0; i < Items; i++)
        {
            var task = bed.Queued("x");
            if (apart)
            {
                queue.PushNewest(task, overflow);
            }
            else
            {
                queue.Push(new QueueEntry(task), overflow);
            }

            open.Push(task);
            for (var n = i % 2 * (1 + random.Next(2)); n > 0 && open.TryPop(out var newest); n--)
            {
                if (newest.Wake.IsQueued(out var sequence) && newest.Wake.TryBegin(sequence))
                {
                    had[0].Add(newest);
                    queue.DropDead(newest);
                }
            }

            if (i % 2 != 0)
            {
                open.Clear();
            }

            if (random.Next(8) == 0 && queue.TryPop(out var entry) && entry.TryBegin())
            {
                had[0].Add(entry.Task);
            }
        }

        ClaimAll(queue, had[0]);
        Volatile.Write(ref isOver, true);
        Assert.That(threads.All(thread => thread.Join(s_patience)), Is.True);
        while (overflow.Ready.TryPop(out var entry))
        {
            if (entry.TryBegin())
            {
                had[0].Add(entry.Task);
            }
        }

        Assert.That(had.Sum(tasks => tasks.Count), Is.EqualTo(Items));
        Assert.That(had.SelectMany(tasks => tasks).Distinct().Count(), Is.EqualTo(Items));
        Assert.That(queue.Room, Is.EqualTo(LocalQueue.Capacity));
    }

    private static void ClaimAll(LocalQueue queue, List<RuntimeTask> mine)
    {
        while (queue.TryPop(out var entry))
        {
            if (entry.TryBegin())
            {
                mine.Add(entry.Task);
            }
        }
    }

    [Test]
    public void Thieves_in_opposite_directions_do_not_lock_each_other_out()
    {
        // Two owners push, pop, and steal from each other all the time. Both end, and together they had everything once.
        const int Items = 100_000;
        var queues = new[] { new LocalQueue(), new LocalQueue() };
        var overflow = new Injector();
        var had = new[] { new List<int>(), new List<int>() };
        var finished = 0;
        var threads = Enumerable.Range(0, 2).Select(me => new Thread(() =>
        {
            var (own, other) = (queues[me], queues[1 - me]);
            var random = new Random(me);
            for (var i = 0; i < Items; i++)
            {
                own.Push(new QueueEntry(_task, (2 * i) + me), overflow);
                if (random.Next(4) == 0)
                {
                    other.StealInto(own);
                }

                for (var n = random.Next(3); n > 0 && own.TryPop(out var entry); n--)
                {
                    had[me].Add(entry.Sequence);
                }
            }

            Interlocked.Increment(ref finished);
            while (Volatile.Read(ref finished) < 2 || !own.IsEmpty || !other.IsEmpty)
            {
                other.StealInto(own);
                while (own.TryPop(out var entry))
                {
                    had[me].Add(entry.Sequence);
                }
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Assert.That(threads.All(thread => thread.Join(s_patience)), Is.True);

        var overflown = new List<int>();
        while (overflow.Ready.TryPop(out var entry))
        {
            overflown.Add(entry.Sequence);
        }

        AssertEachOnce(2 * Items, [had[0], had[1], overflown]);
    }

    private static void AssertEachOnce(int items, IEnumerable<List<int>> parts)
    {
        var seen = new int[items];
        foreach (var item in parts.SelectMany(part => part))
        {
            seen[item]++;
        }

        Assert.That(seen.Count(count => count == 0), Is.Zero, "lost");
        Assert.That(seen.Count(count => count > 1), Is.Zero, "doubled");
    }
}
