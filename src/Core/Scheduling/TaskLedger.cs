using Lab.Core.Memory;

namespace Lab.Core.Scheduling;

/// <summary>Something a task took and must resolve (a channel permit). Linked in the ledger of the task that took it.</summary>
internal abstract class Obligation
{
    internal Obligation? NextObligation;
    internal Obligation? PreviousObligation;

    /// <summary>The task that took it; null when it was taken outside of any.</summary>
    internal RuntimeTask? Taker;

    /// <summary>It is in a ledger. Belongs to the ledger's gate.</summary>
    internal bool IsListed;

    /// <summary>
    /// The task ended and took it off its ledger: give it back, unless it was resolved meanwhile on another thread.
    /// <paramref name="leaked"/>: the task had completed normally.
    /// </summary>
    internal abstract void Abandon(bool leaked);
}

/// <summary>
/// What most tasks never need: waits beyond the first, and unresolved obligations. Its gate is a leaf: it may be entered under a primitive's gate.
/// </summary>
internal sealed class TaskLedger
{
    private readonly Gate _gate = new();
    private readonly List<WaitNode> _waits = [];
    private Obligation? _obligations;

    /// <summary>Asked by its task in its last step.</summary>
    internal bool IsEmpty => _obligations is null && _waits.Count == 0;

    internal bool HasObligations => _obligations is not null;

    internal void Add(WaitNode node)
    {
        using (_gate.Enter())
        {
            _waits.Add(node);
        }
    }

    internal void Remove(WaitNode node)
    {
        using (_gate.Enter())
        {
            _waits.Remove(node);
        }
    }

    internal WaitNode[] Snapshot()
    {
        using (_gate.Enter())
        {
            return _waits.Count == 0 ? [] : _waits.ToArray();
        }
    }

    internal void Add(Obligation obligation)
    {
        using (_gate.Enter())
        {
            obligation.IsListed = true;
            obligation.PreviousObligation = null;
            obligation.NextObligation = _obligations;
            if (_obligations is not null)
            {
                _obligations.PreviousObligation = obligation;
            }

            _obligations = obligation;
        }
    }

    /// <summary>False: it is not listed any more, because the ending task took it; then that task may still hold a reference to it.</summary>
    internal bool Remove(Obligation obligation)
    {
        using (_gate.Enter())
        {
            if (!obligation.IsListed)
            {
                return false;
            }

            Unlink(obligation);
            return true;
        }
    }

    /// <summary>Takes any one off the ledger; null when there is none.</summary>
    internal Obligation? TakeObligation()
    {
        using (_gate.Enter())
        {
            var obligation = _obligations;
            if (obligation is not null)
            {
                Unlink(obligation);
            }

            return obligation;
        }
    }

    internal void Clear()
    {
        _waits.Clear();
        _obligations = null;
    }

    private void Unlink(Obligation obligation)
    {
        if (obligation.PreviousObligation is { } previous)
        {
            previous.NextObligation = obligation.NextObligation;
        }
        else
        {
            _obligations = obligation.NextObligation;
        }

        if (obligation.NextObligation is { } next)
        {
            next.PreviousObligation = obligation.PreviousObligation;
        }

        obligation.NextObligation = obligation.PreviousObligation = null;
        obligation.IsListed = false;
    }
}
