namespace Lab.Seeds;

/// <summary>
/// The generator of Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014: an additive counter and a bijective
/// mixer. Here it spreads one word over the state of <see cref="Prng"/>, and its mixers derive seeds.
/// </summary>
internal static class SplitMix64
{
    /// <summary>The odd number nearest to 2^64 divided by the golden ratio: multiples of it are spread evenly.</summary>
    internal const ulong Gamma = 0x9E37_79B9_7F4A_7C15;

    internal static ulong Next(ref ulong state) => Mix(state += Gamma);

    /// <summary>A bijection in which every input bit flips every output bit half of the time (David Stafford's variant 13).</summary>
    internal static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }

    /// <summary>Another such bijection (the finaliser of MurmurHash3), for derivations that must not meet those of <see cref="Mix"/>.</summary>
    internal static ulong MixVariant(ulong z)
    {
        z = (z ^ (z >> 33)) * 0xFF51_AFD7_ED55_8CCD;
        z = (z ^ (z >> 33)) * 0xC4CE_B9FE_1A85_EC53;
        return z ^ (z >> 33);
    }
}
