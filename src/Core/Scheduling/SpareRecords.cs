using System.Diagnostics.CodeAnalysis;
using Lab.Core.Memory;

namespace Lab.Core.Scheduling;

/// <summary>
/// One worker's records that wait for their next task, last in first out: the one that ended last is still in the caches. Only its worker touches it;
/// what one worker spawns and another ends flows back through the shared store, half a stack at a time. Both are bounded; what is too much is garbage.
/// </summary>
internal sealed class SpareRecords(SpareRecords.Store store)
{
    internal const int Capacity = 128;

    /// <summary>What moves to or from the store at once.</summary>
    internal const int Batch = Capacity / 2;

    private RuntimeTask? _top;

    internal int Count { get; private set; }

    internal RuntimeTask? Rent()
    {
        if (_top is null)
        {
            FetchSlow();
        }

        var task = _top;
        if (task is not null)
        {
            _top = task.NextSpare;
            task.NextSpare = null;
            Count--;
        }

        return task;
    }

    internal void Return(RuntimeTask task)
    {
        task.NextSpare = _top;
        _top = task;
        if (++Count > Capacity)
        {
            SendSlow();
        }
    }

    private void FetchSlow()
    {
        if (store.TryTake(out var batch))
        {
            _top = batch;
            Count = Batch;
        }
    }

    private void SendSlow()
    {
        var first = _top!;
        var last = first;
        for (var i = 1; i < Batch; i++)
        {
            last = last.NextSpare!;
        }

        _top = last.NextSpare;
        last.NextSpare = null;
        Count -= Batch;
        store.Put(first);
    }

    /// <summary>Batches that a worker had too many of, for whoever lacks them.</summary>
    internal sealed class Store
    {
        /// <summary>Batches that are kept at most.</summary>
        internal const int Capacity = 64;

        private readonly RuntimeTask?[] _batches = new RuntimeTask?[Capacity];
        private GateWord _gate;
        private AtomicInt32 _count;

        internal bool TryTake([NotNullWhen(true)] out RuntimeTask? batch)
        {
            batch = null;
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

                batch = _batches[last]!;
                _batches[last] = null;
                _count.Write(last);
                return true;
            }
        }

        /// <summary>Keeps a linked batch, if there is room.</summary>
        internal void Put(RuntimeTask batch)
        {
            using (_gate.Enter())
            {
                var count = _count.Read();
                if (count < Capacity)
                {
                    _batches[count] = batch;
                    _count.Write(count + 1);
                }
            }
        }
    }
}
