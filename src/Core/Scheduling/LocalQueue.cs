using Lab.Core.Memory;

namespace Lab.Core.Scheduling;

/// <summary>
/// One worker's ready queue: a bounded FIFO ring. The owner pushes and pops; other workers steal the older half. The head word packs two positions:
/// <c>real</c> is the oldest entry that is still to be had, <c>steal</c> trails behind it while a thief copies what it claimed ([steal, real) belongs
/// to that thief; equal: nobody is stealing). Both move only by compare-exchange of the whole word, so an entry is claimed exactly once. A second
/// thief does not wait for the first, and the owner does not wait for a thief: if the ring looks full it sends entries to the injector. A thief holds
/// nothing of its own queue, so thieves in opposite directions cannot lock each other out. Positions are 32-bit counters that wrap.
/// </summary>
internal sealed class LocalQueue
{
    internal const int Capacity = 256;

    /// <summary>What a thief takes at most, and what an overflow sends away.</summary>
    internal const int Half = Capacity / 2;

    private const uint Mask = Capacity - 1;

    private readonly QueueEntry[] _ring = new QueueEntry[Capacity];

    /// <summary>(steal &lt;&lt; 32) | real.</summary>
    private AtomicInt64 _head;

    /// <summary>Where the next entry goes. Only the owner writes; the release store publishes the ring's cell to thieves' acquire load.</summary>
    private AtomicInt32 _tail;

    /// <summary>Entries to be had; exact for the owner while nobody steals, a moment's view for others.</summary>
    internal int Count
    {
        get
        {
            // The head first: a tail read later is never behind it, and both only grow.
            var real = Real(_head.Read());
            return Math.Min((int)((uint)_tail.Read() - real), Capacity);
        }
    }

    internal bool IsEmpty => Count == 0;

    /// <summary>Cells that the owner can fill now; owner only.</summary>
    internal int Room => Capacity - (int)((uint)_tail.Read() - Steal(_head.Read()));

    /// <summary>Appends; owner only. A full ring sends its older half and the entry to the injector.</summary>
    internal void Push(in QueueEntry entry, Injector overflow)
    {
        while (!TryPush(entry))
        {
            if (TrySendHalfAway(entry, overflow))
            {
                return;
            }
        }
    }

    /// <summary>Appends if there is room; owner only.</summary>
    internal bool TryPush(in QueueEntry entry)
    {
        var tail = (uint)_tail.Read();
        if (tail - Steal(_head.Read()) >= Capacity)
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
            if (real == (uint)_tail.Read())
            {
                entry = default;
                return false;
            }

            // A thief at work keeps its claim: only real moves past it.
            var next = real + 1;
            if (_head.TryChange(head, Pack(steal == real ? next : steal, next)))
            {
                // Thieves may read no cell below real, and only the owner fills cells: this one is ours to read and to empty.
                entry = Empty(real);
                return true;
            }
        }
    }

    /// <summary>Takes the oldest entry if it is one of this task; owner only.</summary>
    internal bool TryPopIf(RuntimeTask task, out QueueEntry entry)
    {
        var head = _head.Read();
        var (steal, real) = (Steal(head), Real(head));

        // A thief may be emptying the cell: then it is not what it looked like, and the exchange fails.
        if (real == (uint)_tail.Read() || !ReferenceEquals(_ring[real & Mask].Task, task)
            || !_head.TryChange(head, Pack(steal == real ? real + 1 : steal, real + 1)))
        {
            entry = default;
            return false;
        }

        entry = Empty(real);
        return true;
    }

    /// <summary>
    /// Moves the older half (at most <see cref="Half"/>, at least one) to the end of <paramref name="destination"/>, in order. Called by the owner of
    /// the destination. Returns how many; 0: empty, another thief is at work, or the destination lacks room.
    /// </summary>
    internal int StealInto(LocalQueue destination)
    {
        if (destination.Room < Half || !TryClaimHalf(out var first, out var count))
        {
            return 0;
        }

        MoveClaimed(destination, first, count);
        return count;
    }

    /// <summary>The first half of a steal: from here on the entries are the thief's, however long it takes to fetch them.</summary>
    internal bool TryClaimHalf(out uint first, out int count)
    {
        while (true)
        {
            var head = _head.Read();
            var (steal, real) = (Steal(head), Real(head));
            var available = (uint)_tail.Read() - real;
            first = real;
            count = (int)Math.Min(available - (available / 2), Half);
            if (steal != real || available is 0)
            {
                count = 0;
                return false;
            }

            // A tail read after a head that has moved on may seem too far; then the exchange fails.
            if (_head.TryChange(head, Pack(steal, real + (uint)count)))
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
        for (var i = real; i != (uint)_tail.Read(); i++)
        {
            if (_ring[i & Mask].IsLive)
            {
                return true;
            }
        }

        return false;
    }

    private bool TrySendHalfAway(in QueueEntry entry, Injector overflow)
    {
        var head = _head.Read();
        var (steal, real) = (Steal(head), Real(head));
        if (steal != real)
        {
            // A thief is making room; waiting for it would let a sleeping thread hold us up.
            overflow.PushReady(entry);
            return true;
        }

        if ((uint)_tail.Read() - real < Capacity || !_head.TryChange(head, Pack(real + Half, real + Half)))
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
            if (_head.TryChange(head, Pack(Real(head), Real(head))))
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

    private static uint Steal(long head) => (uint)(head >> 32);

    private static uint Real(long head) => (uint)head;

    private static long Pack(uint steal, uint real) => ((long)steal << 32) | real;

    /// <summary>The half that an overflow claimed: its owner copies it out, into the injector's gate, without a buffer between.</summary>
    internal readonly ref struct ClaimedHalf(LocalQueue queue, uint first)
    {
        internal void MoveTo(EntryRing ring)
        {
            for (uint i = 0; i < Half; i++)
            {
                ring.Enqueue(queue.Empty(first + i));
            }
        }
    }
}
