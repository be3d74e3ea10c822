namespace Lab.Exploration;

/// <summary>What is known of one fingerprint, in 64 bits: there are up to a million of them.</summary>
/// <param name="Bits">From the top: 55 bits of the outcome, one that says that it passed, two that count (3: or more), six for the first execution.</param>
internal readonly record struct Sighting(ulong Bits)
{
    private const int EpochBits = 6;
    private const int CountShift = EpochBits;
    private const ulong CountMask = 3UL << CountShift;
    private const ulong PassedBit = 1UL << (CountShift + 2);
    private const ulong OutcomeMask = ~((PassedBit << 1) - 1);

    /// <summary>How often it was seen; 3 stands for more, too.</summary>
    internal int Count => (int)((Bits & CountMask) >> CountShift);

    /// <summary>An execution with this fingerprint passed; then it has an outcome.</summary>
    internal bool HasPassed => (Bits & PassedBit) != 0;

    /// <summary>It was first seen among the first 2^this executions, and not among the first 2^(this - 1).</summary>
    internal int Epoch => (int)(Bits & ((1UL << EpochBits) - 1));

    internal static Sighting First(int epoch) => new((uint)epoch);

    internal bool IsOutcome(ulong outcome) => (Bits & OutcomeMask) == (outcome & OutcomeMask);

    /// <summary>Seen again, or for the first time after <see cref="First"/>.</summary>
    internal Sighting Counted() => Count == 3 ? this : new(Bits + (1UL << CountShift));

    internal Sighting Passed(ulong outcome) => new((Bits & ~OutcomeMask) | PassedBit | (outcome & OutcomeMask));

    /// <summary>What two parts of a run know of the same fingerprint.</summary>
    internal Sighting Join(Sighting other)
    {
        var outcome = HasPassed ? this : other;
        var count = Math.Min(3, Count + other.Count);
        return new((outcome.Bits & (OutcomeMask | PassedBit)) | ((ulong)(uint)count << CountShift) | (uint)Math.Min(Epoch, other.Epoch));
    }
}
