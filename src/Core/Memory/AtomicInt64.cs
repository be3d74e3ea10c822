using System.Runtime.CompilerServices;

namespace Lab.Core.Memory;

/// <summary>A shared 64-bit word; otherwise <see cref="AtomicInt32"/>. Reads acquire, writes release, exchanges are full fences.</summary>
internal struct AtomicInt64(long value)
{
    private long _value = value;

    /// <summary>Acquire load.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly long Read() => Volatile.Read(in _value);

    /// <summary>Release store. Only where no other thread writes concurrently.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Write(long value) => Volatile.Write(ref _value, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal long Exchange(long value)
    {
        if (OperatingSystem.IsBrowser())
        {
            (value, _value) = (_value, value);
            return value;
        }

        return Interlocked.Exchange(ref _value, value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryChange(long from, long to)
    {
        if (OperatingSystem.IsBrowser())
        {
            var same = _value == from;
            _value = same ? to : _value;
            return same;
        }

        return Interlocked.CompareExchange(ref _value, to, from) == from;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal long Add(long amount) => OperatingSystem.IsBrowser() ? _value += amount : Interlocked.Add(ref _value, amount);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal long Increment() => OperatingSystem.IsBrowser() ? ++_value : Interlocked.Increment(ref _value);
}
