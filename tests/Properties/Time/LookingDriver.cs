using Lab.Core.Time;

namespace Lab.Properties.Time;

/// <summary>
/// A driver like that of the system's clock, in a step of a worker that looks soon. Its time moves by <see cref="PerReading"/> with every reading, and the
/// readings are counted.
/// </summary>
internal sealed class LookingDriver : TimerDriver
{
    private readonly TimerArrivals[] _arrivals;

    internal LookingDriver(int workers = 1)
        : base(countsAtLooks: true) => _arrivals = [.. Enumerable.Range(0, workers).Select(_ => CreateArrivals()!)];

    internal bool IsInStep { get; set; } = true;

    /// <summary>Whose step it is.</summary>
    internal int Worker { get; set; }

    internal long Time { get; set; }

    internal long PerReading { get; init; }

    internal int Readings { get; private set; }

    /// <summary>Comes just after the clock was read.</summary>
    internal Action? AfterReading { get; set; }

    internal override TimerArrivals? Own => IsInStep ? _arrivals[Worker] : null;

    internal override long Now
    {
        get
        {
            Readings++;
            var now = Time += PerReading;
            AfterReading?.Invoke();
            return now;
        }
    }
}
