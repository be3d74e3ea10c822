namespace Lab.Core.Scheduling;

/// <summary>A FIFO of entries that grows and never shrinks; taken cells are cleared. Not synchronised: the owner's gate guards it.</summary>
internal sealed class EntryRing
{
    private QueueEntry[] _cells = new QueueEntry[64];
    private int _first;

    internal int Count { get; private set; }

    internal void Enqueue(in QueueEntry entry)
    {
        if (Count == _cells.Length)
        {
            Grow();
        }

        _cells[(_first + Count) & (_cells.Length - 1)] = entry;
        Count++;
    }

    internal bool TryDequeue(out QueueEntry entry)
    {
        if (Count == 0)
        {
            entry = default;
            return false;
        }

        ref var cell = ref _cells[_first];
        entry = cell;
        cell = default;
        _first = (_first + 1) & (_cells.Length - 1);
        Count--;
        return true;
    }

    internal bool HasLive()
    {
        for (var i = 0; i < Count; i++)
        {
            if (_cells[(_first + i) & (_cells.Length - 1)].IsLive)
            {
                return true;
            }
        }

        return false;
    }

    internal void Clear()
    {
        Array.Clear(_cells);
        _first = Count = 0;
    }

    private void Grow()
    {
        var larger = new QueueEntry[_cells.Length * 2];
        for (var i = 0; i < Count; i++)
        {
            larger[i] = _cells[(_first + i) & (_cells.Length - 1)];
        }

        _cells = larger;
        _first = 0;
    }
}
