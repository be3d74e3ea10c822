using Lab.Seeds;

namespace Lab.Strategies.Dpor;

/// <summary>
/// A step with its causal past in 64 bits: its process, the one before it of that process, and of every object it touches what was done to it before. What a
/// step does is a function of just that. A read knows the last write; a write knows the reads since as well, for some of them leave something behind:
/// whoever looks at its flag before it waits is to be woken by the cancellation that writes it.
/// </summary>
internal struct StepHash(int process, ulong before)
{
    private readonly ulong _past = SplitMix64.Mix(before + ((ulong)process * SplitMix64.Gamma) + 1);
    private ulong _touched;

    /// <summary>Never 0.</summary>
    internal readonly ulong Value => SplitMix64.Mix(_past ^ _touched) | 1;

    internal void Add(int target, bool isWrite, in ObjectVersion version)
    {
        var access = SplitMix64.Mix(((ulong)target << 1) + (isWrite ? 1UL : 0UL) + SplitMix64.Gamma);
        _touched += SplitMix64.Mix(version.Write ^ access ^ (isWrite ? SplitMix64.Mix(version.Reads + access) : 0));
    }
}
