using Lab.Core.Time;

namespace Lab.Properties.Time;

/// <summary>
/// A driver like that of the system's clock, in a step of a host that looks soon. Its time moves by <see cref="PerReading"/> with every reading, and the
/// readings are counted.
/// </summary>
internal sealed class LookingDriver : TimerDriver
{
    internal LookingDriver()
        : base(countsAtLooks: true) => LooksSoon = () => IsInStep;

    internal bool IsInStep { get; set; } = true;

    internal long Time { get; set; }

    internal long PerReading { get; init; }

    internal int Readings { get; private set; }

    internal override long Now
    {
        get
        {
            Readings++;
            return Time += PerReading;
        }
    }
}
