using System.Buffers;
using System.Runtime.CompilerServices;

namespace Lab.Core.Memory;

/// <summary>
/// A list for the length of one call, in an array of the shared pool: it costs nothing until the first item, and no allocation in a steady state.
/// Not thread-safe, not copied. Whoever has it calls <see cref="Release"/> at the end, or the pool makes itself another array.
/// </summary>
internal struct Scratch<T>
{
    private T[]? _items;

    internal int Count { get; private set; }

    internal readonly ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _items![index];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(T item)
    {
        var items = _items;
        if (items is null || Count == items.Length)
        {
            items = Grow();
        }

        items[Count++] = item;
    }

    /// <summary>Gives the array back, without what was in it: the pool must keep nothing alive.</summary>
    internal void Release()
    {
        if (_items is { } items)
        {
            Array.Clear(items, 0, Count);
            ArrayPool<T>.Shared.Return(items);
            (_items, Count) = (null, 0);
        }
    }

    private T[] Grow()
    {
        var items = ArrayPool<T>.Shared.Rent(Math.Max(16, Count * 2));
        if (_items is { } old)
        {
            Array.Copy(old, items, Count);
            Array.Clear(old, 0, Count);
            ArrayPool<T>.Shared.Return(old);
        }

        return _items = items;
    }
}
