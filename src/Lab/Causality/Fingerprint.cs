using System.Numerics;
using System.Runtime.CompilerServices;
using Lab.Core.Observing;
using Lab.Seeds;

namespace Lab.Causality;

/// <summary>
/// A 128-bit hash of an execution's happens-before relation: equal for two interleavings exactly when one becomes the other by swapping
/// adjacent independent accesses (they are one Mazurkiewicz trace), up to collisions of probability 2^-128 a pair. O(1) and no allocation
/// for each access, whatever the number of tasks and objects; a few nanoseconds.
/// </summary>
/// <remarks>
/// Every task carries a hash h of its causal past, every object what its last write (w) and the reads since (r) knew:
/// <code>
/// read:   h = mix(h, id, w);      r += h
/// write:  h = mix(h, id, w, r);   w = h;   r = 0
/// </code>
/// The fingerprint is the sum of the tasks' h, in which their order does not matter. The causal past of a task's last access names all accesses
/// of which it could know; the tasks together cover all of them, each with its own past, and that is the partial order.
/// </remarks>
internal static class Fingerprint
{
    // Odd, with about half of the bits set, otherwise of no meaning; a stored fingerprint depends on every one of them.
    private const ulong M0 = 0xC3A5_C85C_97CB_3127;
    private const ulong M1 = 0xB492_B66F_BE98_F273;
    private const ulong M2 = 0xE703_7ED1_A0B4_28DB;
    private const ulong M3 = 0x8EBC_6AF0_9C88_C6E3;
    private const ulong M4 = 0xD1B5_4A32_D192_ED03;
    private const ulong M5 = 0xABC9_8388_FB8F_AC03;

    // By name, not by number: a kind inserted into the enumeration must not change the fingerprints of stored traces.
    private static readonly ulong[] s_kinds = [.. Enum.GetValues<EventKind>().Select(kind => HashOf(kind.ToString()))];

    /// <summary>What to mix for an event: the object and what was done to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong IdOf(EntityId target, EventKind kind) => target.Hash ^ s_kinds[(int)kind];

    /// <summary>A task read an object.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Read(ref CausalState h, ref ObjectState o, ulong id)
    {
        Mix(ref h, id, o.WriteHi, o.WriteLo, 0, 0);
        Add(ref o.ReadHi, ref o.ReadLo, h.Hi, h.Lo);
    }

    /// <summary>A task wrote an object.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Write(ref CausalState h, ref ObjectState o, ulong id)
    {
        Mix(ref h, id, o.WriteHi, o.WriteLo, o.ReadHi, o.ReadLo);
        o.WriteHi = h.Hi;
        o.WriteLo = h.Lo;
        o.ReadHi = 0;
        o.ReadLo = 0;
    }

    /// <summary>A task took in a value from nobody in particular, for example a random draw: what it does next may depend on it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Local(ref CausalState h, ulong value) => Mix(ref h, value, M0, M1, M2, M3);

    /// <summary>Adds one task's state to the fingerprint; the order in which tasks are added does not matter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Add(ref UInt128 sum, in CausalState h) => sum = unchecked(sum + h.Value);

    /// <summary>The fingerprint of an execution: the sum over all of its tasks, <c>clock</c> included.</summary>
    internal static UInt128 Sum(ReadOnlySpan<CausalState> tasks)
    {
        UInt128 sum = 0;
        foreach (ref readonly var h in tasks)
        {
            Add(ref sum, in h);
        }

        return sum;
    }

    // Two lanes, each a sum of products, a shift that carries high bits down and a second multiply; between the two they cross. The first
    // products do not wait for one another. h, w and r have different multipliers, for w often equals h (a task writes twice) or r (a task
    // writes, then one reads) and must not stand in for it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(ref CausalState h, ulong id, ulong wHi, ulong wLo, ulong rHi, ulong rLo)
    {
        var x = ((h.Lo ^ id) * M0) + ((wLo * M2) + (rLo * M4));
        var y = ((h.Hi + BitOperations.RotateLeft(id, 32)) * M1) + ((wHi * M3) + (rHi * M5));
        x ^= x >> 32;
        y ^= y >> 29;
        var crossed = (x + BitOperations.RotateLeft(y, 19)) * M5;
        y = (y ^ BitOperations.RotateLeft(x, 41)) * M4;
        h.Lo = crossed ^ (crossed >> 31);
        h.Hi = y ^ (y >> 33);
    }

    private static ulong HashOf(string name)
    {
        var hash = 0UL;
        foreach (var c in name)
        {
            hash = SplitMix64.Mix((hash + c) * M0);
        }

        return hash;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref ulong hi, ref ulong lo, ulong addHi, ulong addLo)
    {
        var sum = lo + addLo;
        hi += addHi + (sum < addLo ? 1UL : 0UL);
        lo = sum;
    }
}
