using Lab.Core.Observing;

namespace Lab.Core.Time;

/// <summary>One timer of a <see cref="TimerQueue"/>; intrusive, reused by its owner. All fields belong to the queue's gate.</summary>
internal abstract class TimerEntry : TracedObject
{
    internal const int NotQueued = -1;

    /// <summary>When it fires, in scheduler ticks (100 ns since the runtime's start). Meaningful while queued.</summary>
    internal long Due;

    /// <summary>Order of setting among equal due times.</summary>
    internal long Sequence;

    /// <summary>Neighbours in its run; null while it is in none.</summary>
    internal TimerEntry? Previous;
    internal TimerEntry? Next;

    /// <summary>Index in the heap; for a run see <see cref="InRun"/>; <see cref="NotQueued"/> while not queued.</summary>
    internal int Place = NotQueued;

    internal override string KindName => "timer";

    /// <summary>Called once per setting, outside of every gate, when due. <paramref name="due"/> is the due time it was set for.</summary>
    internal abstract void Fire(long due);

    /// <summary>The place that stands for a run, and the run that a place below <see cref="NotQueued"/> stands for.</summary>
    internal static int InRun(int runOrPlace) => NotQueued - 1 - runOrPlace;

    internal bool IsBefore(TimerEntry other) => Due != other.Due ? Due < other.Due : Sequence < other.Sequence;
}
