using Lab.Core.Memory;

namespace Lab.Core.Time;

/// <summary>
/// Timers that were set for a time from now while nobody has read the clock since: in the order of setting, with that time in place of when they are due.
/// Most limits are cancelled before the next look at the clock; one of them costs a store here and another to take it out. The caller holds the gate.
/// </summary>
internal sealed class TimerArrivals
{
    /// <summary>So many, cancelled ones in between included, are worth a look at the clock of their own.</summary>
    internal const int Capacity = 64;

    /// <summary>[0, end), in the order of setting; those cancelled in between are empty, the last is not.</summary>
    private readonly Slot[] _slots = new Slot[Capacity];

    /// <summary>Written under the gate; that it is zero is read anywhere.</summary>
    private AtomicInt32 _end;

    internal bool IsEmpty => _end.Read() == 0;

    internal bool IsFull => _end.Read() == Capacity;

    /// <summary>Counted: O(<see cref="Capacity"/>).</summary>
    internal int Count
    {
        get
        {
            var count = 0;
            foreach (ref readonly var slot in _slots.AsSpan(0, _end.Read()))
            {
                count += slot.Entry is null ? 0 : 1;
            }

            return count;
        }
    }

    internal bool IsConsistent => IsEmpty || (_slots[_end.Read() - 1].Entry is { } last && last.Place == _end.Read() - 1);

    /// <summary>Adds an entry that is to fire <paramref name="span"/> ticks after the next look. There is room.</summary>
    internal void Add(TimerEntry entry, long span)
    {
        var end = _end.Read();
        entry.Due = span;
        entry.Place = end;
        entry.Home = TimerHome.Arrivals;
        _slots[end].Entry = entry;
        _end.Write(end + 1);
    }

    internal void Remove(TimerEntry entry)
    {
        var slots = _slots;
        var end = _end.Read();
        slots[entry.Place].Entry = null;
        entry.Home = TimerHome.None;
        while (end > 0 && slots[end - 1].Entry is null)
        {
            end--;
        }

        _end.Write(end);
    }

    /// <summary>Takes out the first from position <paramref name="next"/> on, which goes on behind it; null: there is none, and nothing is left here.</summary>
    internal TimerEntry? TakeNext(ref int next)
    {
        while (next < _end.Read())
        {
            ref var slot = ref _slots[next++];
            if (slot.Entry is { } entry)
            {
                slot.Entry = null;
                entry.Home = TimerHome.None;
                return entry;
            }
        }

        _end.Write(0);
        return null;
    }

    /// <summary>An array of a struct: storing into one of references checks what it is an array of.</summary>
    private struct Slot
    {
        internal TimerEntry? Entry;
    }
}
