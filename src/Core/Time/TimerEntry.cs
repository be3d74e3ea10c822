using Lab.Core.Memory;
using Lab.Core.Observing;

namespace Lab.Core.Time;

/// <summary>One timer of a <see cref="TimerQueue"/>; intrusive, reused by its owner. One thread at a time sets it.</summary>
/// <remarks>
/// Where it is, is one word, which is written under the queue's gate, except for two changes that a worker makes without it. The worker that sets it puts it
/// from none to its arrivals, with a release store: nobody else writes the word of a timer that is not queued. And that worker takes it back from there,
/// with an exchange. So everybody else who takes it from there does that under the gate and with an exchange. That worker itself, when it looks at the
/// clock, needs no exchange: the gate keeps the others away.
/// </remarks>
internal abstract class TimerEntry : TracedObject
{
    /// <summary>
    /// When it fires, in scheduler ticks (100 ns since the runtime's start); among the <see cref="TimerArrivals"/> how long after the next look at the
    /// clock. Meaningful while queued.
    /// </summary>
    internal long Due;

    /// <summary>Order of setting among equal due times.</summary>
    internal long Sequence;

    /// <summary>A <see cref="TimerPlace"/>.</summary>
    private AtomicInt64 _where;

    internal bool IsQueued => Look().Home != TimerHome.None;

    internal override string KindName => "timer";

    /// <summary>Called once per setting, outside of every gate, when due. <paramref name="due"/> is the due time it was set for.</summary>
    internal abstract void Fire(long due);

    /// <summary>Where it is now. Whoever decides by it goes on by what this one look has seen: the next one may see another place, even under the gate.</summary>
    internal TimerPlace Look() => new(_where.Read());

    internal bool IsBefore(TimerEntry other) => Due != other.Due ? Due < other.Due : Sequence < other.Sequence;

    /// <summary>Under the gate, for a timer that is not among the arrivals.</summary>
    internal void PutLocked(TimerHome home, int index = 0, int run = 0) => _where.Write(TimerPlace.In(home, index, run).Word);

    /// <summary>By who sets it, while it is not queued: it is among the arrivals from now on. The release store pairs with whoever takes it from there.</summary>
    internal void Arrive(long span, long sequence)
    {
        Due = span;
        Sequence = sequence;
        _where.Write(TimerPlace.Arrived(sequence).Word);
    }

    /// <summary>It is among the arrivals, by the setting that got <paramref name="sequence"/>.</summary>
    internal bool HasArrived(long sequence) => _where.Read() == TimerPlace.Arrived(sequence).Word;

    /// <summary>
    /// By the worker that has set it, or under the gate: takes it from the arrivals, if it is there by the setting that got <paramref name="sequence"/>. True:
    /// nobody else does.
    /// </summary>
    internal bool TryLeaveArrivals(TimerHome home, long sequence) =>
        HasArrived(sequence) && _where.TryChange(TimerPlace.Arrived(sequence).Word, TimerPlace.In(home).Word);
}
