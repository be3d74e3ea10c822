using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Lab.Core.Memory;
using Lab.Core.Observing;

namespace Lab.Core.Time;

/// <summary>
/// Timers by (due, order of setting). Limits of equal length, the usual ones, come in the order of their due times and go into <see cref="TimerRuns"/>,
/// where setting, changing and cancelling cost O(1); the others into a <see cref="TimerHeap"/>, O(log n). Nothing is allocated once the arrays have grown,
/// and a cancelled entry is gone at once. Every setting has its own sequence, which tells it from later ones of the same entry.
/// What is set for a time from now may first stand among the <see cref="TimerArrivals"/>, until somebody reads the clock.
/// </summary>
internal sealed class TimerQueue
{
    /// <summary>The due time of what never fires; such an entry is not queued at all.</summary>
    internal const long Never = long.MaxValue;

    /// <summary>Stands in events for the due time of what counts from the next look at the clock.</summary>
    private const long Unknown = -1;

    /// <summary>Settings are numbered from one.</summary>
    private const long AnySetting = 0;

    private readonly Gate _gate = new();

    private readonly TimerRuns _runs = new();
    private readonly TimerHeap _heap = new();
    private readonly TimerArrivals _arrivals = new();
    private long _lastSequence;

    /// <summary>Mirrors the runs and the heap; written under the gate and read without it.</summary>
    private AtomicInt64 _nextDue = new(Never);

    /// <summary>For reports and tests.</summary>
    internal int Count
    {
        get
        {
            using (_gate.Enter())
            {
                return _runs.Count + _heap.Count + _arrivals.Count;
            }
        }
    }

    /// <summary>Something was set whose due time is not known yet: <see cref="Resolve"/> knows it.</summary>
    internal bool HasArrivals => !_arrivals.IsEmpty;

    /// <summary>Slots that the heap holds now, used or not.</summary>
    internal int HeapCapacity => _heap.Capacity;

    /// <summary>Slots that the runs hold now, used or not.</summary>
    internal int RunCapacity => _runs.Capacity;

    /// <summary>The nearest due time that is known, exact as of the last completed operation; <see cref="Never"/> when there is none.</summary>
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
            if (entry.IsQueued)
            {
                RemoveLocked(entry);
            }

            entry.Sequence = sequence;
            AddLocked(entry, due);
            isEarlier = NextDue < before;
        }

        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(EventKind.TimerSet, entry, due, sequence);
        }

        return isEarlier;
    }

    /// <summary>
    /// Queues the entry, or moves it, to fire <paramref name="span"/> ticks after the next <see cref="Resolve"/>. It counts as set now. False: nothing
    /// was done, because so many have come that it is time to look at the clock.
    /// </summary>
    internal bool TrySetAfter(TimerEntry entry, long span)
    {
        long sequence;
        using (_gate.Enter())
        {
            AssertInvariants();
            if (_arrivals.IsFull)
            {
                return false;
            }

            if (entry.IsQueued)
            {
                RemoveLocked(entry);
            }

            entry.Sequence = sequence = ++_lastSequence;
            _arrivals.Add(entry, span);
        }

        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(EventKind.TimerSet, entry, Unknown, sequence);
        }

        return true;
    }

    /// <summary>
    /// Reads the clock and counts from it what was set for a time from now, in the order of setting. Returns the reading. The clock is read inside the
    /// gate: nothing that is set meanwhile by others may count from a reading before it. Only for the system's clock, which is no foreign code.
    /// </summary>
    /// <param name="clock">Whose <see cref="TimerDriver.Now"/> it is.</param>
    /// <param name="isEarlier">The nearest due time is earlier than before.</param>
    internal long Resolve(TimerDriver clock, out bool isEarlier)
    {
        using (_gate.Enter())
        {
            AssertInvariants();
            var now = clock.Now;
            var before = NextDue;
            var next = 0;
            while (_arrivals.TakeNext(ref next) is { } entry)
            {
                AddLocked(entry, TimerDriver.Add(now, entry.Due));
            }

            isEarlier = NextDue < before;
            return now;
        }
    }

    /// <summary>Takes the entry out. False: it was not queued (it fired, is being fired, or was cancelled).</summary>
    internal bool Cancel(TimerEntry entry) => CancelIf(entry, AnySetting);

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
            for (var next = 0; _arrivals.TakeNext(ref next) is not null;)
            {
            }

            _lastSequence = 0;
            _nextDue.Write(Never);
        }
    }

    private bool CancelIf(TimerEntry entry, long sequence)
    {
        using (_gate.Enter())
        {
            AssertInvariants();
            if (!entry.IsQueued || (sequence != AnySetting && entry.Sequence != sequence))
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

    private void AddLocked(TimerEntry entry, long due)
    {
        entry.Due = due;
        if (due == Never)
        {
            return;
        }

        if (!_runs.TryAppend(entry))
        {
            _heap.Add(entry);
        }

        if (due < NextDue)
        {
            _nextDue.Write(due);
        }
    }

    private void RemoveLocked(TimerEntry entry)
    {
        if (entry.Home == TimerHome.Arrivals)
        {
            _arrivals.Remove(entry);
            return;
        }

        if (entry.Home == TimerHome.Run)
        {
            _runs.Remove(entry);
        }
        else
        {
            _heap.Remove(entry);
        }

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
        Debug.Assert(_arrivals.IsConsistent);
        Debug.Assert((_runs.Count + _heap.Count == 0) == (FirstLocked() is null));
        Debug.Assert(NextDue == (FirstLocked()?.Due ?? Never));
    }
}
