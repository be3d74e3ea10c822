using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;

namespace Lab.Execution;

/// <summary>Hands out task records and takes all of them back at the end of a clean execution: an execution resets, it does not rebuild.</summary>
internal sealed class LabHost(Scheduler scheduler, LabTimers timers, ForeignPosts foreign) : TaskHost(scheduler, new LabClock(timers, foreign))
{
    private readonly List<ScopedTask> _records = [];
    private readonly List<Scope> _scopes = [];
    private int _used;
    private int _scopesUsed;

    /// <summary>The execution that records are handed out for.</summary>
    internal long Epoch { get; set; }

    /// <summary>The records of this execution, in order of creation.</summary>
    internal ReadOnlySpan<ScopedTask> Tasks => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_records)[.._used];

    internal override bool RenewsScopes => true;

    internal override ScopedTask Rent(bool recyclable)
    {
        if (_used == _records.Count)
        {
            _records.Add(new ScopedTask(this));
        }

        var record = _records[_used++];
        record.Epoch = Epoch;
        return record;
    }

    internal override void TakeBack(ScopedTask task)
    {
        task.Renew();
        _used--;
    }

    internal override Scope Open(Cx? owner, Scope? outer, ScopeOptions? options)
    {
        Scope scope;
        if (_scopesUsed == _scopes.Count)
        {
            _scopes.Add(scope = new Scope(this));
        }
        else
        {
            scope = _scopes[_scopesUsed];
            Instrumentation.Current?.Created(scope);
        }

        _scopesUsed++;
        scope.Open(owner, outer, options);
        return scope;
    }

    /// <summary>Everything ended: records and scopes serve the next execution, except those below which the program left a node of its own.</summary>
    internal void Recycle()
    {
        for (var i = _scopesUsed - 1; i >= 0; i--)
        {
            if (!_scopes[i].TryRenew())
            {
                _scopes.RemoveAt(i);
            }
        }

        for (var i = _used - 1; i >= 0; i--)
        {
            if (_records[i].Cx.HasChildrenUnreached)
            {
                _records[i].Epoch = -1;
                _records.RemoveAt(i);
            }
            else
            {
                _records[i].Renew();
            }
        }

        _used = 0;
        _scopesUsed = 0;
    }

    /// <summary>Something is still alive somewhere, or may post late: none of these records is ever used again, nor the clock that it may hold.</summary>
    internal void Discard()
    {
        ((LabClock)Clock).IsOver = true;
        Clock = new LabClock(timers, foreign);
        foreach (var record in Tasks)
        {
            record.Epoch = -1;
        }

        _records.RemoveRange(0, _used);
        _scopes.RemoveRange(0, _scopesUsed);
        _used = 0;
        _scopesUsed = 0;
    }
}
