using NUnit.Framework;
using Lab.Core.Time;

namespace Lab.Properties.Time;

/// <summary>
/// Timers that count from the next look against a list of them, while the clock moves with every reading: any sequence of setting for a time from now or
/// for a time, changing, cancelling, looking and firing.
/// </summary>
[TestFixture]
public sealed class TimerLookModelTests
{
    private const int Timers = 12;

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void Every_sequence_agrees_with_a_list((byte Kind, byte Timer, byte Value)[] operations)
    {
        var pair = new Pair(Timers);
        foreach (var (kind, timer, value) in operations)
        {
            pair.Do(kind, timer % Timers, value);
        }
    }

    [Test]
    public void A_long_sequence_agrees_with_a_list([Values(1, 2, 3)] int seed)
    {
        // Enough timers to fill the room before somebody looks, and for holes in runs that are swept.
        var random = new Random(seed);
        var pair = new Pair(400);
        for (var i = 0; i < 8_000; i++)
        {
            pair.Do((byte)random.Next(random.Next(256)), random.Next(400), (byte)random.Next(256));
        }
    }

    private sealed class Pair
    {
        private readonly LookingDriver _driver = new() { PerReading = 1 };
        private readonly List<string> _log = [];
        private readonly List<string> _expected = [];
        private readonly RecordedTimer[] _timers;

        /// <summary>In the order of setting. Due is null as long as it is not known.</summary>
        private readonly List<(RecordedTimer Timer, long Span, long? Due)> _model = [];

        internal Pair(int timers) => _timers = [.. Enumerable.Range(0, timers).Select(i => new RecordedTimer($"{i}", _log))];

        internal void Do(byte kind, int index, byte value)
        {
            var timer = _timers[index];
            var readings = _driver.Readings;
            switch (kind)
            {
                case < 120:
                    _model.RemoveAll(x => x.Timer == timer);
                    _model.Add((timer, value % 24, null));
                    _driver.Set(timer, TimeSpan.FromTicks(value % 24));
                    break;
                case < 150:
                    _model.RemoveAll(x => x.Timer == timer);
                    _model.Add((timer, 0, _driver.Time + (value % 24)));
                    _driver.Set(timer, _driver.Time + (value % 24));
                    break;
                case < 220:
                    Assert.That(_driver.Cancel(timer), Is.EqualTo(_model.RemoveAll(x => x.Timer == timer) == 1));
                    break;
                case < 230:
                    _driver.Time += value % 8;
                    break;
                case < 240:
                    _driver.Look();
                    Assert.That(_driver.HasArrivals, Is.False);
                    break;
                default:
                    _driver.FireDue();
                    break;
            }

            // Only setting, looking and firing read it, once; and each reading counts all that were set before it.
            Assert.That(_driver.Readings - readings, Is.LessThanOrEqualTo(1));
            if (_driver.Readings > readings)
            {
                Resolve();
            }

            if (kind >= 240)
            {
                ExpectDue();
            }

            Check();
        }

        private void Resolve()
        {
            for (var i = 0; i < _model.Count; i++)
            {
                _model[i] = _model[i] with { Due = _model[i].Due ?? _driver.Time + _model[i].Span };
            }
        }

        private void ExpectDue()
        {
            var now = _driver.Time;
            _expected.AddRange(_model.Where(x => x.Due <= now).OrderBy(x => x.Due).Select(x => $"{x.Timer.Name}@{x.Due}"));
            _model.RemoveAll(x => x.Due <= now);
        }

        private void Check()
        {
            Assert.That(_log, Is.EqualTo(_expected));
            Assert.That(_driver.Queue.Count, Is.EqualTo(_model.Count));
            Assert.That(_driver.Queue.NextDue, Is.EqualTo(_model.Min(x => x.Due) ?? TimerQueue.Never));
            Assert.That(_driver.HasArrivals, Is.EqualTo(_model.Exists(x => x.Due is null)));
            _log.Clear();
            _expected.Clear();
        }
    }
}
