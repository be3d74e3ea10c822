namespace Lab.Core.Memory;

/// <summary>A full fence, for the places where a store must be seen before a later load of another word (Dekker's pattern).</summary>
internal static class Fence
{
    internal static void Full() => Interlocked.MemoryBarrier();
}
