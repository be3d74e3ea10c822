namespace Lab.Core.Time;

/// <summary>
/// Timers in any order of due times: a 4-ary heap by (due, order of setting). The keys lie in the array beside the entries, so that sifting reads
/// no entry; adding and removing cost O(log n). The array doubles and halves: what was cancelled leaves no memory behind. The caller holds the gate.
/// </summary>
internal sealed class TimerHeap
{
    private const int Arity = 4;

    /// <summary>An array of so many slots is kept.</summary>
    private const int Kept = 1024;

    /// <summary>The heap is [0, count); the rest is empty, so that fired timers are not held.</summary>
    private Slot[] _slots = new Slot[16];
    private int _count;

    internal TimerEntry? First => _slots[0].Entry;

    internal int Count => _count;

    internal int Capacity => _slots.Length;

    internal bool IsConsistent =>
        _count == 0
            ? _slots[0].Entry is null
            : IndexOf(0) == 0 && IndexOf(_count - 1) == _count - 1 && (_count == _slots.Length || _slots[_count].Entry is null);

    /// <summary>The entry's place is its index from now on.</summary>
    internal void Add(TimerEntry entry)
    {
        if (_count == _slots.Length)
        {
            Array.Resize(ref _slots, _count * 2);
        }

        SiftUp(new Slot { Due = entry.Due, Sequence = entry.Sequence, Entry = entry }, _count++);
    }

    /// <summary>The entry with this index is here no more; what it says of its place is left to the caller.</summary>
    internal void RemoveAt(int hole)
    {
        var last = --_count;
        var moved = _slots[last];
        _slots[last] = default;
        if (hole != last)
        {
            // The last entry fills the hole and may belong above or below it.
            if (hole > 0 && IsBefore(moved, _slots[(hole - 1) / Arity]))
            {
                SiftUp(moved, hole);
            }
            else
            {
                SiftDown(moved, hole);
            }
        }

        if (_slots.Length > Kept && _count < _slots.Length / 4)
        {
            Array.Resize(ref _slots, _slots.Length / 2);
        }
    }

    /// <summary>Takes everything out.</summary>
    internal void Clear()
    {
        for (var i = 0; i < _count; i++)
        {
            _slots[i].Entry!.PutLocked(TimerHome.None);
            _slots[i] = default;
        }

        _count = 0;
    }

    private int IndexOf(int slot) => _slots[slot].Entry!.Look().Index;

    private void SiftUp(in Slot slot, int index)
    {
        var slots = _slots;
        while (index > 0)
        {
            var parent = (index - 1) / Arity;
            if (!IsBefore(slot, slots[parent]))
            {
                break;
            }

            Place(slots, slots[parent], index);
            index = parent;
        }

        Place(slots, slot, index);
    }

    private void SiftDown(in Slot slot, int index)
    {
        var slots = _slots;
        while (true)
        {
            var first = (index * Arity) + 1;
            if (first >= _count)
            {
                break;
            }

            var least = first;
            var end = Math.Min(first + Arity, _count);
            for (var child = first + 1; child < end; child++)
            {
                if (IsBefore(slots[child], slots[least]))
                {
                    least = child;
                }
            }

            if (!IsBefore(slots[least], slot))
            {
                break;
            }

            Place(slots, slots[least], index);
            index = least;
        }

        Place(slots, slot, index);
    }

    private static void Place(Slot[] slots, in Slot slot, int index)
    {
        slot.Entry!.PutLocked(TimerHome.Heap, index);
        slots[index] = slot;
    }

    private static bool IsBefore(in Slot left, in Slot right) =>
        left.Due != right.Due ? left.Due < right.Due : left.Sequence < right.Sequence;

    private struct Slot
    {
        internal long Due;
        internal long Sequence;
        internal TimerEntry? Entry;
    }
}
