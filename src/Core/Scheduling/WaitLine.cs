namespace Lab.Core.Scheduling;

/// <summary>
/// A <see cref="WaitQueue"/> that may be very long. Then what its waiters need has left the caches when their turn comes, and each would wait for memory several
/// times, once for each thing that says where the next one is. So some of the oldest are fetched before, one whenever another comes: its node first, what that
/// refers to a turn later, and what that refers to as it leaves. Hints only: they change nothing. Contract: the caller holds the primitive's gate.
/// </summary>
internal struct WaitLine
{
    /// <summary>With fewer waiters nothing is fetched: they are in the caches still.</summary>
    internal const int Crowd = 512;

    /// <summary>So many of the oldest are fetched at most: a step that gives way only when its budget is used up lets so many go, and they fit into a near cache.</summary>
    internal const int Ahead = RuntimeTask.InlineBudget;

    private WaitQueue _queue;

    /// <summary>Whose node was fetched last: in the queue, or null.</summary>
    private WaitNode? _fetched;

    /// <summary>How many of the oldest are fetched, about.</summary>
    private int _ahead;

    internal readonly bool IsEmpty => _queue.IsEmpty;

    internal readonly int Count => _queue.Count;

    /// <summary>Whose node was fetched last; for tests.</summary>
    internal readonly WaitNode? Fetched => _fetched;

    internal void Enqueue(WaitNode node)
    {
        _queue.Enqueue(node);
        if (_queue.Count >= Crowd && _ahead < Ahead)
        {
            FetchOne();
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

        _queue.Remove(node);
    }

    private void FetchOnLeaving(WaitNode node)
    {
        if (node.Task is { } task)
        {
            CacheHints.Context(task.Node);
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

        if (last.Awaiter is { } box)
        {
            CacheHints.Box(box);
        }

        if (last.Next is { } next)
        {
            CacheHints.Wait(next);
            _fetched = next;
            _ahead++;
        }
    }
}
