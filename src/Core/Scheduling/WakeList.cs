namespace Lab.Core.Scheduling;

/// <summary>
/// Nodes that a critical section completed, to be told after the gate (design D5). Linked through the nodes, so any number costs no heap.
/// Use: declare before the gate, <see cref="Add"/> inside, <see cref="WakeAll"/> after. A node is in at most one list: only the section that
/// took it out of its queue adds it.
/// </summary>
internal ref struct WakeList
{
    private WaitNode? _first;
    private WaitNode? _last;

    internal readonly bool IsEmpty => _first is null;

    internal void Add(WaitNode node)
    {
        node.NextToWake = null;
        if (_last is null)
        {
            _first = node;
        }
        else
        {
            _last.NextToWake = node;
        }

        _last = node;
    }

    /// <summary>Publishes in the order of adding. Publishing posts to the task's inbox and runs no user code, so nothing here throws.</summary>
    internal void WakeAll()
    {
        var node = _first;
        _first = _last = null;
        while (node is not null)
        {
            // Read the link first: a published node may be reused at once.
            var next = node.NextToWake;
            node.NextToWake = null;
            node.Publish();
            node = next;
        }
    }
}
