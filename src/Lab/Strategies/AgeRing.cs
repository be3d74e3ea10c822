using Lab.Core.Scheduling;

namespace Lab.Strategies;

/// <summary>
/// Enabled tasks by age, kept from the first time in an execution that somebody asks. Adding is a store; taking a task out costs nothing here: its entry is stale from then on, and is dropped when it comes to
/// the front or when the ring is full. Amortized O(1), memory O(enabled tasks).
/// </summary>
internal sealed class AgeRing
{
    private Entry[] _entries = new Entry[64];
    private Entry[] _spare = [];
    private int _head;
    private int _count;

    /// <summary>The enabled task that has been ready longest; null if none is enabled.</summary>
    internal RuntimeTask? Oldest
    {
        get
        {
            while (_count > 0)
            {
                ref var entry = ref _entries[_head];
                if (entry.IsLive)
                {
                    return entry.Task;
                }

                entry.Task = null;
                _head = (_head + 1) & (_entries.Length - 1);
                _count--;
            }

            return null;
        }
    }

    internal void Add(RuntimeTask task, long sequence, int enabled)
    {
        if (_count == _entries.Length)
        {
            Compact(enabled);
        }

        ref var entry = ref _entries[(_head + _count++) & (_entries.Length - 1)];
        entry.Task = task;
        entry.Sequence = sequence;
    }

    /// <summary>Whether anybody has asked in this execution; until then nothing needs to be added.</summary>
    internal bool IsKept { get; private set; }

    /// <summary>Starts keeping ages, with the tasks that are enabled now.</summary>
    internal void Start(ReadOnlySpan<RuntimeTask> enabled)
    {
        IsKept = true;
        var sorted = enabled.ToArray();
        Array.Sort(sorted, static (a, b) => a.ReadySequence.CompareTo(b.ReadySequence));
        foreach (var task in sorted)
        {
            Add(task, task.ReadySequence, sorted.Length);
        }
    }

    internal void Clear()
    {
        if (IsKept)
        {
            IsKept = false;
            Array.Clear(_entries);
            _head = _count = 0;
        }
    }

    /// <summary>Drops stale entries; a ring that is still more than half full is doubled, so that the next compaction is far away.</summary>
    private void Compact(int enabled)
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
            if (entry.IsLive)
            {
                live[count++] = entry;
            }
        }

        Array.Clear(_entries);
        _spare = _entries.Length == size ? _entries : [];
        _entries = live;
        _head = 0;
        _count = count;
    }

    private struct Entry
    {
        internal RuntimeTask? Task;
        internal long Sequence;

        internal readonly bool IsLive => Task is { EnabledIndex: >= 0 } task && task.ReadySequence == Sequence;
    }
}
