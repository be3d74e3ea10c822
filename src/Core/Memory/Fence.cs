namespace Lab.Core.Memory;

/// <summary>Fences for the places where a store must be seen before a later load of another word (Dekker's pattern).</summary>
internal static class Fence
{
    internal static void Full() => Interlocked.MemoryBarrier();

    /// <summary>
    /// A full fence in every thread of the process at once: the rare side of the pattern calls it so that the frequent side needs none at all, only its
    /// store before its load. The system interrupts every processor that runs us, which takes some microseconds: nothing for a hot path.
    /// </summary>
    internal static void EveryThread()
    {
        if (OperatingSystem.IsBrowser())
        {
            return;
        }

        Interlocked.MemoryBarrierProcessWide();
    }
}
