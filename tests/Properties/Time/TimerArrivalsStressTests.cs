using Lab.Core.Time;
using NUnit.Framework;

namespace Lab.Properties.Time;

/// <summary>
/// Two workers set timers, cancel their own and each other's, and look; a third thread looks and fires. Every setting ends once: it fires, not before its
/// time, or one cancel took it back.
/// </summary>
[TestFixture]
public sealed class TimerArrivalsStressTests
{
    private const int Rounds = 40_000;
    private const int TimersEach = 48;

    [Test]
    public void Every_setting_fires_once_and_not_early_or_is_cancelled_once([Values(1, 2)] int seed)
    {
        var driver = new TickingDriver();
        var timers = Enumerable.Range(0, 2 * TimersEach).Select(_ => new CountedTimer()).ToArray();
        var left = 2;
        var workers = Enumerable.Range(0, 2).Select(worker => new Thread(() =>
        {
            driver.BeginWorker();
            var random = new Random(seed + (10 * worker));
            for (var i = 0; i < Rounds; i++)
            {
                var own = timers[(worker * TimersEach) + random.Next(TimersEach)];
                if (own.HasEnded)
                {
                    own.SetBy(driver, random.Next(200));
                }

                var any = timers[random.Next(timers.Length)];
                if (random.Next(4) != 0 && driver.Cancel(any))
                {
                    any.CountCancel();
                }

                if (random.Next(100) == 0)
                {
                    driver.FireDue();
                }
            }

            Interlocked.Decrement(ref left);
        })).ToList();
        workers.ForEach(thread => thread.Start());
        while (Volatile.Read(ref left) > 0)
        {
            driver.FireDue();
        }

        workers.ForEach(thread => thread.Join());
        while (driver.HasTimers)
        {
            driver.FireDue();
        }

        Assert.That(timers, Has.All.Property(nameof(CountedTimer.HasEnded)).True.And.All.Property(nameof(CountedTimer.FiredEarly)).Zero);
        Assert.That(timers.Sum(timer => timer.Fired), Is.Positive);
        Assert.That(timers.Sum(timer => timer.Canceled), Is.Positive);
        Assert.That(driver.Queue.Count, Is.Zero);
    }

    /// <summary>Time passes with every reading, on all threads.</summary>
    private sealed class TickingDriver : TimerDriver
    {
        private readonly TimerArrivals[] _arrivals;
        private long _now;
        private int _workers;

        internal TickingDriver()
            : base(countsAtLooks: true) => _arrivals = [CreateArrivals()!, CreateArrivals()!];

        internal override long Now => Interlocked.Increment(ref _now);

        /// <summary>The calling thread runs the steps of a worker from now on.</summary>
        internal void BeginWorker() => TimerArrivals.OfThisThread = _arrivals[Interlocked.Increment(ref _workers) - 1];
    }

    private sealed class CountedTimer : TimerEntry
    {
        private int _set;
        private int _fired;
        private int _canceled;
        private long _earliest;

        internal int Fired => _fired;

        internal int Canceled => _canceled;

        public int FiredEarly { get; private set; }

        public bool HasEnded => _set == Volatile.Read(ref _fired) + Volatile.Read(ref _canceled);

        /// <summary>By its worker, when what it was set for before has ended.</summary>
        internal void SetBy(TimerDriver driver, int span)
        {
            _set++;
            _earliest = driver.Now + span;
            driver.Set(this, TimeSpan.FromTicks(span));
        }

        internal void CountCancel() => Interlocked.Increment(ref _canceled);

        internal override void Fire(long due)
        {
            FiredEarly += due < _earliest ? 1 : 0;
            Interlocked.Increment(ref _fired);
        }
    }
}
