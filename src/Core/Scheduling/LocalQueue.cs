using Lab.Core.Memory;

namespace Lab.Core.Scheduling;

/// <summary>
/// One worker's ready queue: a bounded FIFO ring. The owner pushes and pops; other workers steal the older half. The head word packs two positions:
/// <c>real</c> is the oldest entry that is still to be had, <c>steal</c> trails behind it while a thief copies what it claimed ([steal, real) belongs
/// to that thief; equal: nobody is stealing). Both move only by compare-exchange of the whole word, so an entry is claimed exactly once. A second
/// thief does not wait for the first, and the owner does not wait for a thief: if the ring looks full it sends entries to the injector. A thief holds
/// nothing of its own queue, so thieves in opposite directions cannot lock each other out. Positions are 16-bit counters that wrap.
/// <para>The owner also drops dead entries from the newer end (<see cref="DropDead"/>), so the tail goes back at times, and a thief may have read it before
/// that. So the head has a third part, the number of its changes: the owner puts the tail back first and then changes the head, and a claim that was
/// reckoned with the old tail fails. The number has 39 bits: it comes round after more than an hour of nothing but exchanges.</para>
/// <para>A task that was just spawned is mostly joined next. So the newest entry of all, if it is one of a spawned task, stands apart from the ring
/// (<see cref="PushNewest"/>), where the owner puts and takes it with plain stores; thieves, who come to it when the ring is empty, with an exchange. The owner
/// and a thief may both find the same task: one of them claims it, for the other it is stale.</para>
/// </summary>
internal sealed class LocalQueue
{
    internal const int Capacity = 256;

    /// <summary>What a thief takes at most, and what an overflow sends away.</summary>
    internal const int Half = Capacity / 2;

    private const uint Mask = Capacity - 1;
    private const uint PositionMask = 0xFFFF;
    private const int TrailBits = 9;
    private const int TrailShift = 16;
    private const long PositionsMask = (1 << (TrailShift + TrailBits)) - 1;

    private readonly QueueEntry[] _ring = new QueueEntry[Capacity];

    /// <summary>After the ring's last. Only the owner fills it.</summary>
    private AtomicReference<RuntimeTask> _newest;

    /// <summary>The sequence of that entry; the owner's alone.</summary>
    private int _newestSequence;

    /// <summary>(changes &lt;&lt; 25) | ((real - steal) &lt;&lt; 16) | real.</summary>
    private AtomicInt64 _head;

    /// <summary>
    /// Where the next entry goes. Only the owner writes; the release store publishes the ring's cell to thieves' acquire load. For a moment, while the owner
    /// drops entries that a thief has just claimed, it may be behind <c>real</c>: the ring is empty then.
    /// </summary>
    private AtomicInt32 _tail;

    /// <summary>Entries to be had; exact for the owner while nobody steals, a moment's view for others.</summary>
    internal int Count
    {
        get
        {
            var real = Real(_head.Read());
            return Available(real, (uint)_tail.Read()) + NewestCount;
        }
    }

    /// <summary>Whether an entry stands apart from the ring; exact for the owner while nobody steals.</summary>
    internal bool HasNewest => _newest.Read() is not null;

    private int NewestCount => HasNewest ? 1 : 0;

    internal bool IsEmpty => Count == 0;

    /// <summary>Cells of the ring that the owner can fill now; owner only.</summary>
    internal int Room => Capacity - Distance(Steal(_head.Read()), (uint)_tail.Read());

    /// <summary>Appends; owner only. A full ring sends its older half and the entry to the injector.</summary>
    internal void Push(in QueueEntry entry, Injector overflow)
    {
        if (_newest.Read() is { } newest)
        {
            _newest.Write(null);
            PushToRing(new QueueEntry(newest, _newestSequence), overflow);
        }

        PushToRing(entry, overflow);
    }

    /// <summary>Appends the entry of a spawned task, apart from the ring; owner only. The one that stood there goes into the ring.</summary>
    internal void PushNewest(RuntimeTask task, Injector overflow)
    {
        var (newest, sequence) = (_newest.Read(), _newestSequence);
        _newestSequence = task.Wake.Sequence;
        _newest.Write(task);
        if (newest is not null)
        {
            PushToRing(new QueueEntry(newest, sequence), overflow);
        }
    }

    /// <summary>Appends if the ring has room; owner only.</summary>
    internal bool TryPush(in QueueEntry entry)
    {
        if (_newest.Read() is { } newest)
        {
            if (!TryPushToRing(new QueueEntry(newest, _newestSequence)))
            {
                return false;
            }

            _newest.Write(null);
        }

        return TryPushToRing(entry);
    }

    private void PushToRing(in QueueEntry entry, Injector overflow)
    {
        while (!TryPushToRing(entry))
        {
            if (TrySendHalfAway(entry, overflow))
            {
                return;
            }
        }
    }

    private bool TryPushToRing(in QueueEntry entry)
    {
        var tail = (uint)_tail.Read();
        if (Distance(Steal(_head.Read()), tail) >= Capacity)
        {
            return false;
        }

        _ring[tail & Mask] = entry;
        _tail.Write((int)(tail + 1));
        return true;
    }

    /// <summary>Takes the oldest entry; owner only.</summary>
    internal bool TryPop(out QueueEntry entry)
    {
        while (true)
        {
            var head = _head.Read();
            var (steal, real) = (Steal(head), Real(head));
            if (Distance(real, (uint)_tail.Read()) == 0)
            {
                return TryPopNewest(out entry);
            }

            // A thief at work keeps its claim: only real moves past it.
            var next = real + 1;
            if (_head.TryChange(head, Changed(head, steal == real ? next : steal, next)))
            {
                // Thieves may read no cell below real, and only the owner fills cells: this one is ours to read and to empty.
                entry = Empty(real);
                return true;
            }
        }
    }

    private bool TryPopNewest(out QueueEntry entry)
    {
        if (_newest.Read() is { } task)
        {
            _newest.Write(null);
            entry = new QueueEntry(task, _newestSequence);
            return true;
        }

        entry = default;
        return false;
    }

    /// <summary>
    /// The entry of <paramref name="task"/> has just died: drops it if it stands apart, if it is the ring's newest, with what is dead below it, or if it is
    /// the oldest. In between it stays until it is one of them: popped, a dead entry changes nothing. Owner only.
    /// </summary>
    internal void DropDead(RuntimeTask task)
    {
        if (ReferenceEquals(_newest.Read(), task))
        {
            _newest.Write(null);
            return;
        }

        var tail = (uint)_tail.Read();
        var real = Real(_head.Read());
        if (Available(real, tail) == 0)
        {
            return;
        }

        // A thief may be emptying these cells. What it has claimed it keeps: the exchanges below tell.
        if (ReferenceEquals(_ring[(tail - 1) & Mask].Task, task))
        {
            DropNewest(tail, NewestLive(real, tail - 1));
        }
        else if (ReferenceEquals(_ring[real & Mask].Task, task))
        {
            DropOldest(task);
        }
    }

    private void DropOldest(RuntimeTask task)
    {
        var head = _head.Read();
        var (steal, real) = (Steal(head), Real(head));
        if (ReferenceEquals(_ring[real & Mask].Task, task) && _head.TryChange(head, Changed(head, steal == real ? real + 1 : steal, real + 1)))
        {
            Empty(real);
        }
    }

    /// <summary>The position after the newest entry that would run.</summary>
    private uint NewestLive(uint real, uint end)
    {
        while (Distance(real, end) != 0)
        {
            // Once: a thief may be emptying the cell.
            var entry = _ring[(end - 1) & Mask];
            if (entry.IsLive)
            {
                break;
            }

            end--;
        }

        return end;
    }

    private void DropNewest(uint tail, uint end)
    {
        while (true)
        {
            var head = _head.Read();
            var real = Real(head);
            if (Available(real, end) == 0)
            {
                // All of them are dropped, except those that a thief has claimed meanwhile.
                end += (real - end) & PositionMask;
            }

            // In this order: see the type. The exchange is a full fence.
            _tail.Write((int)end);
            if (_head.TryChange(head, Changed(head, Steal(head), real)))
            {
                break;
            }
        }

        for (var position = end; position != tail; position++)
        {
            Empty(position);
        }
    }

    /// <summary>
    /// Moves the older half (at most <see cref="Half"/>, at least one) to the end of <paramref name="destination"/>, in order. Called by the owner of
    /// the destination. Returns how many; 0: empty, another thief is at work, or the destination lacks room.
    /// </summary>
    internal int StealInto(LocalQueue destination)
    {
        if (destination.Room < Half)
        {
            return 0;
        }

        if (TryClaimHalf(out var first, out var count))
        {
            MoveClaimed(destination, first, count);
            return count;
        }

        return Count == 1 && TryTakeNewest(out var entry) && destination.TryPush(entry) ? 1 : 0;
    }

    /// <summary>A thief's: what stands apart from the ring, if it is to be run.</summary>
    private bool TryTakeNewest(out QueueEntry entry)
    {
        // Under which entry it was here only the owner knows. Any live one will do: if there is none, whoever changed that has the task, or an entry of it.
        var task = _newest.Read() is null ? null : _newest.Exchange(null);
        if (task is not null && task.Wake.IsQueued(out var sequence))
        {
            entry = new QueueEntry(task, sequence);
            return true;
        }

        entry = default;
        return false;
    }

    /// <summary>The first half of a steal: from here on the entries are the thief's, however long it takes to fetch them.</summary>
    internal bool TryClaimHalf(out uint first, out int count)
    {
        while (true)
        {
            var head = _head.Read();
            var (steal, real) = (Steal(head), Real(head));
            var available = Available(real, (uint)_tail.Read());
            var all = available + NewestCount;
            first = real;
            count = Math.Min(all - (all / 2), Half);
            if (steal != real || available is 0)
            {
                count = 0;
                return false;
            }

            // With a tail that was read before it went back, or after the head has moved on, the exchange fails.
            if (_head.TryChange(head, Changed(head, steal, real + (uint)count)))
            {
                return true;
            }
        }
    }

    /// <summary>The second half: fetches the entries, frees their cells for the owner, and shows them to the destination's other thieves.</summary>
    internal void MoveClaimed(LocalQueue destination, uint first, int count)
    {
        var tail = (uint)destination._tail.Read();
        for (uint i = 0; i < count; i++)
        {
            destination._ring[(tail + i) & Mask] = Empty(first + i);
        }

        EndSteal();
        destination._tail.Write((int)(tail + (uint)count));
    }

    /// <summary>Whether an entry would run if it was popped now; only where nobody else pushes or steals meanwhile (virtual workers).</summary>
    internal bool HasLive()
    {
        var real = Real(_head.Read());
        return Distance(real, NewestLive(real, (uint)_tail.Read())) != 0 || (_newest.Read() is { } newest && newest.Wake.IsQueuedAs(_newestSequence));
    }

    private bool TrySendHalfAway(in QueueEntry entry, Injector overflow)
    {
        var head = _head.Read();
        var (steal, real) = (Steal(head), Real(head));
        if (steal != real)
        {
            // A thief is making room; waiting for it would let a sleeping thread hold us up.
            overflow.PushReady(entry, this);
            return true;
        }

        if (Distance(real, (uint)_tail.Read()) < Capacity || !_head.TryChange(head, Changed(head, real + Half, real + Half)))
        {
            // A thief took something: there is room now.
            return false;
        }

        overflow.PushReady(new ClaimedHalf(this, real), entry);
        return true;
    }

    private void EndSteal()
    {
        // The owner may have moved real meanwhile: free our cells by catching up with it, whatever it is.
        while (true)
        {
            var head = _head.Read();
            if (_head.TryChange(head, Changed(head, Real(head), Real(head))))
            {
                return;
            }
        }
    }

    /// <summary>Reads a claimed cell and clears it, so that the ring holds no finished task.</summary>
    private QueueEntry Empty(uint position)
    {
        ref var cell = ref _ring[position & Mask];
        var entry = cell;
        cell = default;
        return entry;
    }

    private static uint Steal(long head) => (Real(head) - (uint)(head >> TrailShift & ((1 << TrailBits) - 1))) & PositionMask;

    private static uint Real(long head) => (uint)head & PositionMask;

    /// <summary>A head after <paramref name="head"/>, with other positions.</summary>
    private static long Changed(long head, uint steal, uint real) =>
        ((head | PositionsMask) + 1) | ((long)((real - steal) & PositionMask) << TrailShift) | (real & PositionMask);

    /// <summary>From one position to a later one.</summary>
    private static int Distance(uint from, uint to) => (int)((to - from) & PositionMask);

    /// <summary>Entries between <c>real</c> and the tail, both read without the other's leave: none if the tail is behind, or was read too late.</summary>
    private static int Available(uint real, uint tail) => Distance(real, tail) is var count && count <= Capacity ? count : 0;

    /// <summary>The half that an overflow claimed: its owner copies it out, into the injector's gate, without a buffer between.</summary>
    internal readonly ref struct ClaimedHalf(LocalQueue queue, uint first)
    {
        internal LocalQueue Queue => queue;

        internal void MoveTo(EntryRing ring)
        {
            for (uint i = 0; i < Half; i++)
            {
                ring.Enqueue(queue.Empty(first + i));
            }
        }
    }
}
