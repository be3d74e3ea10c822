namespace Lab.Core.Time;

/// <summary>Where a timer is: its home, and above that in one word its place there, or among the arrivals the sequence of its setting.</summary>
internal readonly struct TimerPlace(long word)
{
    private const int HomeMask = 7;
    private const int RunShift = 3;
    private const int RunMask = 31;
    private const int IndexShift = 8;

    internal long Word => word;

    internal TimerHome Home => (TimerHome)(word & HomeMask);

    /// <summary>An index in the heap, a position in a run.</summary>
    internal int Index => (int)(word >> IndexShift);

    /// <summary>Which of the runs, if its home is a run.</summary>
    internal int Run => (int)(word >> RunShift) & RunMask;

    /// <summary>Among the arrivals: by which setting.</summary>
    internal long Sequence => word >> IndexShift;

    internal static TimerPlace In(TimerHome home, int index = 0, int run = 0) => new(((long)index << IndexShift) | (long)(run << RunShift) | (long)home);

    internal static TimerPlace Arrived(long sequence) => new((sequence << IndexShift) | (long)TimerHome.Arrivals);
}
