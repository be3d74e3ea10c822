using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Lab.Core.Memory;
using Lab.Core.Observing;

namespace Lab.Core.Time;

/// <summary>
/// Timers by (due, order of setting). A 4-ary heap of intrusive entries: setting, changing and cancelling cost O(log n) and allocate nothing once
/// the array has grown; a cancelled entry is gone at once. Every setting has its own sequence, which tells it from later ones of the same entry.
/// </summary>
internal sealed class TimerQueue
{
    /// <summary>The due time of what never fires; such an entry is not queued at all.</summary>
    internal const long Never = long.MaxValue;

    private const int Arity = 4;

    private readonly Gate _gate = new();

    /// <summary>The heap is [0, count); the rest is null, so that fired timers are not held.</summary>
    private TimerEntry?[] _heap = new TimerEntry?[16];

    private long _lastSequence;

    /// <summary>Mirrors of the heap, written under the gate and read without it.</summary>
    private AtomicInt32 _count;
    private AtomicInt64 _nextDue = new(Never);

    internal int Count => _count.Read();

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
            if (entry.HeapIndex >= 0)
            {
                RemoveLocked(entry);
            }

            entry.Due = due;
            entry.Sequence = sequence;
            if (due != Never)
            {
                AddLocked(entry);
            }

            PublishNextDueLocked();
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
            if (_count.Read() == 0 || _heap[0]!.Due > now)
            {
                return false;
            }

            entry = _heap[0]!;
            due = entry.Due;
            sequence = entry.Sequence;
            RemoveLocked(entry);
            PublishNextDueLocked();
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
            return _heap[0];
        }
    }

    /// <summary>Takes everything out unfired, and numbers settings from one again.</summary>
    internal void Clear()
    {
        using (_gate.Enter())
        {
            for (var i = 0; i < _count.Read(); i++)
            {
                _heap[i]!.HeapIndex = -1;
                _heap[i] = null;
            }

            _count.Write(0);
            _lastSequence = 0;
            PublishNextDueLocked();
        }
    }

    private bool CancelIf(TimerEntry entry, long? sequence)
    {
        using (_gate.Enter())
        {
            AssertInvariants();
            if (entry.HeapIndex < 0 || (sequence is { } wanted && entry.Sequence != wanted))
            {
                if (Instrumentation.IsEnabled)
                {
                    // Too late, and whoever asked knows it now.
                    Instrumentation.Report(EventKind.StateRead, entry);
                }

                return false;
            }

            RemoveLocked(entry);
            PublishNextDueLocked();
        }

        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(EventKind.TimerCanceled, entry);
        }

        return true;
    }

    private void AddLocked(TimerEntry entry)
    {
        var count = _count.Read();
        if (count == _heap.Length)
        {
            Array.Resize(ref _heap, count * 2);
        }

        _count.Write(count + 1);
        SiftUpLocked(entry, count);
    }

    private void RemoveLocked(TimerEntry entry)
    {
        var hole = entry.HeapIndex;
        var last = _count.Read() - 1;
        var moved = _heap[last]!;
        _heap[last] = null;
        _count.Write(last);
        entry.HeapIndex = -1;
        if (hole == last)
        {
            return;
        }

        // The last entry fills the hole and may belong above or below it.
        if (hole > 0 && IsBefore(moved, _heap[(hole - 1) / Arity]!))
        {
            SiftUpLocked(moved, hole);
        }
        else
        {
            SiftDownLocked(moved, hole);
        }
    }

    private void SiftUpLocked(TimerEntry entry, int index)
    {
        while (index > 0)
        {
            var parentIndex = (index - 1) / Arity;
            var parent = _heap[parentIndex]!;
            if (!IsBefore(entry, parent))
            {
                break;
            }

            PlaceLocked(parent, index);
            index = parentIndex;
        }

        PlaceLocked(entry, index);
    }

    private void SiftDownLocked(TimerEntry entry, int index)
    {
        var count = _count.Read();
        while (true)
        {
            var first = (index * Arity) + 1;
            if (first >= count)
            {
                break;
            }

            var least = first;
            var end = Math.Min(first + Arity, count);
            for (var child = first + 1; child < end; child++)
            {
                if (IsBefore(_heap[child]!, _heap[least]!))
                {
                    least = child;
                }
            }

            if (!IsBefore(_heap[least]!, entry))
            {
                break;
            }

            PlaceLocked(_heap[least]!, index);
            index = least;
        }

        PlaceLocked(entry, index);
    }

    private void PlaceLocked(TimerEntry entry, int index)
    {
        _heap[index] = entry;
        entry.HeapIndex = index;
    }

    private void PublishNextDueLocked() => _nextDue.Write(_count.Read() == 0 ? Never : _heap[0]!.Due);

    private static bool IsBefore(TimerEntry left, TimerEntry right) =>
        left.Due != right.Due ? left.Due < right.Due : left.Sequence < right.Sequence;

    [Conditional("DEBUG")]
    private void AssertInvariants()
    {
        var count = _count.Read();
        Debug.Assert(_gate.IsHeld);
        Debug.Assert(count == 0 ? _heap[0] is null : _heap[0]!.HeapIndex == 0 && _heap[count - 1]!.HeapIndex == count - 1);
        Debug.Assert(count == _heap.Length || _heap[count] is null);
        Debug.Assert(NextDue == (count == 0 ? Never : _heap[0]!.Due));
    }
}
