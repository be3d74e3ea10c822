using System.Diagnostics;

namespace Lab.Core.Time;

/// <summary>
/// Timers in the order in which they fire: a ring with the due times in it, so that going from one timer to the next reads no timer, and a timer that is
/// taken out of the middle leaves a hole. Appending and removing cost O(1), amortised: a ring that is full is swept if half of it is holes, else it
/// doubles; it halves when no more than an eighth is in use. The caller holds the gate.
/// </summary>
internal sealed class TimerRun(int index)
{
    /// <summary>The due time of the last of none: before every other.</summary>
    internal const long Empty = -1;

    /// <summary>A ring of so many slots is kept.</summary>
    private const int Kept = 1024;

    /// <summary>A timer's place is a position; its slot is the position modulo the length, a power of two. Positions may wrap.</summary>
    private Slot[] _slots = new Slot[16];

    /// <summary>[head, tail) are in use: the first and the last have timers, those between them may be holes. The rest is empty.</summary>
    private int _head;
    private int _tail;
    private int _count;

    internal int Count => _count;

    internal int Capacity => _slots.Length;

    internal TimerEntry? First => At(_head).Entry;

    internal long FirstDue => _count == 0 ? TimerQueue.Never : At(_head).Due;

    internal TimerEntry? Last => At(_tail - 1).Entry;

    internal long LastDue => _count == 0 ? Empty : At(_tail - 1).Due;

    /// <summary>The entry fires after all that are here.</summary>
    internal void Append(TimerEntry entry)
    {
        if (_tail - _head == _slots.Length)
        {
            MakeRoom();
        }

        Put(_slots, _tail++, entry);
        _count++;
    }

    /// <summary>The entry in this position is here no more; what it says of its place is left to the caller.</summary>
    internal void RemoveAt(int place)
    {
        Debug.Assert(At(place).Entry is not null);
        At(place) = default;
        _count--;
        if (_count == 0)
        {
            _head = _tail;
        }
        else if (place == _head)
        {
            SkipHolesAtHead();
        }
        else if (place == _tail - 1)
        {
            SkipHolesAtTail();
        }

        if (_slots.Length > Kept && _count < _slots.Length / 8)
        {
            Sweep(_slots.Length / 2);
        }
    }

    private void SkipHolesAtHead()
    {
        do
        {
            _head++;
        }
        while (At(_head).Entry is null);
    }

    private void SkipHolesAtTail()
    {
        do
        {
            _tail--;
        }
        while (At(_tail - 1).Entry is null);
    }

    private void MakeRoom()
    {
        if (_count <= _slots.Length / 2)
        {
            Sweep(_slots.Length);
            return;
        }

        // Places are positions, not slots: no timer is touched.
        var slots = new Slot[_slots.Length * 2];
        for (var position = _head; position != _tail; position++)
        {
            slots[position & (slots.Length - 1)] = At(position);
        }

        _slots = slots;
    }

    /// <summary>Closes the holes, in a ring of another length or in this one.</summary>
    private void Sweep(int length)
    {
        var slots = length == _slots.Length ? _slots : new Slot[length];
        var free = _head;
        for (var position = _head; position != _tail; position++)
        {
            ref var slot = ref At(position);
            if (slot.Entry is { } entry)
            {
                slot = default;
                Put(slots, free++, entry);
            }
        }

        _slots = slots;
        _tail = free;
    }

    private ref Slot At(int position) => ref _slots[position & (_slots.Length - 1)];

    private void Put(Slot[] slots, int position, TimerEntry entry)
    {
        slots[position & (slots.Length - 1)] = new Slot { Due = entry.Due, Entry = entry };
        entry.PutLocked(TimerHome.Run, position, index);
    }

    private struct Slot
    {
        internal long Due;
        internal TimerEntry? Entry;
    }
}
