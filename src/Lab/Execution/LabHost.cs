using Lab.Core.Scheduling;
using Lab.Core.Tasks;

namespace Lab.Execution;

/// <summary>Hands out task records and takes all of them back at the end of a clean execution: an execution resets, it does not rebuild.</summary>
internal sealed class LabHost(Scheduler scheduler, LabClock clock) : TaskHost(scheduler, clock)
{
    private readonly List<ScopedTask> _records = [];
    private int _used;

    /// <summary>The execution that records are handed out for.</summary>
    internal long Epoch { get; set; }

    /// <summary>The records of this execution, in order of creation.</summary>
    internal ReadOnlySpan<ScopedTask> Tasks => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_records)[.._used];

    internal override ScopedTask Rent()
    {
        if (_used == _records.Count)
        {
            _records.Add(new ScopedTask(this));
        }

        var record = _records[_used++];
        record.Epoch = Epoch;
        return record;
    }

    /// <summary>Everything ended: the records serve the next execution.</summary>
    internal void Recycle()
    {
        for (var i = 0; i < _used; i++)
        {
            _records[i].Renew();
        }

        _used = 0;
    }

    /// <summary>Something is still alive somewhere, or may post late: none of these records is ever used again.</summary>
    internal void Discard()
    {
        foreach (var record in Tasks)
        {
            record.Epoch = -1;
        }

        _records.RemoveRange(0, _used);
        _used = 0;
    }
}
