using Lab.Core.Memory;

namespace Lab.Core.Scheduling;

/// <summary>
/// A lane of the injector in order of arrival. The count is read without the gate; it changes only inside it, before the gate opens on the entries,
/// so whoever reads a positive count and enters finds them, and whoever pushed and then looks for sleepers has raised it already.
/// </summary>
internal sealed class FifoLane
{
    private readonly Gate _gate = new();
    private readonly EntryRing _entries = new();
    private AtomicInt32 _count;

    /// <summary>See <see cref="Spiller"/>; written under the gate.</summary>
    private AtomicReference<LocalQueue> _spiller;

    internal int Count => _count.Read();

    internal bool IsEmpty => _count.Read() == 0;

    /// <summary>
    /// The queue that has sent everything here since the lane was last empty; null if somebody else has sent something. A moment's view without the gate.
    /// </summary>
    internal LocalQueue? Spiller => _spiller.Read();

    /// <param name="entry">The newest.</param>
    /// <param name="spiller">The queue for which it was too much; null for one from outside.</param>
    internal void Push(in QueueEntry entry, LocalQueue? spiller = null)
    {
        using (_gate.Enter())
        {
            SetSpillerLocked(spiller);
            _count.Write(_entries.Count + 1);
            _entries.Enqueue(entry);
        }
    }

    /// <summary>Pushes what a full local queue gave away, and then the entry that did not fit.</summary>
    internal void Push(LocalQueue.ClaimedHalf half, in QueueEntry entry)
    {
        using (_gate.Enter())
        {
            SetSpillerLocked(half.Queue);
            _count.Write(_entries.Count + LocalQueue.Half + 1);
            half.MoveTo(_entries);
            _entries.Enqueue(entry);
        }
    }

    internal bool TryPop(out QueueEntry entry)
    {
        if (IsEmpty)
        {
            entry = default;
            return false;
        }

        using (_gate.Enter())
        {
            var any = _entries.TryDequeue(out entry);
            _count.Write(_entries.Count);
            return any;
        }
    }

    /// <summary>Takes the oldest entry for the caller, and the next ones to its queue: its share of the lane, as far as there is room.</summary>
    /// <returns>How many it took; 0: there is none.</returns>
    internal int PopBatch(LocalQueue rest, int sharers, out QueueEntry entry)
    {
        if (IsEmpty)
        {
            entry = default;
            return 0;
        }

        var room = Math.Min(rest.Room, LocalQueue.Half);
        using (_gate.Enter())
        {
            if (!_entries.TryDequeue(out entry))
            {
                return 0;
            }

            var share = Math.Min(_entries.Count / sharers, room);
            for (var i = 0; i < share; i++)
            {
                _entries.TryDequeue(out var next);
                rest.TryPush(next);
            }

            _count.Write(_entries.Count);
            return 1 + share;
        }
    }

    private void SetSpillerLocked(LocalQueue? spiller)
    {
        var known = _spiller.Read();
        if (!ReferenceEquals(known, spiller))
        {
            _spiller.Write(_entries.Count == 0 ? spiller : null);
        }
    }

    internal bool HasLive()
    {
        if (IsEmpty)
        {
            return false;
        }

        using (_gate.Enter())
        {
            return _entries.HasLive();
        }
    }

    internal void Clear()
    {
        using (_gate.Enter())
        {
            _entries.Clear();
            _count.Write(0);
        }
    }
}
