using Lab.Core.Memory;

namespace Lab.Core.Scheduling;

/// <summary>
/// The injector's lane of tasks with a deadline: by deadline, then by insertion. A binary heap under a gate; count and nearest deadline are read
/// without it. The deadline of an entry is the task's when it was pushed.
/// </summary>
internal sealed class TimedLane
{
    private readonly Gate _gate = new();
    private Item[] _heap = new Item[32];
    private long _inserted;
    private AtomicInt32 _count;
    private AtomicInt64 _nearest = new(long.MaxValue);

    internal int Count => _count.Read();

    internal bool IsEmpty => _count.Read() == 0;

    internal void Push(in QueueEntry entry, long deadline)
    {
        using (_gate.Enter())
        {
            var count = _count.Read();
            if (count == _heap.Length)
            {
                Array.Resize(ref _heap, count * 2);
            }

            _count.Write(count + 1);
            SiftUpLocked(new Item(deadline, _inserted++, entry), count);
            PublishLocked();
        }
    }

    /// <summary>Takes the entry with the nearest deadline if that is not after <paramref name="limit"/>.</summary>
    internal bool TryPop(long limit, out QueueEntry entry)
    {
        if (_nearest.Read() > limit || IsEmpty)
        {
            entry = default;
            return false;
        }

        using (_gate.Enter())
        {
            if (_count.Read() == 0 || _heap[0].Deadline > limit)
            {
                entry = default;
                return false;
            }

            entry = _heap[0].Entry;
            RemoveFirstLocked();
            return true;
        }
    }

    /// <summary>The nearest deadline of a task that would run; stale entries in front of it are dropped. <see cref="long.MaxValue"/>: none.</summary>
    internal long NearestLive()
    {
        if (IsEmpty)
        {
            return long.MaxValue;
        }

        using (_gate.Enter())
        {
            while (_count.Read() > 0 && !_heap[0].Entry.IsLive)
            {
                RemoveFirstLocked();
            }

            return _nearest.Read();
        }
    }

    internal void Clear()
    {
        using (_gate.Enter())
        {
            Array.Clear(_heap);
            _inserted = 0;
            _count.Write(0);
            PublishLocked();
        }
    }

    private void RemoveFirstLocked()
    {
        var last = _count.Read() - 1;
        var moved = _heap[last];
        _heap[last] = default;
        _count.Write(last);
        if (last > 0)
        {
            SiftDownLocked(moved, last);
        }

        PublishLocked();
    }

    private void SiftUpLocked(in Item item, int index)
    {
        while (index > 0 && item.IsBefore(_heap[(index - 1) / 2]))
        {
            _heap[index] = _heap[(index - 1) / 2];
            index = (index - 1) / 2;
        }

        _heap[index] = item;
    }

    private void SiftDownLocked(in Item item, int count)
    {
        var index = 0;
        while (true)
        {
            var child = (index * 2) + 1;
            if (child >= count)
            {
                break;
            }

            if (child + 1 < count && _heap[child + 1].IsBefore(_heap[child]))
            {
                child++;
            }

            if (!_heap[child].IsBefore(item))
            {
                break;
            }

            _heap[index] = _heap[child];
            index = child;
        }

        _heap[index] = item;
    }

    private void PublishLocked() => _nearest.Write(_count.Read() == 0 ? long.MaxValue : _heap[0].Deadline);

    private readonly struct Item(long deadline, long insertion, QueueEntry entry)
    {
        internal readonly long Deadline = deadline;
        internal readonly long Insertion = insertion;
        internal readonly QueueEntry Entry = entry;

        internal bool IsBefore(in Item other) => Deadline != other.Deadline ? Deadline < other.Deadline : Insertion < other.Insertion;
    }
}
