using Lab.Core.Observing;

namespace Lab.Core.Memory;

/// <summary>Fences for the places where a store must be seen before a later load of another word (Dekker's pattern).</summary>
internal static class Fence
{
    [ThreadStatic]
    private static Action? t_observed;

    /// <summary>
    /// Where the core is observed: done at the next <see cref="EveryThread"/> of the calling thread, once. What others have stored by then is seen behind it, and
    /// before it may not be: a test shows here, for certain, what that fence is for.
    /// </summary>
    internal static Action? Observed
    {
        get => t_observed;
        set => t_observed = value;
    }

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
        if (Instrumentation.IsEnabled && t_observed is { } observed)
        {
            t_observed = null;
            observed();
        }
    }
}
