using Lab.Core.Observing;

namespace Lab.Core.Time;

/// <summary>One timer of a <see cref="TimerQueue"/>; intrusive, reused by its owner. All fields belong to the queue's gate.</summary>
internal abstract class TimerEntry : TracedObject
{
    /// <summary>When it fires, in scheduler ticks (100 ns since the runtime's start). Meaningful while queued.</summary>
    internal long Due;

    /// <summary>Order of setting among equal due times.</summary>
    internal long Sequence;

    /// <summary>Place in the heap; -1 while not queued.</summary>
    internal int HeapIndex = -1;

    internal override string KindName => "timer";

    /// <summary>Called once per setting, outside of every gate, when due. <paramref name="due"/> is the due time it was set for.</summary>
    internal abstract void Fire(long due);
}
