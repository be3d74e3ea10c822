namespace Lab.Core.Memory;

/// <summary>One-off atomic operations on ordinary fields.</summary>
internal static class Atomic
{
    /// <summary>Sets a lazily made reference once: the first value stays. A full fence.</summary>
    internal static void InitializeOnce<T>(ref T? field, T value)
        where T : class => Interlocked.CompareExchange(ref field, value, null);

    /// <summary>Replaces <paramref name="unset"/> by <paramref name="value"/>; true for the one caller that did. A full fence.</summary>
    internal static bool TrySetOnce(ref int field, int unset, int value) => Interlocked.CompareExchange(ref field, value, unset) == unset;
}
