using Lab.Core.Observing;

namespace Lab.Core.Time;

/// <summary>One timer of a <see cref="TimerQueue"/>; intrusive, reused by its owner. All fields belong to the queue's gate.</summary>
internal abstract class TimerEntry : TracedObject
{
    /// <summary>
    /// When it fires, in scheduler ticks (100 ns since the runtime's start); among the <see cref="TimerArrivals"/> how long after the next look at the
    /// clock. Meaningful while queued.
    /// </summary>
    internal long Due;

    /// <summary>Order of setting among equal due times.</summary>
    internal long Sequence;

    /// <summary>Where in its <see cref="Home"/>: an index in the heap, a position otherwise.</summary>
    internal int Place;

    /// <summary>What has it; none while it is not queued.</summary>
    internal TimerHome Home;

    /// <summary>Which of the runs, if its home is a run.</summary>
    internal byte Run;

    internal bool IsQueued => Home != TimerHome.None;

    internal override string KindName => "timer";

    /// <summary>Called once per setting, outside of every gate, when due. <paramref name="due"/> is the due time it was set for.</summary>
    internal abstract void Fire(long due);

    internal bool IsBefore(TimerEntry other) => Due != other.Due ? Due < other.Due : Sequence < other.Sequence;
}
