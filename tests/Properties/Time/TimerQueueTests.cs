using Lab.Core.Time;
using NUnit.Framework;

namespace Lab.Properties.Time;

[TestFixture, FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TimerQueueTests
{
    private readonly TimerQueue _queue = new();

    [Test]
    public void Equal_due_times_fire_in_the_order_of_setting()
    {
        var timers = Enumerable.Range(0, 50).Select(i => new RecordedTimer($"{i}", [])).ToList();
        timers.ForEach(timer => _queue.Set(timer, 7));
        Assert.That(TakeAll(7), Is.EqualTo(timers.Select(timer => timer.Name)));
    }

    [Test]
    public void A_timer_that_is_set_again_to_the_same_time_goes_behind_its_equals()
    {
        var (a, b) = (new RecordedTimer("a", []), new RecordedTimer("b", []));
        _queue.Set(a, 5);
        _queue.Set(b, 5);
        _queue.Set(a, 5);
        Assert.That(TakeAll(5), Is.EqualTo(new[] { "b", "a" }));
    }

    [Test]
    public void Cancelled_timers_are_gone_at_once()
    {
        // Setting and cancelling in turn must not pile up, and must not leave their due time behind.
        var timers = Enumerable.Range(0, 10_000).Select(i => new RecordedTimer($"{i}", [])).ToList();
        foreach (var timer in timers)
        {
            _queue.Set(timer, 10);
            Assert.That(_queue.Count, Is.EqualTo(1));
            Assert.That(_queue.Cancel(timer), Is.True);
            Assert.That(_queue.NextDue, Is.EqualTo(TimerQueue.Never));
        }

        Assert.That(TakeAll(long.MaxValue), Is.Empty);
    }

    [Test]
    public void A_million_cancelled_timers_leave_no_memory_behind([Values] bool equalLimits)
    {
        // Falling due times fit no run, each of which the first four begin: the rest is in the heap. Rising ones go to one run, and need no slot of the heap.
        const int Million = 1_000_000;
        var timers = new RecordedTimer[Million];
        for (var i = 0; i < Million; i++)
        {
            _queue.Set(timers[i] = new RecordedTimer("", []), equalLimits ? i : Million - i);
        }

        Assert.That(_queue.HeapCapacity, Is.EqualTo(equalLimits ? 16 : 1 << 20));
        Assert.That(_queue.RunCapacity, Is.EqualTo(equalLimits ? (1 << 20) + (3 * 16) : 4 * 16));
        Assert.That(_queue.NextDue, Is.EqualTo(equalLimits ? 0 : 1));
        new Random(1).Shuffle(timers);
        foreach (var timer in timers)
        {
            _queue.Cancel(timer);
        }

        Assert.That(_queue.Count, Is.Zero);
        Assert.That(_queue.NextDue, Is.EqualTo(TimerQueue.Never));
        Assert.That(_queue.HeapCapacity, Is.LessThanOrEqualTo(1024));
        Assert.That(_queue.RunCapacity, Is.LessThanOrEqualTo(4 * 1024));
    }

    [Test]
    public void Timers_of_a_few_lengths_need_no_heap()
    {
        // Each length finds a run of its own: the youngest of a longer one is due too late for it, that of a shorter one is not the best fit.
        var now = 0L;
        for (var i = 0; i < 1_000; i++)
        {
            foreach (var length in new[] { 10, 1_000, 30_000, 600_000 })
            {
                _queue.Set(new RecordedTimer("", []), ++now + length);
            }
        }

        Assert.That(_queue.HeapCapacity, Is.EqualTo(16));
        Assert.That(TakeAll(long.MaxValue - 1), Has.Count.EqualTo(4_000));
    }

    [Test]
    public void Timers_cancelled_behind_one_that_stays_cost_no_memory()
    {
        // As most limits: set, and soon withdrawn in any order, while the oldest stays. 16 slots; the two that are live besides it leave holes between.
        _queue.Set(new RecordedTimer("stays", []), 0);
        var before = new RecordedTimer("", []);
        _queue.Set(before, 1);
        for (var i = 2; i < 10_000; i++)
        {
            var timer = new RecordedTimer("", []);
            _queue.Set(timer, i);
            _queue.Cancel(before);
            before = timer;
        }

        Assert.That(_queue.RunCapacity, Is.EqualTo(4 * 16));
        Assert.That(TakeAll(20_000), Has.Count.EqualTo(2).And.One.EqualTo("stays"));
    }

    [Test]
    public void Never_takes_a_timer_out()
    {
        var timer = new RecordedTimer("a", []);
        _queue.Set(timer, 10);
        Assert.That(_queue.Set(timer, TimerQueue.Never), Is.False);
        Assert.That(_queue.Count, Is.Zero);
        Assert.That(TakeAll(long.MaxValue), Is.Empty);
    }

    [Test]
    public void Nothing_is_taken_before_it_is_due()
    {
        _queue.Set(new RecordedTimer("a", []), 10);
        Assert.That(TakeAll(9), Is.Empty);
        Assert.That(TakeAll(10), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void Setting_tells_whether_the_nearest_due_time_became_earlier()
    {
        var (a, b) = (new RecordedTimer("a", []), new RecordedTimer("b", []));
        Assert.That(_queue.Set(a, 10), Is.True);
        Assert.That(_queue.Set(b, 10), Is.False);
        Assert.That(_queue.Set(b, 9), Is.True);
        Assert.That(_queue.Set(b, 20), Is.False, "later");
        Assert.That(_queue.NextDue, Is.EqualTo(10));
    }

    [Test]
    public void A_queue_filled_and_drained_by_several_threads_keeps_its_order_and_loses_nothing()
    {
        var taken = new List<TimerEntry>();
        var threads = Enumerable.Range(0, 3).Select(t => new Thread(() =>
        {
            var random = new Random(t);
            var own = Enumerable.Range(0, 300).Select(i => new RecordedTimer($"{t}.{i}", [])).ToList();
            foreach (var timer in own)
            {
                _queue.Set(timer, random.Next(1_000));
                _queue.Set(own[random.Next(own.Count)], random.Next(1_000));
            }

            own.ForEach(timer => _queue.Set(timer, random.Next(1_000)));
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.That(_queue.Count, Is.EqualTo(900));
        while (_queue.TryTakeDue(1_000, out var entry, out _))
        {
            taken.Add(entry);
        }

        Assert.That(taken, Has.Count.EqualTo(900).And.Unique);
        Assert.That(taken.Select(entry => (entry.Due, entry.Sequence)), Is.Ordered);
    }

    private List<string> TakeAll(long now)
    {
        var names = new List<string>();
        while (_queue.TryTakeDue(now, out var entry, out _))
        {
            names.Add(((RecordedTimer)entry).Name);
        }

        return names;
    }
}
