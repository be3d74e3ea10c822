using System.Security.Cryptography;

namespace Lab.Core.Scheduling;

/// <summary>
/// A small generator for native chance: victims and <c>cx.Random</c>. xorshift64* (S. Vigna, "An experimental exploration of Marsaglia's xorshift
/// generators, scrambled", ACM TOMS 42(4), 2016); the seed is spread by one round of SplitMix64's mixer so that near seeds give far streams.
/// One owner; not synchronised.
/// </summary>
internal struct Xorshift
{
    private ulong _state;

    /// <summary>Stream number <paramref name="stream"/> of a seed.</summary>
    internal Xorshift(ulong seed, int stream)
    {
        var z = seed + (((ulong)stream + 1) * 0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        z ^= z >> 31;

        // Zero is the one state that the generator never leaves.
        _state = z == 0 ? 0x9E37_79B9_7F4A_7C15 : z;
    }

    /// <summary>The seed, or one from the operating system if it is zero.</summary>
    internal static ulong SeedOr(ulong seed) => seed != 0 ? seed : BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    internal ulong Next()
    {
        var x = _state;
        x ^= x >> 12;
        x ^= x << 25;
        x ^= x >> 27;
        _state = x;
        return x * 0x2545_F491_4F6C_DD1D;
    }

    /// <summary>
    /// A number in [0, <paramref name="bound"/>), each equally likely: the high half of a product, with the few low halves redrawn that would favour
    /// some results (D. Lemire, "Fast random integer generation in an interval", ACM TOMACS 29(1), 2019). A bound of zero means the whole range.
    /// </summary>
    internal ulong Next(ulong bound)
    {
        if (bound == 0)
        {
            return Next();
        }

        var high = Math.BigMul(Next(), bound, out var low);
        if (low < bound)
        {
            var unfair = unchecked(0 - bound) % bound;
            while (low < unfair)
            {
                high = Math.BigMul(Next(), bound, out low);
            }
        }

        return high;
    }
}
