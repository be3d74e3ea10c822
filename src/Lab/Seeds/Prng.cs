using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lab.Seeds;

/// <summary>
/// xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47, 2021), seeded with splitmix64 as its
/// authors advise. Our own, because <see cref="System.Random"/> promises no sequence across versions. 32 bytes, no allocation.
/// A mutable struct: keep it in a field and pass it by reference; a copy repeats the same draws.
/// </summary>
internal struct Prng
{
    // Never all four zero: that is the generator's only fixed point. Splitmix64 cannot produce four zeros in a row, since its mixer is a bijection.
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    internal Prng(Seed seed)
    {
        var state = seed.Value;
        _s0 = SplitMix64.Next(ref state);
        _s1 = SplitMix64.Next(ref state);
        _s2 = SplitMix64.Next(ref state);
        _s3 = SplitMix64.Next(ref state);
    }

    /// <summary>A given state, for the published reference vectors.</summary>
    internal Prng(ulong s0, ulong s1, ulong s2, ulong s3)
    {
        if ((s0 | s1 | s2 | s3) == 0)
        {
            throw new ArgumentException("A state of four zeros only ever draws zeros.");
        }

        (_s0, _s1, _s2, _s3) = (s0, s1, s2, s3);
    }

    /// <summary>64 uniform bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ulong Next()
    {
        var (s0, s1, s2, s3) = (_s0, _s1, _s2, _s3); // loaded once: the fields live in memory
        var result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        var t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        _s1 = s1 ^ s2;
        _s0 = s0 ^ s3;
        _s2 = s2 ^ t;
        _s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>A number from 0 to <paramref name="bound"/> - 1, every one with exactly the same probability.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is less than 1.</exception>
    /// <remarks>
    /// D. Lemire, "Fast random integer generation in an interval", ACM TOMACS 29, 2019, algorithm 5: the high half of a product, and a rejection
    /// of the few draws that would favour low results. One multiplication; a division in one of 2^32 / bound calls.
    /// A bound of 1 draws too, so that the position in the stream does not depend on how many alternatives there were.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Next(int bound)
    {
        if (bound < 1)
        {
            ThrowBound(bound);
        }

        var product = (Next() >> 32) * (uint)bound;
        return (uint)product >= (uint)bound ? (int)(product >> 32) : NextSlow(product, (uint)bound);
    }

    /// <summary>A number in [0, 1) with 53 random bits. Never for decisions: a comparison of floating-point sums is not the same on every machine.</summary>
    internal double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Puts <paramref name="items"/> into one of its orders, every one with the same probability (Fisher-Yates). O(n).</summary>
    internal void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var chosen = Next(last + 1);
            (items[last], items[chosen]) = (items[chosen], items[last]);
        }
    }

    // The low half is below the bound: only here can the draw be one of the (2^32 mod bound) that must be rejected.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int NextSlow(ulong product, uint bound)
    {
        var rejectedBelow = (0u - bound) % bound;
        while ((uint)product < rejectedBelow)
        {
            product = (Next() >> 32) * bound;
        }

        return (int)(product >> 32);
    }

    private static void ThrowBound(int bound) =>
        throw new ArgumentOutOfRangeException(nameof(bound), bound, "A draw needs at least one alternative.");
}
