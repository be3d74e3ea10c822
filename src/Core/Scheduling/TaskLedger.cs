using Lab.Core.Memory;

namespace Lab.Core.Scheduling;

/// <summary>Something a task took and must resolve (a channel permit). Linked in the ledger of the task that took it.</summary>
internal abstract class Obligation
{
    internal Obligation? NextObligation;
    internal Obligation? PreviousObligation;

    /// <summary>The task that took it; null when resolved.</summary>
    internal RuntimeTask? Taker;

    /// <summary>The task ended without resolving it: give it back. <paramref name="leaked"/>: the task had completed normally.</summary>
    internal abstract void Abandon(bool leaked);
}

/// <summary>What most tasks never need: waits beyond the first, and unresolved obligations.</summary>
internal sealed class TaskLedger
{
    private readonly Gate _gate = new();
    private readonly List<WaitNode> _waits = [];
    private Obligation? _obligations;

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
            obligation.PreviousObligation = null;
            obligation.NextObligation = _obligations;
            if (_obligations is not null)
            {
                _obligations.PreviousObligation = obligation;
            }

            _obligations = obligation;
        }
    }

    internal void Remove(Obligation obligation)
    {
        using (_gate.Enter())
        {
            if (obligation.PreviousObligation is { } previous)
            {
                previous.NextObligation = obligation.NextObligation;
            }
            else if (ReferenceEquals(_obligations, obligation))
            {
                _obligations = obligation.NextObligation;
            }

            if (obligation.NextObligation is { } next)
            {
                next.PreviousObligation = obligation.PreviousObligation;
            }

            obligation.NextObligation = obligation.PreviousObligation = null;
        }
    }

    /// <summary>The oldest fact first is not needed here: any unresolved one, or null.</summary>
    internal Obligation? AnyObligation()
    {
        using (_gate.Enter())
        {
            return _obligations;
        }
    }

    internal void Clear()
    {
        _waits.Clear();
        _obligations = null;
    }
}
