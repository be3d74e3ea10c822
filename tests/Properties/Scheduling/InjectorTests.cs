using Lab.Core.Scheduling;
using Lab.Properties.Memory;
using NUnit.Framework;

namespace Lab.Properties.Scheduling;

[TestFixture, FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class InjectorTests
{
    private readonly PickBed _bed = new();

    [Test]
    public void A_task_asked_to_cancel_goes_to_the_cancel_lane_even_if_it_has_a_deadline()
    {
        var injector = new Injector();
        var task = _bed.Queued("x");
        Assert.That(injector.TryPushToOwnLane(task), Is.False);
        task.Deadline = 5;
        Assert.That(injector.TryPushToOwnLane(task), Is.True);
        Assert.That((injector.Timed.Count, injector.Cancel.Count), Is.EqualTo((1, 0)));
        task.IsPromoted = true;
        Assert.That(injector.TryPushToOwnLane(task), Is.True);
        Assert.That((injector.Timed.Count, injector.Cancel.Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public void Equal_deadlines_are_first_in_first_out()
    {
        var lane = new TimedLane();
        for (var i = 0; i < 100; i++)
        {
            lane.Push(Entry(i), 7);
        }

        Assert.That(DrainUntil(lane, 7), Is.EqualTo(Enumerable.Range(0, 100)));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void The_timed_lane_agrees_with_a_sorted_list((bool IsPop, byte Time)[] operations)
    {
        var lane = new TimedLane();
        var model = new List<(long Deadline, int Number)>();
        var number = 0;
        foreach (var (isPop, time) in operations)
        {
            if (isPop)
            {
                var due = model.Where(x => x.Deadline <= time).OrderBy(x => x.Deadline).ThenBy(x => x.Number).Select(x => x.Number).ToList();
                model.RemoveAll(x => x.Deadline <= time);
                Assert.That(DrainUntil(lane, time), Is.EqualTo(due));
            }
            else
            {
                lane.Push(Entry(number), time);
                model.Add((time, number++));
            }

            Assert.That(lane.Count, Is.EqualTo(model.Count));
        }
    }

    [Test]
    public void A_stale_entry_reports_no_deadline()
    {
        _bed.Timed("a", 1, deadline: 9);
        var promoted = _bed.Queued("p");
        promoted.Deadline = 3;
        _bed.Injector.TryPushToOwnLane(promoted);
        Assert.That(_bed.Injector.Timed.NearestLive(), Is.EqualTo(3));
        _bed.Promote(promoted);
        Assert.That(_bed.Injector.Timed.NearestLive(), Is.EqualTo(9));
        Assert.That(_bed.Pick(3), Is.EqualTo("pa"));
        Assert.That(_bed.Injector.Timed.NearestLive(), Is.EqualTo(long.MaxValue));
    }

    [TestCase(10, 1, 10)]
    [TestCase(10, 2, 5)]
    [TestCase(10, 4, 3)]
    [TestCase(1, 4, 1)]
    [TestCase(1_000, 1, 129)]
    public void A_worker_takes_its_share_in_order(int present, int sharers, int taken)
    {
        // One for itself and a share of the rest, at most half a local queue.
        var lane = new FifoLane();
        for (var i = 0; i < present; i++)
        {
            lane.Push(Entry(i));
        }

        var queue = new LocalQueue();
        Assert.That(lane.PopBatch(queue, sharers, out var first), Is.EqualTo(taken));
        var all = new List<int> { first.Sequence };
        while (queue.TryPop(out var entry))
        {
            all.Add(entry.Sequence);
        }

        Assert.That(all, Is.EqualTo(Enumerable.Range(0, taken)));
        Assert.That(lane.Count, Is.EqualTo(present - taken));
    }

    [Test]
    public void A_batch_takes_no_more_than_there_is_room_for()
    {
        var (lane, queue) = (new FifoLane(), new LocalQueue());
        for (var i = 0; i < 10; i++)
        {
            lane.Push(Entry(i));
        }

        while (queue.Room > 3)
        {
            queue.TryPush(Entry(-1));
        }

        lane.PopBatch(queue, 1, out _);
        Assert.That((lane.Count, queue.Room), Is.EqualTo((6, 0)));
    }

    [Test]
    public void A_lane_knows_whose_entries_it_has_until_another_sends_some_or_it_was_empty()
    {
        var (lane, one, other) = (new FifoLane(), new LocalQueue(), new LocalQueue());
        Assert.That(Spiller(one), Is.SameAs(one));
        Assert.That(Spiller(one), Is.SameAs(one));
        Assert.That(Spiller(other), Is.Null, "of two");
        Assert.That(Spiller(one), Is.Null, "of two still");
        while (lane.TryPop(out _))
        {
        }

        Assert.That(Spiller(other), Is.SameAs(other), "anew");
        Assert.That(Spiller(null), Is.Null, "one from outside");
        Assert.That(Spiller(other), Is.Null);

        LocalQueue? Spiller(LocalQueue? sender)
        {
            lane.Push(Entry(0), sender);
            return lane.Spiller;
        }
    }

    [Test]
    public void A_lane_that_grows_in_the_middle_of_use_keeps_its_order()
    {
        var lane = new FifoLane();
        var (pushed, popped) = (0, 0);
        for (var round = 0; round < 50; round++)
        {
            for (var i = 0; i < round * 3; i++)
            {
                lane.Push(Entry(pushed++));
            }

            for (var i = 0; i < round; i++)
            {
                Assert.That(lane.TryPop(out var entry) && entry.Sequence == popped++, Is.True);
            }
        }

        Assert.That(lane.Count, Is.EqualTo(pushed - popped));
    }

    [Test]
    public void An_entry_can_be_taken_as_soon_as_its_push_has_left_the_gate()
    {
        const int AfterTheGate = 1;
        var lane = new FifoLane();
        var taken = false;
        Assert.That(GateBoundary.At(AfterTheGate, () => lane.Push(Entry(1)), () => taken = lane.TryPop(out _)), Is.True);
        Assert.That((taken, lane.Count), Is.EqualTo((true, 0)));
    }

    [Test]
    public void Two_pushes_at_once_count_as_two() => GateBoundary.Each(() =>
    {
        var lane = new FifoLane();
        return (() => lane.Push(Entry(1)), () => lane.Push(Entry(2)), () => Assert.That(lane.Count, Is.EqualTo(2)));
    });

    [Test]
    public void The_count_is_never_behind_what_can_be_taken()
    {
        // A consumer that trusts the count must never find less than it says, nor park with something in the lane.
        const int Items = 1_000_000;
        var lane = new FifoLane();
        var (taken, phantoms) = (0, 0);
        var consumer = new Thread(() =>
        {
            while (taken < Items)
            {
                if (lane.IsEmpty)
                {
                    continue;
                }

                if (lane.TryPop(out _))
                {
                    taken++;
                }
                else
                {
                    phantoms++;
                }
            }
        });
        consumer.Start();
        for (var i = 0; i < Items; i++)
        {
            lane.Push(Entry(i));
        }

        Assert.That(consumer.Join(TimeSpan.FromSeconds(60)), Is.True);
        Assert.That((taken, phantoms, lane.Count), Is.EqualTo((Items, 0, 0)));
    }

    private ScriptedTask? _task;

    private QueueEntry Entry(int number) => new(_task ??= _bed.Queued("x"), number);

    private static List<int> DrainUntil(TimedLane lane, long limit)
    {
        var numbers = new List<int>();
        while (lane.TryPop(limit, out var entry))
        {
            numbers.Add(entry.Sequence);
        }

        return numbers;
    }
}
