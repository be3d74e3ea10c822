using System.Runtime.CompilerServices;

namespace Lab.Seeds;

/// <summary>
/// The next draws of a <see cref="Prng"/>, made some draws early so that they can be looked at: the same numbers in the same order. A mutable struct:
/// keep it in a field, and from <see cref="Begin"/> on draw only through it.
/// </summary>
internal struct PrngAhead
{
    /// <summary>Draws that are known ahead.</summary>
    internal const int Length = 32;

    // The high halves: more of a draw is never used.
    private Drawn _drawn;
    private uint _next;

    /// <summary>Whether it was begun; a new one was not.</summary>
    internal bool IsBegun { get; private set; }

    internal void Begin(ref Prng prng)
    {
        IsBegun = true;
        _next = 0;
        for (var i = 0; i < Length; i++)
        {
            _drawn[i] = (uint)(prng.Next() >> 32);
        }
    }

    /// <summary>What <see cref="Prng.Next(int)"/> would have drawn here. <paramref name="bound"/> is at least 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Next(ref Prng prng, int bound)
    {
        var product = Take(ref prng) * (uint)bound;
        return (uint)product >= (uint)bound ? (int)(product >> 32) : NextSlow(ref prng, product, (uint)bound);
    }

    /// <summary>What a draw that is <paramref name="ahead"/> draws away (0 is the next, up to <see cref="Length"/> - 1) will probably be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly int Peek(int ahead, int bound) => (int)((_drawn[(int)((_next + (uint)ahead) % Length)] * (ulong)(uint)bound) >> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Take(ref Prng prng)
    {
        ref var place = ref _drawn[(int)(_next++ % Length)];
        var drawn = place;
        place = (uint)(prng.Next() >> 32);
        return drawn;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int NextSlow(ref Prng prng, ulong product, uint bound)
    {
        var rejectedBelow = (0u - bound) % bound;
        while ((uint)product < rejectedBelow)
        {
            product = Take(ref prng) * bound;
        }

        return (int)(product >> 32);
    }

    [InlineArray(Length)]
    private struct Drawn
    {
        private uint _first;
    }
}
