using Lab.Core.Scheduling;
using NUnit.Framework;

namespace Lab.Properties.Scheduling;

/// <summary>One thread: what the ring does is what lists would do.</summary>
[TestFixture, FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LocalQueueTests
{
    private readonly PickBed _bed = new();
    private readonly Injector _overflow = new();

    [Test]
    public void It_is_first_in_first_out()
    {
        var queue = new LocalQueue();
        Push(queue, 0, 5);
        Assert.That(Drain(queue), Is.EqualTo(Enumerable.Range(0, 5)));
        Assert.That(queue.TryPop(out _), Is.False);
    }

    [Test]
    public void Overflow_sends_the_older_half_and_the_new_entry_to_the_injector()
    {
        var queue = new LocalQueue();
        Push(queue, 0, LocalQueue.Capacity + 1);

        // 0..127 are the older half; 256 did not fit; 128..255 stay.
        Assert.That(Drain(_overflow.Ready), Is.EqualTo(Enumerable.Range(0, 128).Append(256)));
        Assert.That(Drain(queue), Is.EqualTo(Enumerable.Range(128, 128)));
    }

    [TestCase(1, 1)]
    [TestCase(2, 1)]
    [TestCase(5, 3)]
    [TestCase(255, 128)]
    [TestCase(256, 128)]
    public void A_thief_takes_the_older_half_in_order(int present, int taken)
    {
        var (victim, thief) = (new LocalQueue(), new LocalQueue());
        Push(victim, 0, present);
        Push(thief, 1_000, 2);
        Assert.That(victim.StealInto(thief), Is.EqualTo(taken));
        Assert.That(Drain(thief), Is.EqualTo(new[] { 1_000, 1_001 }.Concat(Enumerable.Range(0, taken))));
        Assert.That(Drain(victim), Is.EqualTo(Enumerable.Range(taken, present - taken)));
    }

    [Test]
    public void Nothing_is_stolen_from_an_empty_queue_or_into_one_without_room()
    {
        var (victim, thief) = (new LocalQueue(), new LocalQueue());
        Assert.That(victim.StealInto(thief), Is.Zero);
        Push(victim, 0, 10);
        Push(thief, 100, 129);
        Assert.That(victim.StealInto(thief), Is.Zero);
        Assert.That(victim.Count, Is.EqualTo(10));
        thief.TryPop(out _);
        Assert.That(victim.StealInto(thief), Is.EqualTo(5));
    }

    [Test]
    public void A_thief_that_is_held_up_keeps_what_it_claimed_and_holds_up_nobody()
    {
        var (victim, thief, other) = (new LocalQueue(), new LocalQueue(), new LocalQueue());
        Push(victim, 0, LocalQueue.Capacity);
        Assert.That(victim.TryClaimHalf(out var first, out var count), Is.True);
        Assert.That(count, Is.EqualTo(128));

        // The ring has no room until the thief is done: new entries go to the injector, one by one.
        Push(victim, 256, 3);
        Assert.That(Drain(_overflow.Ready), Is.EqualTo(new[] { 256, 257, 258 }));
        Assert.That(victim.StealInto(other), Is.Zero, "a second thief does not wait");
        Assert.That(victim.TryPop(out var oldest) && oldest.Sequence == 128, Is.True, "nor does the owner");
        Push(victim, 259, 1);
        Assert.That(Drain(_overflow.Ready), Is.EqualTo(new[] { 259 }), "a pop alone frees no cell");

        victim.MoveClaimed(thief, first, count);
        Assert.That(victim.Room, Is.EqualTo(129));
        Push(victim, 260, 2);
        Assert.That(Drain(thief), Is.EqualTo(Enumerable.Range(0, 128)));
        Assert.That(Drain(victim), Is.EqualTo(Enumerable.Range(129, 127).Concat([260, 261])));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Every_sequence_agrees_with_lists((byte Kind, byte Amount)[] operations)
    {
        var (a, b) = (new LocalQueue(), new LocalQueue());
        var (modelA, modelB, modelOverflow) = (new List<int>(), new List<int>(), new List<int>());
        var overflow = new Injector();
        var next = 0;
        foreach (var (kind, amount) in operations)
        {
            switch (kind % 4)
            {
                case 0:
                    for (var i = 0; i < amount; i++, next++)
                    {
                        a.Push(Entry(next), overflow);
                        PushModel(modelA, modelOverflow, next);
                    }

                    break;
                case 1:
                    for (var i = 0; i < amount; i++)
                    {
                        Assert.That(a.TryPop(out var entry), Is.EqualTo(modelA.Count > 0));
                        if (modelA.Count > 0)
                        {
                            Assert.That(entry.Sequence, Is.EqualTo(modelA[0]));
                            modelA.RemoveAt(0);
                        }
                    }

                    break;
                case 2:
                    Assert.That(a.StealInto(b), Is.EqualTo(StealModel(modelA, modelB)));
                    break;
                default:
                    Assert.That(b.StealInto(a), Is.EqualTo(StealModel(modelB, modelA)));
                    break;
            }

            Assert.That((a.Count, b.Count), Is.EqualTo((modelA.Count, modelB.Count)));
        }

        Assert.That(Drain(a), Is.EqualTo(modelA));
        Assert.That(Drain(b), Is.EqualTo(modelB));
        Assert.That(Drain(overflow.Ready), Is.EqualTo(modelOverflow));
    }

    [Test]
    public void A_dead_entry_leaves_from_either_end_and_takes_the_dead_below_it_along()
    {
        var queue = new LocalQueue();
        var tasks = Enumerable.Range(0, 5).Select(i => _bed.Queued($"{i}")).ToArray();
        Array.ForEach(tasks, task => queue.Push(new QueueEntry(task), _overflow));

        Kill(2);
        Assert.That(queue.Count, Is.EqualTo(5), "in the middle it stays");
        Kill(0);
        Assert.That(queue.Count, Is.EqualTo(4), "the oldest leaves");
        Kill(3);
        Assert.That(queue.Count, Is.EqualTo(4), "in the middle it stays");
        Kill(4);
        Assert.That(queue.Count, Is.EqualTo(1), "the newest leaves, and 3 and 2 with it");
        Kill(1);
        Assert.That((queue.Count, queue.Room), Is.EqualTo((0, LocalQueue.Capacity)));
        Push(queue, 7, 1);
        Assert.That(Drain(queue), Is.EqualTo(new[] { 7 }));

        void Kill(int number)
        {
            tasks[number].Wake.TryPromote();
            queue.DropDead(tasks[number]);
        }
    }

    [Test]
    public void The_entry_of_a_spawned_task_stands_apart_until_another_comes()
    {
        var queue = new LocalQueue();
        var tasks = Enumerable.Range(0, 4).Select(i => _bed.Queued($"{i}")).ToArray();
        queue.PushNewest(tasks[0], _overflow);
        Assert.That((queue.Count, queue.Room), Is.EqualTo((1, LocalQueue.Capacity)), "the ring has nothing of it");
        queue.PushNewest(tasks[1], _overflow);
        Assert.That((queue.Count, queue.Room), Is.EqualTo((2, LocalQueue.Capacity - 1)));
        queue.Push(new QueueEntry(tasks[2]), _overflow);
        Assert.That((queue.Count, queue.Room, queue.HasNewest), Is.EqualTo((3, LocalQueue.Capacity - 3, false)));
        queue.PushNewest(tasks[3], _overflow);
        Assert.That(DrainLiving(queue), Is.EqualTo(tasks), "in the order in which they came");
    }

    [Test]
    public void One_that_dies_apart_leaves_the_ring_alone()
    {
        var queue = new LocalQueue();
        var (ring, apart) = (_bed.Queued("r"), _bed.Queued("a"));
        queue.Push(new QueueEntry(ring), _overflow);
        queue.PushNewest(apart, _overflow);
        apart.Wake.TryPromote();
        queue.DropDead(apart);
        Assert.That((queue.Count, queue.HasNewest), Is.EqualTo((1, false)));
        Assert.That(DrainLiving(queue), Is.EqualTo(new[] { ring }));
    }

    [TestCase(0, 1)]
    [TestCase(1, 1)]
    [TestCase(2, 2)]
    [TestCase(4, 3)]
    public void A_thief_takes_the_older_half_of_all_and_the_one_apart_only_if_it_is_alone(int inRing, int taken)
    {
        // With the one apart there are n + 1, of which the older half is rounded up: of 1 it is that one, of 2 the one in the ring.
        var (victim, thief) = (new LocalQueue(), new LocalQueue());
        var tasks = Enumerable.Range(0, inRing + 1).Select(i => _bed.Queued($"{i}")).ToArray();
        Array.ForEach(tasks[..^1], task => victim.Push(new QueueEntry(task), _overflow));
        victim.PushNewest(tasks[^1], _overflow);
        Assert.That(victim.StealInto(thief), Is.EqualTo(taken));
        Assert.That(DrainLiving(thief), Is.EqualTo(tasks[..taken]));
        Assert.That(DrainLiving(victim), Is.EqualTo(tasks[taken..]));
    }

    [Test]
    public void A_thief_leaves_what_stands_apart_and_has_begun()
    {
        var (victim, thief) = (new LocalQueue(), new LocalQueue());
        var task = _bed.Queued("x");
        victim.PushNewest(task, _overflow);
        Assert.That(task.Wake.TryBegin(task.Wake.Sequence));
        Assert.That(victim.StealInto(thief), Is.Zero);
        Assert.That((victim.IsEmpty, thief.IsEmpty), Is.EqualTo((true, true)));
    }

    [Test]
    public void What_a_thief_has_claimed_is_not_dropped()
    {
        var (queue, thief) = (new LocalQueue(), new LocalQueue());
        var tasks = Enumerable.Range(0, 3).Select(i => _bed.Queued($"{i}")).ToArray();
        Array.ForEach(tasks, task => queue.Push(new QueueEntry(task), _overflow));
        Assert.That(queue.TryClaimHalf(out var first, out var count), Is.True);
        foreach (var task in tasks)
        {
            task.Wake.TryPromote();
        }

        queue.DropDead(tasks[2]);
        Assert.That((queue.Count, queue.Room), Is.EqualTo((0, LocalQueue.Capacity - 2)));
        queue.MoveClaimed(thief, first, count);
        Assert.That((queue.Room, thief.Count), Is.EqualTo((LocalQueue.Capacity, 2)));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Whatever_dies_the_living_come_in_order_and_once((byte Kind, byte Pick)[] operations)
    {
        var (a, b) = (new LocalQueue(), new LocalQueue());
        var (modelA, modelB) = (new List<ScriptedTask>(), new List<ScriptedTask>());
        foreach (var (kind, pick) in operations)
        {
            switch (kind % 5)
            {
                case < 2:
                    var task = _bed.Queued("x");
                    if (pick % 2 == 0)
                    {
                        a.Push(new QueueEntry(task), _overflow);
                    }
                    else
                    {
                        a.PushNewest(task, _overflow);
                    }

                    modelA.Add(task);
                    break;
                case 2 when modelA.Count > 0:
                    // The newest, the oldest, or one between.
                    var dead = modelA[pick % 3 == 0 ? 0 : pick % 3 == 1 ? modelA.Count - 1 : pick % modelA.Count];
                    dead.Wake.TryPromote();
                    modelA.Remove(dead);
                    a.DropDead(dead);
                    break;
                case 3:
                    Assert.That(PopLiving(a), Is.SameAs(modelA.FirstOrDefault()));
                    modelA.RemoveRange(0, Math.Min(1, modelA.Count));
                    break;
                case 4:
                    // Dead ones count for a thief; what it took is seen in what is left.
                    a.StealInto(b);
                    var left = Living(a);
                    modelB.AddRange(modelA.GetRange(0, modelA.Count - left));
                    modelA.RemoveRange(0, modelA.Count - left);
                    break;
            }

            Assert.That(a.HasLive(), Is.EqualTo(modelA.Count > 0));
            Assert.That(a.Count + a.Room, Is.EqualTo(LocalQueue.Capacity + (a.HasNewest ? 1 : 0)));
        }

        Assert.That(DrainLiving(a), Is.EqualTo(modelA));
        Assert.That(DrainLiving(b), Is.EqualTo(modelB));
    }

    [Test]
    public void Taken_cells_hold_no_task()
    {
        var (queue, thief) = (new LocalQueue(), new LocalQueue());
        var tasks = PushNewTasks(queue, LocalQueue.Capacity + 1);
        queue.StealInto(thief);
        Drain(queue);
        Drain(thief);
        Drain(_overflow.Ready);
        tasks.AddRange(DropNewTasks(queue, 3));
        GC.Collect();
        Assert.That(tasks.Count(task => task.TryGetTarget(out _)), Is.Zero);
        GC.KeepAlive(queue);
        GC.KeepAlive(thief);
        GC.KeepAlive(_overflow);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private List<WeakReference<ScriptedTask>> PushNewTasks(LocalQueue queue, int count)
    {
        var tasks = new List<WeakReference<ScriptedTask>>();
        for (var i = 0; i < count; i++)
        {
            var task = _bed.Queued("x");
            tasks.Add(new WeakReference<ScriptedTask>(task));
            queue.Push(new QueueEntry(task), _overflow);
        }

        return tasks;
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private List<WeakReference<ScriptedTask>> DropNewTasks(LocalQueue queue, int count)
    {
        var tasks = PushNewTasks(queue, count);
        ScriptedTask? newest = null;
        foreach (var reference in tasks)
        {
            reference.TryGetTarget(out newest);
            newest!.Wake.TryPromote();
        }

        queue.DropDead(newest!);
        Assert.That(queue.IsEmpty, Is.True);
        return tasks;
    }

    private static RuntimeTask? PopLiving(LocalQueue queue)
    {
        while (queue.TryPop(out var entry))
        {
            if (entry.TryBegin())
            {
                return entry.Task;
            }
        }

        return null;
    }

    private static List<RuntimeTask> DrainLiving(LocalQueue queue)
    {
        var tasks = new List<RuntimeTask>();
        while (PopLiving(queue) is { } task)
        {
            tasks.Add(task);
        }

        return tasks;
    }

    /// <summary>Counted by moving every entry once around the ring.</summary>
    private int Living(LocalQueue queue)
    {
        var living = 0;
        for (var i = queue.Count; i > 0; i--)
        {
            queue.TryPop(out var entry);
            living += entry.IsLive ? 1 : 0;
            queue.Push(entry, _overflow);
        }

        return living;
    }

    private static void PushModel(List<int> queue, List<int> overflow, int item)
    {
        if (queue.Count == LocalQueue.Capacity)
        {
            overflow.AddRange(queue.GetRange(0, LocalQueue.Half));
            overflow.Add(item);
            queue.RemoveRange(0, LocalQueue.Half);
        }
        else
        {
            queue.Add(item);
        }
    }

    private static int StealModel(List<int> victim, List<int> thief)
    {
        if (LocalQueue.Capacity - thief.Count < LocalQueue.Half)
        {
            return 0;
        }

        var taken = Math.Min((victim.Count + 1) / 2, LocalQueue.Half);
        thief.AddRange(victim.GetRange(0, taken));
        victim.RemoveRange(0, taken);
        return taken;
    }

    private QueueEntry Entry(int number) => new(_someTask ??= _bed.Queued("x"), number);

    private ScriptedTask? _someTask;

    private void Push(LocalQueue queue, int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            queue.Push(Entry(i), _overflow);
        }
    }

    private static List<int> Drain(LocalQueue queue)
    {
        var items = new List<int>();
        while (queue.TryPop(out var entry))
        {
            items.Add(entry.Sequence);
        }

        return items;
    }

    private static List<int> Drain(FifoLane lane)
    {
        var items = new List<int>();
        while (lane.TryPop(out var entry))
        {
            items.Add(entry.Sequence);
        }

        return items;
    }
}
