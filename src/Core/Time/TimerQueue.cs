using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Lab.Core.Memory;
using Lab.Core.Observing;

namespace Lab.Core.Time;

/// <summary>
/// Timers by (due, order of setting). Limits of equal length, the usual ones, come in the order of their due times and go into <see cref="TimerRuns"/>,
/// where setting, changing and cancelling cost O(1); the others into a <see cref="TimerHeap"/>, O(log n). Nothing is allocated once the array has grown,
/// and a cancelled entry is gone at once. Every setting has its own sequence, which tells it from later ones of the same entry.
/// </summary>
internal sealed class TimerQueue
{
    /// <summary>The due time of what never fires; such an entry is not queued at all.</summary>
    internal const long Never = long.MaxValue;

    private readonly Gate _gate = new();

    private readonly TimerRuns _runs = new();
    private readonly TimerHeap _heap = new();
    private long _lastSequence;

    /// <summary>Mirrors of both, written under the gate and read without it.</summary>
    private AtomicInt32 _count;
    private AtomicInt64 _nextDue = new(Never);

    internal int Count => _count.Read();

    /// <summary>Slots that the heap holds now, used or not.</summary>
    internal int Capacity => _heap.Capacity;

    /// <summary>The nearest due time, exact as of the last completed operation; <see cref="Never"/> when nothing is queued.</summary>
    internal long NextDue => _nextDue.Read();

    /// <summary>
    /// Queues the entry, or moves it if it is queued: either way it counts as set last. <see cref="Never"/> takes it out.
    /// True: the nearest due time is earlier than before. The setting's sequence is in the entry afterwards.
    /// </summary>
    internal bool Set(TimerEntry entry, long due)
    {
        long sequence;
        bool isEarlier;
        using (_gate.Enter())
        {
            AssertInvariants();
            var before = NextDue;
            sequence = ++_lastSequence;
            if (entry.Place != TimerEntry.NotQueued)
            {
                RemoveLocked(entry);
            }

            entry.Due = due;
            entry.Sequence = sequence;
            if (due != Never)
            {
                AddLocked(entry);
            }

            isEarlier = NextDue < before;
        }

        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(EventKind.TimerSet, entry, due, sequence);
        }

        return isEarlier;
    }

    /// <summary>Takes the entry out. False: it was not queued (it fired, is being fired, or was cancelled).</summary>
    internal bool Cancel(TimerEntry entry) => CancelIf(entry, null);

    /// <summary>Takes the entry out if it is still queued by the setting that got <paramref name="sequence"/>; a later setting is left alone.</summary>
    internal bool Cancel(TimerEntry entry, long sequence) => CancelIf(entry, sequence);

    /// <summary>Takes the first entry if it is due. The caller fires it, outside of every gate.</summary>
    internal bool TryTakeDue(long now, [NotNullWhen(true)] out TimerEntry? entry, out long due)
    {
        entry = null;
        due = Never;
        if (NextDue > now)
        {
            return false;
        }

        long sequence;
        using (_gate.Enter())
        {
            AssertInvariants();
            if (NextDue > now || FirstLocked() is not { } first)
            {
                return false;
            }

            entry = first;
            due = entry.Due;
            sequence = entry.Sequence;
            RemoveLocked(entry);
        }

        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(EventKind.TimerFired, entry, due, sequence);
        }

        return true;
    }

    /// <summary>The first entry, without taking it; for a host that shows what would fire next.</summary>
    internal TimerEntry? Peek()
    {
        using (_gate.Enter())
        {
            return FirstLocked();
        }
    }

    /// <summary>Takes everything out unfired, and numbers settings from one again.</summary>
    internal void Clear()
    {
        if (_lastSequence == 0)
        {
            // As new: nothing was ever set.
            return;
        }

        using (_gate.Enter())
        {
            _runs.Clear();
            _heap.Clear();
            _count.Write(0);
            _lastSequence = 0;
            _nextDue.Write(Never);
        }
    }

    private bool CancelIf(TimerEntry entry, long? sequence)
    {
        using (_gate.Enter())
        {
            AssertInvariants();
            if (entry.Place == TimerEntry.NotQueued || (sequence is { } wanted && entry.Sequence != wanted))
            {
                if (Instrumentation.IsEnabled)
                {
                    // Too late, and whoever asked knows it now.
                    Instrumentation.Report(EventKind.StateRead, entry);
                }

                return false;
            }

            RemoveLocked(entry);
        }

        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(EventKind.TimerCanceled, entry);
        }

        return true;
    }

    private void AddLocked(TimerEntry entry)
    {
        if (!_runs.TryAppend(entry))
        {
            _heap.Add(entry);
        }

        _count.Write(_count.Read() + 1);
        if (entry.Due < NextDue)
        {
            _nextDue.Write(entry.Due);
        }
    }

    private void RemoveLocked(TimerEntry entry)
    {
        if (entry.Place >= 0)
        {
            _heap.Remove(entry);
        }
        else
        {
            _runs.Remove(entry);
        }

        _count.Write(_count.Read() - 1);
        if (entry.Due == NextDue)
        {
            // It may have been the only one due then.
            _nextDue.Write(FirstLocked()?.Due ?? Never);
        }
    }

    private TimerEntry? FirstLocked()
    {
        var (first, other) = (_runs.First, _heap.First);
        return first is null || (other is not null && other.IsBefore(first)) ? other : first;
    }

    [Conditional("DEBUG")]
    private void AssertInvariants()
    {
        Debug.Assert(_gate.IsHeld);
        Debug.Assert(_heap.IsConsistent);
        Debug.Assert((_count.Read() == 0) == (FirstLocked() is null));
        Debug.Assert(NextDue == (FirstLocked()?.Due ?? Never));
    }
}
