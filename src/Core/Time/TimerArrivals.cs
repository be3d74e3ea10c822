using Lab.Core.Memory;

namespace Lab.Core.Time;

/// <summary>
/// Timers that one worker has set for a time from now while nobody has read the clock since: in the order of setting, with that time in place of when they
/// are due. Most limits are cancelled before the next look at the clock; setting one of them costs stores, cancelling it one exchange, and no gate.
/// </summary>
/// <remarks>
/// The slots and their end are written by the owner alone: the thread that runs the worker's steps. What counts is the word of the timer in a slot: who
/// changes it has taken the timer (<see cref="TimerEntry"/>), and the slot is dead, which its owner sees when it comes by. So others, who look at the
/// clock, take timers but leave the slots. They may read a slot while its owner writes it, and find a timer with another one's sequence: as no two settings
/// have the same, it is dead for them, and found by the next look.
/// </remarks>
/// <param name="queue">Where they go.</param>
/// <param name="index">Which of its lists it is.</param>
internal sealed class TimerArrivals(TimerQueue queue, int index)
{
    /// <summary>So many, cancelled ones in between included, are worth a look at the clock of their own.</summary>
    internal const int Capacity = 64;

    /// <summary>The lists there can be: so many sequences next to each other belong to one each.</summary>
    internal const int Lists = 1 << 12;

    [ThreadStatic]
    private static TimerArrivals? t_ofThisThread;

    /// <summary>[0, end): in the order of setting, dead ones in between.</summary>
    private readonly Slot[] _slots = new Slot[Capacity];

    /// <summary>The release store pairs with the acquire load of who looks: he sees the slots before it, and the timers as they were set.</summary>
    private AtomicInt32 _end;

    /// <summary>The sequence that was given last; its release store comes when the setting is complete.</summary>
    private AtomicInt64 _last;

    /// <summary>Under the queue's gate: what was given last when the present look began.</summary>
    private long _counted;

    /// <summary>
    /// Those of the worker whose steps the calling thread runs; it looks at the clock soon. The thread owns them as long as they stand here, which is on one
    /// thread at a time.
    /// </summary>
    internal static TimerArrivals? OfThisThread
    {
        get => t_ofThisThread;
        set => t_ofThisThread = value;
    }

    /// <summary>The queue they go to.</summary>
    internal TimerQueue Queue => queue;

    /// <summary>O(<see cref="Capacity"/>) if what was set last has been cancelled.</summary>
    internal bool IsEmpty
    {
        get
        {
            for (var i = _end.Read() - 1; i >= 0; i--)
            {
                if (IsAlive(i))
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Counted: O(<see cref="Capacity"/>).</summary>
    internal int Count
    {
        get
        {
            var count = 0;
            for (var i = _end.Read() - 1; i >= 0; i--)
            {
                count += IsAlive(i) ? 1 : 0;
            }

            return count;
        }
    }

    internal long Last => _last.Read();

    /// <summary>
    /// By the owner: adds an entry that is not queued, to fire <paramref name="span"/> ticks after the next look, with a sequence behind
    /// <paramref name="after"/>. False: there is no room, and it is time for a look.
    /// </summary>
    internal bool TryAdd(TimerEntry entry, long span, long after)
    {
        // What was set last has been cancelled, as most often: its slot is free.
        Trim();
        var end = _end.Read();
        if (end == Capacity)
        {
            return false;
        }

        var sequence = (Math.Max(_last.Read(), after) | (Lists - 1)) + 1 + index;
        _slots[end] = new Slot { Entry = entry, Sequence = sequence };
        entry.Arrive(span, sequence);
        _end.Write(end + 1);
        _last.Write(sequence);
        return true;
    }

    /// <summary>That sequence was given here.</summary>
    internal bool Gave(long sequence) => (sequence & (Lists - 1)) == index;

    /// <summary>By the owner: what is dead at the end holds no timer any more.</summary>
    internal void Trim()
    {
        var before = _end.Read();
        var end = before;
        while (end > 0 && !IsAlive(end - 1))
        {
            _slots[--end] = default;
        }

        if (end != before)
        {
            _end.Write(end);
        }
    }

    /// <summary>By the owner, who has just looked: whatever was here has been taken.</summary>
    internal void Clear()
    {
        Array.Clear(_slots, 0, _end.Read());
        _end.Write(0);
    }

    /// <summary>Under the queue's gate, before the clock is read: what has been set by now will count from the reading. Returns <see cref="Last"/>.</summary>
    internal long BeginLook() => _counted = _last.Read();

    /// <summary>
    /// Under the queue's gate: takes the next, from position <paramref name="next"/> on, of what had been set when the look began; null: that is all.
    /// </summary>
    internal TimerEntry? TakeNext(ref int next, bool isOwner)
    {
        var end = _end.Read();
        while (next < end)
        {
            ref readonly var slot = ref _slots[next++];
            var sequence = slot.Sequence;
            if (sequence <= _counted && slot.Entry is { } entry && (isOwner ? entry.HasArrived(sequence) : entry.TryLeaveArrivals(TimerHome.Between, sequence)))
            {
                return entry;
            }
        }

        return null;
    }

    private bool IsAlive(int index)
    {
        ref readonly var slot = ref _slots[index];
        return slot.Entry is { } entry && entry.HasArrived(slot.Sequence);
    }

    /// <summary>An array of a struct: storing into one of references checks what it is an array of.</summary>
    private struct Slot
    {
        internal TimerEntry? Entry;
        internal long Sequence;
    }
}
