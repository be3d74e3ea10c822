using System.Runtime.CompilerServices;

namespace Lab.Core.Memory;

/// <summary>A shared 32-bit word. Reads acquire, writes release, exchanges are full fences.</summary>
internal struct AtomicInt32(int value)
{
    private int _value = value;

    /// <summary>Acquire load.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly int Read() => Volatile.Read(in _value);

    /// <summary>Release store. Only where no other thread writes concurrently.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Write(int value) => Volatile.Write(ref _value, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Exchange(int value) => Interlocked.Exchange(ref _value, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryChange(int from, int to) => Interlocked.CompareExchange(ref _value, to, from) == from;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Add(int amount) => Interlocked.Add(ref _value, amount);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Increment() => Interlocked.Increment(ref _value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Decrement() => Interlocked.Decrement(ref _value);
}
