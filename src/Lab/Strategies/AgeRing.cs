namespace Lab.Strategies;

/// <summary>
/// Enabled tasks by age, kept from the first time in an execution that somebody asks. Adding is a store; taking a task out costs nothing here: what
/// was stored is stale from then on, and is dropped when it comes to the front or when the ring is full. Amortized O(1), memory O(enabled tasks).
/// Tasks are the numbers of their entries in the <see cref="ChoicePoint"/>.
/// </summary>
internal sealed class AgeRing
{
    private Entry[] _entries = new Entry[64];
    private Entry[] _spare = [];
    private int _head;
    private int _count;

    /// <summary>Whether anybody has asked in this execution; until then nothing needs to be added.</summary>
    internal bool IsKept { get; private set; }

    /// <summary>The entry of the enabled task that has been ready longest; -1 if none is enabled.</summary>
    internal int Oldest(ReadOnlySpan<Alternative> slots)
    {
        while (_count > 0)
        {
            ref var entry = ref _entries[_head];
            if (entry.IsLive(slots))
            {
                return entry.Slot;
            }

            _head = (_head + 1) & (_entries.Length - 1);
            _count--;
        }

        return -1;
    }

    internal void Add(int slot, ReadOnlySpan<Alternative> slots, int enabled)
    {
        if (_count == _entries.Length)
        {
            Compact(slots, enabled);
        }

        _entries[(_head + _count++) & (_entries.Length - 1)] = new Entry(slot, slots[slot].ReadySequence);
    }

    /// <summary>Starts keeping ages, with the tasks that are enabled now.</summary>
    internal void Start(ReadOnlySpan<Alternative> slots)
    {
        IsKept = true;
        var enabled = new List<(long Sequence, int Slot)>();
        for (var slot = 0; slot < slots.Length; slot++)
        {
            if (slots[slot].Task.IsLabEnabled)
            {
                enabled.Add((slots[slot].ReadySequence, slot));
            }
        }

        enabled.Sort();
        foreach (var (_, slot) in enabled)
        {
            Add(slot, slots, enabled.Count);
        }
    }

    internal void Clear()
    {
        IsKept = false;
        _head = _count = 0;
    }

    /// <summary>Drops stale entries; a ring that is still more than half full is doubled, so that the next compaction is far away.</summary>
    private void Compact(ReadOnlySpan<Alternative> slots, int enabled)
    {
        var size = _entries.Length;
        while (enabled * 2 > size)
        {
            size *= 2;
        }

        var live = _spare.Length == size ? _spare : new Entry[size];
        var count = 0;
        for (var i = 0; i < _count; i++)
        {
            var entry = _entries[(_head + i) & (_entries.Length - 1)];
            if (entry.IsLive(slots))
            {
                live[count++] = entry;
            }
        }

        _spare = _entries.Length == size ? _entries : [];
        _entries = live;
        _head = 0;
        _count = count;
    }

    private readonly record struct Entry(int Slot, long Sequence)
    {
        internal bool IsLive(ReadOnlySpan<Alternative> slots) => slots[Slot].ReadySequence == Sequence && slots[Slot].Task.IsLabEnabled;
    }
}
