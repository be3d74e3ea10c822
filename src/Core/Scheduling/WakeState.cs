using System.Runtime.CompilerServices;
using Lab.Core.Memory;

namespace Lab.Core.Scheduling;

/// <summary>
/// The wake protocol of one task in one word: two state bits and the sequence of its current queue entry.
/// Idle: nothing to do. Queued: one live entry is in some queue. Polling: a step runs. Polling+notified: a wake came during the step. Handing: a waker
/// that found the task idle is putting what it brings where the step will find it; nobody else touches that place until the word says Queued.
/// Held: a spare record; nothing that comes late makes it run before its next task starts. Kept: it is its worker's, which says elsewhere what it does
/// (RuntimeTask.Kept.cs).
/// Only Idle -> Queued (<see cref="TryWake()"/>, or by way of Handing), <see cref="TryStart"/> and a failed <see cref="TryFinish"/> give the caller the duty to enqueue, so there
/// is at most one live entry per task, and a wake during a step is never lost. The sequence changes when an entry is claimed and on promotion, and
/// either way the entries that carry the old one are dead for ever.
/// <para>While the word is Polling or Handing, others change it only from Polling to Polling+notified. That may be overwritten by who ends the state
/// with Queued, which says the same and more, so a plain store is enough there; who brought the notice had posted before, and exchanged the word
/// before that store took effect: the step after it sees the post.</para>
/// </summary>
internal partial struct WakeState
{
    private const int Idle = 0;
    private const int Notified = 1;
    private const int Polling = 2;
    private const int Handing = 4;
    private const int Held = Polling | Handing;
    private const int StateMask = 7;
    private const int SequenceUnit = 8;

    private AtomicInt32 _word;

    /// <summary>The sequence that a new entry of this task must carry.</summary>
    internal readonly int Sequence => _word.Read() & ~StateMask;

    /// <summary>The sequence that follows this one.</summary>
    internal static int SequenceAfter(int sequence) => unchecked(sequence + SequenceUnit);

    internal readonly bool IsIdle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (_word.Read() & StateMask) == Idle;
    }

    internal readonly bool IsPolling
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (_word.Read() & Polling) != 0;
    }

    internal readonly bool IsNotified
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (_word.Read() & Notified) != 0;
    }

    /// <inheritdoc cref="TryWake(out bool)"/>
    internal bool TryWake() => TryWake(out _);

    /// <summary>Leaves a wake. True: the task was idle and the caller must enqueue it. A full fence either way.</summary>
    /// <param name="isKept">Nothing was done: the task is kept, and to wake it takes more.</param>
    internal bool TryWake(out bool isKept)
    {
        isKept = false;
        while (true)
        {
            var word = _word.Read();
            if ((word & (Notified | Handing)) != 0)
            {
                if ((word & StateMask) == Kept)
                {
                    isKept = true;
                    return false;
                }

                // Nothing to change, but the exchange is not useless: it orders the waker's earlier writes (the inbox) before the step
                // that consumes the notification, as the exchange in the idle case does.
                if (_word.TryChange(word, word))
                {
                    return false;
                }
            }
            else if (_word.TryChange(word, word | Notified))
            {
                return (word & StateMask) == Idle;
            }
        }
    }

    /// <summary>
    /// The first wake, of a new record or a held one. True: the caller must enqueue it. No fence for a held one: claiming the entry is one, and who asks the
    /// task to cancel meanwhile fences every thread (<see cref="TryPromote(out bool)"/>).
    /// </summary>
    internal bool TryStart()
    {
        var word = _word.Read();
        if ((word & StateMask) != Held)
        {
            return TryWake();
        }

        // Nobody else changes a held word.
        _word.Write((word & ~StateMask) | Notified);
        return true;
    }

    /// <summary>
    /// Lab: the first wake of a record, without an exchange. The caller must enqueue it. Who is late with a wake for the record's last task, and wakes it too,
    /// says the same.
    /// </summary>
    internal void StartAnnounced() => FinishNotified();

    /// <summary>True: the task was idle; it is the caller's to hand something to, and nobody runs or enqueues it before <see cref="EndHanding"/>.</summary>
    internal bool TryBeginHanding()
    {
        var word = _word.Read();
        return (word & StateMask) == Idle && _word.TryChange(word, word | Handing);
    }

    /// <summary>What was handed over is in place: Handing -> Queued. The caller must enqueue.</summary>
    internal void EndHanding() => _word.Write((_word.Read() & ~StateMask) | Notified);

    /// <summary>True while the task waits for a step; under which entry. A moment's view: who acts on it names the sequence.</summary>
    internal readonly bool IsQueued(out int sequence)
    {
        var word = _word.Read();
        sequence = word & ~StateMask;
        return (word & StateMask) == Notified;
    }

    /// <summary>True while the task waits for a step under an entry with this sequence; a moment's view.</summary>
    internal readonly bool IsQueuedAs(int sequence) => _word.Read() == (sequence | Notified);

    /// <summary>
    /// Claims a popped entry: Queued -> Polling. False: the entry is stale (the task was promoted, or ran already) and must be ignored.
    /// The sequence is used up: a second entry that was made while a promotion was under way carries the same one and must not match a later wait.
    /// </summary>
    internal bool TryBegin(int sequence) => _word.TryChange(sequence | Notified, unchecked(sequence + SequenceUnit) | Polling);

    /// <summary>
    /// Lab, where no task has entries and one thread runs all steps: Queued -> Polling, without an exchange. What a foreign thread writes meanwhile may be
    /// lost: it is a notice that is there already, or a promotion, which means nothing to who has no lanes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void BeginAnnounced() => _word.Write(unchecked((_word.Read() & ~StateMask) + SequenceUnit) | Polling);

    /// <summary>
    /// The task ended outside of a claimed step (the lab's announced ones): late wakes enqueue nothing any more. What a foreign thread writes meanwhile may be
    /// lost, as in <see cref="BeginAnnounced"/>: it would wake a task that has no step left.
    /// </summary>
    internal void Retire() => _word.Write((_word.Read() & ~StateMask) | Polling);

    /// <summary>From any thread: no step of the task begins any more. False: one may be running, and who runs it goes on to its end.</summary>
    internal bool TryRetire()
    {
        while (true)
        {
            var word = _word.Read();
            if ((word & StateMask) is not (Idle or Notified))
            {
                return false;
            }

            if (_word.TryChange(word, (word & ~StateMask) | Polling))
            {
                return true;
            }
        }
    }

    /// <summary>Ends a step: Polling -> Idle. False: a wake came meanwhile; the task is Queued again and the caller must enqueue it.</summary>
    internal bool TryFinish()
    {
        var word = _word.Read();
        if ((word & Notified) == 0 && _word.TryChange(word, word & ~StateMask))
        {
            return true;
        }

        FinishNotified();
        return false;
    }

    /// <summary>
    /// Lab: <see cref="TryFinish"/> without an exchange. What a foreign thread writes meanwhile may be lost, as in <see cref="BeginAnnounced"/>: it has told
    /// the dispatch before, and what it would enqueue is kept apart.
    /// </summary>
    internal bool TryFinishAnnounced()
    {
        var word = _word.Read();
        if ((word & Notified) != 0)
        {
            FinishNotified();
            return false;
        }

        _word.Write(word & ~StateMask);
        return true;
    }

    /// <summary>Ends a step that must be followed by another (more continuations wait): Polling -> Queued. The caller must enqueue.</summary>
    internal void FinishNotified() => _word.Write((_word.Read() & ~StateMask) | Notified);

    /// <inheritdoc cref="TryPromote(out bool)"/>
    internal bool TryPromote() => TryPromote(out _);

    /// <summary>Gives a queued task a new entry sequence. True: the old entry is dead and the caller must enqueue a new one.</summary>
    /// <param name="isChanging">If it was not queued: somebody may be about to make it so, or may have by now, by a store without a fence.</param>
    internal bool TryPromote(out bool isChanging)
    {
        while (true)
        {
            var word = _word.Read();
            if ((word & StateMask) != Notified)
            {
                isChanging = (word & StateMask) != Idle;
                return false;
            }

            if (_word.TryChange(word, word + SequenceUnit))
            {
                isChanging = false;
                return true;
            }
        }
    }

    /// <summary><see cref="TryPromote()"/>, only of the entry with this sequence. False: the task has left it.</summary>
    internal bool TryPromote(int sequence) => _word.TryChange(sequence | Notified, unchecked(sequence + SequenceUnit) | Notified);

    /// <summary>
    /// A completed record becomes a spare one, with a sequence that no old entry has. Who wakes it now, too late for its last task, wakes nobody; what he
    /// brought lies in the inbox when the next task has taken its first step.
    /// </summary>
    internal void Hold() => _word.Write(((_word.Read() & ~StateMask) + SequenceUnit) | Held);

    /// <summary>For reuse of a completed record: idle, and with a sequence that no old entry has.</summary>
    internal void Renew() => _word.Write((_word.Read() & ~StateMask) + SequenceUnit);
}
