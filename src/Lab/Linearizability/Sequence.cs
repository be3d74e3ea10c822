using System.Collections;

namespace Lab.Linearizability;

/// <summary>
/// An immutable list that is equal by its contents: the state of models of queues, stacks and lines. Meant to be short: every change copies it,
/// O(n); comparing is O(n), hashing O(1).
/// </summary>
public sealed class Sequence<T> : IReadOnlyList<T>, IEquatable<Sequence<T>>
{
    private readonly T[] _items;
    private readonly int _hash;

    private Sequence(T[] items)
    {
        _items = items;
        var hash = items.Length;
        foreach (var item in items)
        {
            hash = (hash * 31) + (item is null ? 0 : EqualityComparer<T>.Default.GetHashCode(item)) + 1;
        }

        _hash = hash;
    }

    /// <summary>The one without items.</summary>
    public static Sequence<T> Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <summary>It has no items.</summary>
    public bool IsEmpty => _items.Length == 0;

    /// <exception cref="InvalidOperationException">It is empty.</exception>
    public T First => _items.Length > 0 ? _items[0] : throw Nothing();

    /// <exception cref="InvalidOperationException">It is empty.</exception>
    public T Last => _items.Length > 0 ? _items[^1] : throw Nothing();

    /// <inheritdoc/>
    public T this[int index] => _items[index];

    /// <summary>One more at the end.</summary>
    public Sequence<T> Add(T item) => new([.. _items, item]);

    /// <summary>Without the first.</summary>
    /// <exception cref="InvalidOperationException">It is empty.</exception>
    public Sequence<T> RemoveFirst() => _items.Length > 0 ? new(_items[1..]) : throw Nothing();

    /// <summary>Without the last.</summary>
    /// <exception cref="InvalidOperationException">It is empty.</exception>
    public Sequence<T> RemoveLast() => _items.Length > 0 ? new(_items[..^1]) : throw Nothing();

    /// <summary>Without the first item that equals <paramref name="item"/>; itself if there is none.</summary>
    public Sequence<T> Remove(T item)
    {
        var at = Array.IndexOf(_items, item);
        return at < 0 ? this : new([.. _items[..at], .. _items[(at + 1)..]]);
    }

    /// <summary>Some item equals <paramref name="item"/>.</summary>
    public bool Contains(T item) => Array.IndexOf(_items, item) >= 0;

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The same items in the same order.</summary>
    public bool Equals(Sequence<T>? other) => other is not null && _hash == other._hash && _items.AsSpan().SequenceEqual(other._items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Sequence<T>);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>For people: <c>[1, 2]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", _items.Select(static item => Answer.TextOf(item)))}]";

    private static InvalidOperationException Nothing() => new("The sequence is empty: ask IsEmpty first, and answer Step.Blocked or a failure there.");
}

/// <summary>Makes sequences.</summary>
public static class Sequence
{
    /// <summary>One of these items, in this order.</summary>
    public static Sequence<T> Of<T>(params T[] items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items.Aggregate(Sequence<T>.Empty, static (all, item) => all.Add(item));
    }
}
