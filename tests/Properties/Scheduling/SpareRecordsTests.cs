using Lab.Core.Scheduling;
using Lab.Core.Time;
using NUnit.Framework;

namespace Lab.Properties.Scheduling;

/// <summary>Where records wait for their next task. Each is known by its number.</summary>
[TestFixture, FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SpareRecordsTests
{
    private readonly SpareRecords.Store _store = new();
    private readonly Scheduler _scheduler;

    public SpareRecordsTests()
    {
        var dispatch = new NativeDispatch(1, seed: 1, new TimerDriver(TimeProvider.System));
        _scheduler = new Scheduler(dispatch, dispatch, dispatch.Timers);
    }

    [TestCase(1)]
    [TestCase(SpareRecords.Batch)]
    [TestCase(SpareRecords.Batch + 1)]
    [TestCase(SpareRecords.Capacity)]
    public void The_last_that_came_is_the_first_that_goes(int count)
    {
        var spares = new SpareRecords(_store);
        Return(spares, 0, count);
        Assert.That((spares.Count, _store.Count), Is.EqualTo((count, 0)));
        Assert.That(Rent(spares, count), Is.EqualTo(Enumerable.Range(0, count).Reverse()));
        Assert.That((spares.Count, spares.Rent()), Is.EqualTo((0, (RuntimeTask?)null)));
    }

    [Test]
    public void What_is_too_much_for_one_worker_serves_another_and_each_record_once()
    {
        // 1,000 fill fifteen magazines and a part. One of the full ones stays beside that part, fourteen are in the store.
        var (one, other) = (new SpareRecords(_store), new SpareRecords(_store));
        Return(one, 0, 1_000);
        Assert.That((_store.Count, one.Count), Is.EqualTo((14, 1_000 - (14 * SpareRecords.Batch))));
        var rented = Rent(other, 1_000);
        Assert.That(rented, Has.Count.EqualTo(14 * SpareRecords.Batch), "the rest is the first one's own");
        Assert.That(rented.Concat(Rent(one, 1_000)), Is.EquivalentTo(Enumerable.Range(0, 1_000)));
    }

    [Test]
    public void Around_the_edge_of_a_magazine_nothing_goes_to_the_store([Values(0, 1, 63, 64, 65, 127, 128)] int before)
    {
        var spares = new SpareRecords(_store);
        Return(spares, 0, 3 * SpareRecords.Batch);
        Rent(spares, SpareRecords.Capacity - before);
        Swing();
        var stored = _store.Count;
        for (var i = 0; i < 100; i++)
        {
            Swing();
            Assert.That(_store.Count, Is.EqualTo(stored));
        }

        void Swing()
        {
            var (a, b) = (spares.Rent()!, spares.Rent()!);
            spares.Return(b);
            spares.Return(a);
        }
    }

    [Test]
    public void A_full_store_drops_what_comes_and_keeps_what_it_has()
    {
        const int All = SpareRecords.Store.Capacity * SpareRecords.Batch;
        var spares = new SpareRecords(_store);
        Return(spares, 0, 2 * All);
        Assert.That(_store.Count, Is.EqualTo(SpareRecords.Store.Capacity));

        // The newest two magazines are the worker's own, the store's came first, and what lies between is gone.
        Assert.That(Rent(spares, 2 * All), Is.EqualTo(Enumerable.Range((2 * All) - SpareRecords.Capacity, SpareRecords.Capacity).Reverse()
            .Concat(Enumerable.Range(0, All).Reverse())));
    }

    [Test]
    public void Records_that_go_round_from_one_worker_to_another_allocate_nothing()
    {
        var (one, other) = (new SpareRecords(_store), new SpareRecords(_store));
        Return(one, 0, 1_000);
        GoRound();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            GoRound();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void GoRound()
        {
            for (var i = 0; i < 1_000; i++)
            {
                one.Return(other.Rent()!);
            }
        }
    }

    private void Return(SpareRecords spares, int first, int count)
    {
        for (var i = 0; i < count; i++)
        {
            spares.Return(new ScriptedTask(_scheduler, $"{first + i}", static _ => { }));
        }
    }

    private static List<int> Rent(SpareRecords spares, int most)
    {
        var numbers = new List<int>();
        while (numbers.Count < most && spares.Rent() is { } task)
        {
            numbers.Add(int.Parse(((ScriptedTask)task).Name!));
        }

        return numbers;
    }
}
