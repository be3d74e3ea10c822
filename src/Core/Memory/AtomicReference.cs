using System.Runtime.CompilerServices;

namespace Lab.Core.Memory;

/// <summary>A shared reference. Reads acquire, writes release, exchanges are full fences.</summary>
internal struct AtomicReference<T>(T? value)
    where T : class
{
    private T? _value = value;

    /// <summary>Acquire load.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly T? Read() => Volatile.Read(in _value);

    /// <summary>Release store. Only where no other thread writes concurrently.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Write(T? value) => Volatile.Write(ref _value, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal T? Exchange(T? value) => Interlocked.Exchange(ref _value, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryChange(T? from, T? to) => ReferenceEquals(Interlocked.CompareExchange(ref _value, to, from), from);
}
