using System.Runtime.CompilerServices;

namespace Lab.Core.Memory;

/// <summary>A shared reference; otherwise <see cref="AtomicInt32"/>. Reads acquire, writes release, exchanges are full fences.</summary>
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
    internal T? Exchange(T? value)
    {
        if (OperatingSystem.IsBrowser())
        {
            (value, _value) = (_value, value);
            return value;
        }

        return Interlocked.Exchange(ref _value, value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryChange(T? from, T? to)
    {
        if (OperatingSystem.IsBrowser())
        {
            var same = ReferenceEquals(_value, from);
            _value = same ? to : _value;
            return same;
        }

        return ReferenceEquals(Interlocked.CompareExchange(ref _value, to, from), from);
    }
}
