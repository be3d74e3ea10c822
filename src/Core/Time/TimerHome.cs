namespace Lab.Core.Time;

/// <summary>Which part of the <see cref="TimerQueue"/> has a timer.</summary>
internal enum TimerHome : byte
{
    /// <summary>None: it is not queued.</summary>
    None,

    /// <summary><see cref="TimerArrivals"/>: its due time is not known yet.</summary>
    Arrivals,

    /// <summary>It has left the arrivals to be counted: who did that holds the gate until it has another home.</summary>
    Between,

    /// <summary>One of the <see cref="TimerRuns"/>.</summary>
    Run,

    /// <summary><see cref="TimerHeap"/>.</summary>
    Heap,
}
