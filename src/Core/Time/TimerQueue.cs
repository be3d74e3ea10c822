using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Lab.Core.Memory;
using Lab.Core.Observing;

namespace Lab.Core.Time;

/// <summary>
/// Timers by (due, order of setting). Limits of equal length, the usual ones, come in the order of their due times and go into <see cref="TimerRuns"/>,
/// where setting, changing and cancelling cost O(1); the others into a <see cref="TimerHeap"/>, O(log n). Nothing is allocated once the arrays have grown,
/// and a cancelled entry is gone at once. Every setting has its own sequence, which tells it from later ones of the same entry.
/// What a worker sets for a time from now first stands among its <see cref="TimerArrivals"/>, outside of the gate, until somebody reads the clock.
/// </summary>
internal sealed class TimerQueue
{
    /// <summary>The due time of what never fires; such an entry is not queued at all.</summary>
    internal const long Never = long.MaxValue;

    /// <summary>Stands in events for the due time of what counts from the next look at the clock.</summary>
    private const long Unknown = -1;

    private readonly Gate _gate = new();

    private readonly TimerRuns _runs = new();
    private readonly TimerHeap _heap = new();

    /// <summary>Of each worker. Written before they start.</summary>
    private TimerArrivals[] _arrivals = [];

    /// <summary>Written under the gate. What is set behind anything that was set or counted here gets a higher one.</summary>
    private AtomicInt64 _lastSequence;

    /// <summary>Mirrors the runs and the heap; written under the gate and read without it.</summary>
    private AtomicInt64 _nextDue = new(Never);

    /// <summary>For reports and tests.</summary>
    internal int Count
    {
        get
        {
            using (_gate.Enter())
            {
                var count = _runs.Count + _heap.Count;
                foreach (var arrivals in _arrivals)
                {
                    count += arrivals.Count;
                }

                return count;
            }
        }
    }

    /// <summary>Something was set whose due time is not known yet: <see cref="Resolve"/> knows it.</summary>
    internal bool HasArrivals
    {
        get
        {
            foreach (var arrivals in _arrivals)
            {
                if (!arrivals.IsEmpty)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Slots that the heap holds now, used or not.</summary>
    internal int HeapCapacity => _heap.Capacity;

    /// <summary>Slots that the runs hold now, used or not.</summary>
    internal int RunCapacity => _runs.Capacity;

    /// <summary>The nearest due time that is known, exact as of the last completed operation; <see cref="Never"/> when there is none.</summary>
    internal long NextDue => _nextDue.Read();

    /// <summary>One worker's arrivals; made before the workers start. Null: there are too many, and the worker does without.</summary>
    internal TimerArrivals? CreateArrivals()
    {
        if (_arrivals.Length == TimerArrivals.Lists)
        {
            return null;
        }

        var arrivals = new TimerArrivals(this, _arrivals.Length);
        _arrivals = [.. _arrivals, arrivals];
        return arrivals;
    }

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
            TryTakeOutLocked(entry, entry.Look());
            RaiseSequenceLocked();
            sequence = _lastSequence.Read() + 1;
            _lastSequence.Write(sequence);
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
    /// By the owner of <paramref name="arrivals"/>: queues the entry, or moves it, to fire <paramref name="span"/> ticks after the next
    /// <see cref="Resolve"/>. It counts as set now. False: so many have come that it is time to look at the clock; the entry is not queued.
    /// </summary>
    internal bool TrySetAfter(TimerArrivals arrivals, TimerEntry entry, long span)
    {
        if (entry.IsQueued)
        {
            TakeOut(arrivals, entry);
        }

        if (!arrivals.TryAdd(entry, span, _lastSequence.Read()))
        {
            return false;
        }

        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(EventKind.TimerSet, entry, Unknown, arrivals.Last);
        }

        return true;
    }

    /// <summary>
    /// Reads the clock and counts from it what workers have set for a time from now, what each has set in the order of setting. Returns the reading. The
    /// clock is read when it is settled what is taken: nothing counts from a reading before it was set. And inside the gate: of two looks the later one has
    /// the later reading. Only for the system's clock, which is no foreign code.
    /// </summary>
    /// <param name="clock">Whose <see cref="TimerDriver.Now"/> it is.</param>
    /// <param name="own">Those of the calling worker.</param>
    /// <param name="isEarlier">The nearest due time is earlier than before.</param>
    internal long Resolve(TimerDriver clock, TimerArrivals? own, out bool isEarlier)
    {
        using (_gate.Enter())
        {
            AssertInvariants();
            RaiseSequenceLocked();
            var now = clock.Now;
            var before = NextDue;
            foreach (var arrivals in _arrivals)
            {
                var next = 0;
                while (arrivals.TakeNext(ref next, ReferenceEquals(arrivals, own)) is { } entry)
                {
                    AddLocked(entry, TimerDriver.Add(now, entry.Due));
                }
            }

            own?.Clear();
            isEarlier = NextDue < before;
            return now;
        }
    }

    /// <summary>Takes the entry out. False: it was not queued (it fired, is being fired, or was cancelled).</summary>
    internal bool Cancel(TimerEntry entry)
    {
        bool isCanceled;
        using (_gate.Enter())
        {
            AssertInvariants();
            isCanceled = TryTakeOutLocked(entry, entry.Look());
        }

        Report(entry, isCanceled);
        return isCanceled;
    }

    /// <summary>By the owner of <paramref name="arrivals"/>, without the gate: takes the entry out if it is there by <paramref name="setting"/>.</summary>
    internal static bool TryCancelOwn(TimerArrivals arrivals, TimerEntry entry, long setting)
    {
        if (!arrivals.Gave(setting) || !entry.TryLeaveArrivals(TimerHome.None, setting))
        {
            return false;
        }

        Report(entry, isCanceled: true);
        return true;
    }

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
            RemoveLocked(entry, entry.Look());
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

    /// <summary>Takes everything out unfired, and numbers settings from one again. For a host without arrivals.</summary>
    internal void Clear()
    {
        Debug.Assert(_arrivals.Length == 0);
        if (_lastSequence.Read() == 0)
        {
            // As new: nothing was ever set.
            return;
        }

        using (_gate.Enter())
        {
            _runs.Clear();
            _heap.Clear();
            _lastSequence.Write(0);
            _nextDue.Write(Never);
        }
    }

    /// <summary>For its next setting, by the owner of <paramref name="arrivals"/>.</summary>
    private void TakeOut(TimerArrivals arrivals, TimerEntry entry)
    {
        var place = entry.Look();
        if (place.Home == TimerHome.Arrivals && arrivals.Gave(place.Sequence) && entry.TryLeaveArrivals(TimerHome.None, place.Sequence))
        {
            return;
        }

        using (_gate.Enter())
        {
            AssertInvariants();
            TryTakeOutLocked(entry, entry.Look());
        }
    }

    private static void Report(TimerEntry entry, bool isCanceled)
    {
        if (Instrumentation.IsEnabled)
        {
            // Too late, and whoever asked knows it now; or not.
            Instrumentation.Report(isCanceled ? EventKind.TimerCanceled : EventKind.StateRead, entry);
        }
    }

    /// <summary>
    /// Under the gate, with one look at where the entry is: its worker may set it, or take it back, after that look and without the gate. Out of a run or the
    /// heap nobody takes it meanwhile. False: it was not queued, or its worker has taken it back in this moment.
    /// </summary>
    internal bool TryTakeOutLocked(TimerEntry entry, TimerPlace seen)
    {
        switch (seen.Home)
        {
            case TimerHome.None:
                return false;
            case TimerHome.Arrivals:
                return entry.TryLeaveArrivals(TimerHome.None, seen.Sequence);
            default:
                RemoveLocked(entry, seen);
                return true;
        }
    }

    /// <summary>What is set from now on is set behind what stands among the arrivals.</summary>
    private void RaiseSequenceLocked()
    {
        foreach (var arrivals in _arrivals)
        {
            _lastSequence.Write(Math.Max(_lastSequence.Read(), arrivals.BeginLook()));
        }
    }

    private void AddLocked(TimerEntry entry, long due)
    {
        entry.Due = due;
        if (due == Never)
        {
            entry.PutLocked(TimerHome.None);
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

    private void RemoveLocked(TimerEntry entry, TimerPlace place)
    {
        if (place.Home == TimerHome.Run)
        {
            _runs.RemoveAt(place);
        }
        else
        {
            Debug.Assert(place.Home == TimerHome.Heap);
            _heap.RemoveAt(place.Index);
        }

        if (entry.Due == NextDue)
        {
            // It may have been the only one due then.
            _nextDue.Write(FirstLocked()?.Due ?? Never);
        }

        // Last: from here on its worker may set it anew, without the gate, and then its due time says something else.
        entry.PutLocked(TimerHome.None);
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
        Debug.Assert((_runs.Count + _heap.Count == 0) == (FirstLocked() is null));
        Debug.Assert(NextDue == (FirstLocked()?.Due ?? Never));
    }
}
