using Lab.Core.Time;
using NUnit.Framework;

namespace Lab.Properties.Time;

/// <summary>The heap against a list that is sorted on every look: any sequence of setting, changing, cancelling and advancing.</summary>
[TestFixture]
public sealed class TimerQueueModelTests
{
    private const int Timers = 12;

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void Every_sequence_agrees_with_a_sorted_list((byte Kind, byte Timer, byte Value)[] operations)
    {
        var pair = new Pair();
        foreach (var (kind, timer, value) in operations)
        {
            pair.Do(kind, timer % Timers, value);
        }
    }

    [Test]
    public void A_long_sequence_agrees_with_a_sorted_list([Values(1, 2, 3)] int seed)
    {
        // Enough timers for several levels of the heap, and holes that are filled from below as well as from above.
        var random = new Random(seed);
        var pair = new Pair(timers: 400);
        for (var i = 0; i < 8_000; i++)
        {
            pair.Do((byte)random.Next(16), random.Next(400), (byte)random.Next(256));
        }
    }

    private sealed class Pair
    {
        private readonly TimerQueue _queue = new();
        private readonly RecordedTimer[] _timers;
        private readonly List<(long Due, long Order, RecordedTimer Timer)> _model = [];
        private long _order;
        private long _now;

        internal Pair(int timers = Timers) => _timers = [.. Enumerable.Range(0, timers).Select(i => new RecordedTimer($"{i}", []))];

        internal void Do(byte kind, int timer, byte value)
        {
            switch (kind % 8)
            {
                case < 4:
                    Set(_timers[timer], value == 255 ? TimerQueue.Never : _now + (value % 24));
                    break;
                case < 6:
                    Cancel(_timers[timer]);
                    break;
                default:
                    Advance(value % 8);
                    break;
            }

            Assert.That(_queue.NextDue, Is.EqualTo(_model.Count == 0 ? TimerQueue.Never : _model.Min(x => x.Due)));
            Assert.That(_queue.Count, Is.EqualTo(_model.Count));
        }

        private void Set(RecordedTimer timer, long due)
        {
            var before = _queue.NextDue;
            _model.RemoveAll(x => x.Timer == timer);
            if (due != TimerQueue.Never)
            {
                _model.Add((due, _order++, timer));
            }

            var isEarlier = _queue.Set(timer, due);
            Assert.That(isEarlier, Is.EqualTo(_queue.NextDue < before));
        }

        private void Cancel(RecordedTimer timer) => Assert.That(_queue.Cancel(timer), Is.EqualTo(_model.RemoveAll(x => x.Timer == timer) == 1));

        private void Advance(int by)
        {
            _now += by;
            var expected = _model.Where(x => x.Due <= _now).OrderBy(x => x.Due).ThenBy(x => x.Order).ToList();
            _model.RemoveAll(x => x.Due <= _now);
            var fired = new List<(long, RecordedTimer)>();
            while (_queue.TryTakeDue(_now, out var entry, out var due))
            {
                fired.Add((due, (RecordedTimer)entry));
            }

            Assert.That(fired, Is.EqualTo(expected.Select(x => (x.Due, x.Timer))));
        }
    }
}
