using System.Diagnostics;

namespace Lab.Core.Scheduling;

/// <summary>The waiters of one primitive, oldest first. Intrusive: a node is in at most one queue. Contract: the caller holds the primitive's gate.</summary>
internal struct WaitQueue
{
    private WaitNode? _head;
    private WaitNode? _tail;

    internal readonly bool IsEmpty => _head is null;

    internal readonly WaitNode? Head => _head;

    internal readonly WaitNode? Tail => _tail;

    internal int Count { get; private set; }

    internal void Enqueue(WaitNode node)
    {
        node.Next = node.Previous = null;
        if (_tail is { } last)
        {
            node.Previous = last;
            last.Next = node;
        }
        else
        {
            _head = node;
        }

        _tail = node;
        Count++;
        AssertInvariants();
    }

    internal WaitNode? Dequeue()
    {
        var node = _head;
        if (node is not null)
        {
            Remove(node);
        }

        return node;
    }

    /// <summary>Unlinks a queued node, wherever it is; O(1).</summary>
    internal void Remove(WaitNode node)
    {
        var (previous, next) = (node.Previous, node.Next);
        if (previous is null && next is null)
        {
            // Alone: a null that the compiler knows is written without telling the collector.
            _head = _tail = null;
        }
        else
        {
            Unlink(node, previous, next);
        }

        Count--;
        AssertInvariants();
    }

    private void Unlink(WaitNode node, WaitNode? previous, WaitNode? next)
    {
        if (previous is null)
        {
            _head = next;
        }
        else
        {
            previous.Next = next;
        }

        if (next is null)
        {
            _tail = previous;
        }
        else
        {
            next.Previous = previous;
        }

        node.Next = node.Previous = null;
    }

    [Conditional("DEBUG")]
    private readonly void AssertInvariants()
    {
        Debug.Assert(_head is null == _tail is null, "one end of the queue is lost");
        Debug.Assert(_head?.Previous is null && _tail?.Next is null, "the queue's ends are linked to something");
        Debug.Assert(Count >= 0 && (Count == 0) == (_head is null), "the queue's count is wrong");
    }
}
