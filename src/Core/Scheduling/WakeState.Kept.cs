using System.Runtime.CompilerServices;

namespace Lab.Core.Scheduling;

// Kept: the task belongs to one worker, which need not exchange the word; see RuntimeTask.Kept.cs for who may write it when.
internal partial struct WakeState
{
    private const int Kept = Handing | Notified;

    internal readonly bool IsKept
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (_word.Read() & StateMask) == Kept;
    }

    /// <summary>True while the task is kept in the period that has this sequence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly bool IsKeptAs(int sequence) => _word.Read() == (sequence | Kept);

    /// <summary>True while it is kept; in which period.</summary>
    internal readonly bool IsKeptNow(out int sequence)
    {
        var word = _word.Read();
        sequence = word & ~StateMask;
        return (word & StateMask) == Kept;
    }

    /// <summary>In place of <see cref="TryFinish"/>: Polling -> Kept, under a new sequence. False: a wake came meanwhile, and nothing changed.</summary>
    internal bool TryKeep()
    {
        var word = _word.Read();
        return (word & Notified) == 0 && _word.TryChange(word, (unchecked(word + SequenceUnit) & ~StateMask) | Kept);
    }

    /// <summary>Kept -> Queued. The caller must enqueue. For the worker when somebody wants the task, and for those.</summary>
    internal bool TryQueueKept(int sequence) => _word.TryChange(sequence | Kept, unchecked(sequence + SequenceUnit) | Notified);

    /// <summary>Kept -> Polling; like <see cref="TryQueueKept"/>.</summary>
    internal bool TryBeginKept(int sequence) => _word.TryChange(sequence | Kept, unchecked(sequence + SequenceUnit) | Polling);

    /// <summary>Kept -> Handing; like <see cref="TryQueueKept"/>.</summary>
    internal bool TryHandKept(int sequence) => _word.TryChange(sequence | Kept, sequence | Handing);

    /// <summary>In the last step of a kept task: Kept -> Polling, by its worker, whose the task is.</summary>
    internal void EndKeeping() => _word.Write((_word.Read() & ~StateMask) | Polling);
}
