using Lab.Core.Memory;

namespace Lab.Core.Scheduling;

/// <summary>
/// One worker's records that wait for their next task, last in first out: the one that ended last is still in the caches. Only its worker touches it;
/// what one worker spawns and another ends flows back through the shared store, a magazine at a time. All is bounded; what is too much is garbage.
/// </summary>
/// <remarks>
/// Two magazines for each worker, and a depot of full ones, after Bonwick and Adams, "Magazines and Vmem", USENIX 2001, section 3.1: a worker that goes up
/// and down around the edge of a magazine changes from one to the other, and comes to the depot once in a magazine's length at most. In difference to
/// theirs the depot has no lock for each processor, and its size is fixed. An array and not a list linked through the records: to take one touches no other.
/// </remarks>
internal sealed class SpareRecords(SpareRecords.Store store)
{
    /// <summary>What a magazine holds, and what moves to or from the store at once.</summary>
    internal const int Batch = 64;

    internal const int Capacity = 2 * Batch;

    /// <summary>[0, loaded): records. The other one is full or empty.</summary>
    private Slot[] _magazine = new Slot[Batch];
    private Slot[] _other = new Slot[Batch];
    private int _loaded;
    private bool _isOtherFull;

    internal int Count => _loaded + (_isOtherFull ? Batch : 0);

    internal RuntimeTask? Rent()
    {
        if (_loaded == 0 && !TryLoadSlow())
        {
            return null;
        }

        ref var slot = ref _magazine[--_loaded];
        var task = slot.Task;
        slot.Task = null;
        return task;
    }

    internal void Return(RuntimeTask task)
    {
        if (_loaded == Batch)
        {
            UnloadSlow();
        }

        _magazine[_loaded++].Task = task;
    }

    private bool TryLoadSlow()
    {
        if (_isOtherFull)
        {
            (_magazine, _other) = (_other, _magazine);
            _isOtherFull = false;
        }
        else if (!store.TryTake(ref _magazine))
        {
            return false;
        }

        _loaded = Batch;
        return true;
    }

    private void UnloadSlow()
    {
        if (_isOtherFull)
        {
            store.Put(ref _other);
        }

        (_magazine, _other) = (_other, _magazine);
        _isOtherFull = true;
        _loaded = 0;
    }

    /// <summary>An array of a struct: storing into one of references checks what it is an array of.</summary>
    internal struct Slot
    {
        internal RuntimeTask? Task;
    }

    /// <summary>Magazines that a worker had too many of, for whoever lacks them.</summary>
    internal sealed class Store
    {
        /// <summary>Full magazines that are kept at most.</summary>
        internal const int Capacity = 64;

        private readonly Slot[]?[] _full = new Slot[]?[Capacity];

        /// <summary>Empty ones that came for them. There are never more than there were full ones at once.</summary>
        private readonly Slot[]?[] _empty = new Slot[]?[Capacity];
        private int _empties;
        private GateWord _gate;
        private AtomicInt32 _count;

        /// <summary>Full magazines.</summary>
        internal int Count => _count.Read();

        /// <summary>Exchanges an empty magazine for a full one, if there is any.</summary>
        internal bool TryTake(ref Slot[] magazine)
        {
            if (_count.Read() == 0)
            {
                return false;
            }

            using (_gate.Enter())
            {
                var last = _count.Read() - 1;
                if (last < 0)
                {
                    return false;
                }

                _empty[_empties++] = magazine;
                magazine = _full[last]!;
                _full[last] = null;
                _count.Write(last);
                return true;
            }
        }

        /// <summary>Exchanges a full magazine for an empty one. If there is no room for it, the records in it are dropped.</summary>
        internal void Put(ref Slot[] magazine)
        {
            using (_gate.Enter())
            {
                var count = _count.Read();
                if (count < Capacity)
                {
                    // First what may fail: the magazine must not be in two hands.
                    var empty = _empties == 0 ? new Slot[Batch] : _empty[--_empties]!;
                    _full[count] = magazine;
                    _count.Write(count + 1);
                    magazine = empty;
                    return;
                }
            }

            Array.Clear(magazine);
        }
    }
}
