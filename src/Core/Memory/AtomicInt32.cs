using System.Runtime.CompilerServices;

namespace Lab.Core.Memory;

/// <summary>
/// A shared 32-bit word. Reads acquire, writes release, exchanges are full fences. In a browser there is nobody to share it with, and it is an ordinary
/// word: the interpreter's exchanges cost ten times an assignment.
/// </summary>
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
    internal int Exchange(int value)
    {
        if (OperatingSystem.IsBrowser())
        {
            (value, _value) = (_value, value);
            return value;
        }

        return Interlocked.Exchange(ref _value, value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryChange(int from, int to)
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
    internal int Add(int amount) => OperatingSystem.IsBrowser() ? _value += amount : Interlocked.Add(ref _value, amount);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Increment() => OperatingSystem.IsBrowser() ? ++_value : Interlocked.Increment(ref _value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Decrement() => OperatingSystem.IsBrowser() ? --_value : Interlocked.Decrement(ref _value);
}
