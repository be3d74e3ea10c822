namespace Lab.Core.Scheduling;

/// <summary>
/// A <see cref="WaitQueue"/> that may be very long. Then what its waiters need has left the caches when their turn comes, and each would wait for memory several
/// times, once for each thing that says where the next one is. So some of the oldest are fetched before, one whenever another comes: its node first, the record
/// that it refers to three turns later, and what its next step needs besides as it leaves. Hints only: they change nothing. Contract: the caller holds the primitive's gate.
/// <para>Memory takes longer than one turn. So the node to fetch is not found by the link in the one that was fetched a turn ago, which would be waited for,
/// but by <see cref="WaitNode.ThirdAfter"/> in the one that was fetched three turns ago. It is set where the newcomer's predecessors are in the caches, and is null or right.</para>
/// </summary>
internal struct WaitLine
{
    /// <summary>With fewer waiters nothing is fetched: they are in the caches still.</summary>
    internal const int Crowd = 512;

    /// <summary>So many of the oldest are fetched at most: a step that gives way only when its budget is used up lets so many go, and they fit into a near cache.</summary>
    internal const int Ahead = RuntimeTask.InlineBudget;

    private WaitQueue _queue;

    /// <summary>Whose record is to be fetched next: its node has been. In the queue, or null: the oldest's.</summary>
    private WaitNode? _fetched;

    /// <summary>How many of the oldest are fetched, about.</summary>
    private int _ahead;

    internal readonly bool IsEmpty => _queue.IsEmpty;

    internal readonly int Count => _queue.Count;

    /// <summary>Whose record is to be fetched next; for tests.</summary>
    internal readonly WaitNode? Fetched => _fetched;

    internal void Enqueue(WaitNode node)
    {
        var last = _queue.Tail;
        _queue.Enqueue(node);
        if (_queue.Count >= Crowd)
        {
            last!.Previous!.Previous!.ThirdAfter = node;
            if (_ahead < Ahead)
            {
                FetchOne();
            }
        }
    }

    internal WaitNode? Dequeue()
    {
        if (_queue.Head is not { } node)
        {
            return null;
        }

        Remove(node);
        if (_queue.Count >= Crowd)
        {
            FetchOnLeaving(node);
        }

        return node;
    }

    /// <inheritdoc cref="WaitQueue.Remove"/>
    internal void Remove(WaitNode node)
    {
        if (ReferenceEquals(node, _fetched))
        {
            _fetched = node.Next;
        }

        if (_ahead > 0)
        {
            _ahead--;
        }

        node.ThirdAfter = null;
        if (node.Previous is { } previous)
        {
            // For these three another is the third: they had better not know than be wrong.
            previous.ThirdAfter = null;
            if (previous.Previous is { } before)
            {
                before.ThirdAfter = null;
                before.Previous?.ThirdAfter = null;
            }
        }

        _queue.Remove(node);
    }

    private void FetchOnLeaving(WaitNode node)
    {
        if (node.Task is { } task)
        {
            CacheHints.Context(task.Node);
        }

        if (node.Awaiter is { } box)
        {
            CacheHints.Box(box);
        }

        // Nobody comes: then each that leaves fetches another.
        if (_ahead < 2)
        {
            FetchOne();
        }
    }

    private void FetchOne()
    {
        var last = _fetched ?? _queue.Head!;
        if (last.Task is { } task)
        {
            CacheHints.Record(task);
            CacheHints.Inbox(task);
        }

        if (last.Next is { } next)
        {
            CacheHints.WaitInLine(last.ThirdAfter ?? next);
            _fetched = next;
            _ahead++;
        }
    }
}
