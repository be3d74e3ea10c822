namespace Lab.Core.Cancellation;

/// <summary>The listeners of one node, in order of registration, and the source of its BCL token if both were asked for. The caller holds the node's gate. Linking and unlinking are O(1).</summary>
internal sealed class ListenerList
{
    private CancellationListener? _first;
    private CancellationListener? _last;
    private int _count;

    internal CancellationTokenSource? Source { get; set; }

    internal bool IsConsistent => (_first is null) == (_count == 0) && _first?.Previous is null && _last?.Next is null;

    internal void Append(CancellationListener listener)
    {
        listener.Previous = _last;
        listener.IsLinked = true;
        if (_last is null)
        {
            _first = listener;
        }
        else
        {
            _last.Next = listener;
        }

        _last = listener;
        _count++;
    }

    internal void Remove(CancellationListener listener)
    {
        if (listener.Previous is null)
        {
            _first = listener.Next;
        }
        else
        {
            listener.Previous.Next = listener.Next;
        }

        if (listener.Next is null)
        {
            _last = listener.Previous;
        }
        else
        {
            listener.Next.Previous = listener.Previous;
        }

        // A subscription that is kept must not keep its former neighbours.
        (listener.Previous, listener.Next) = (null, null);
        listener.IsLinked = false;
        _count--;
    }

    internal void Clear()
    {
        Source = null;
        while (_first is { } listener)
        {
            Remove(listener);
        }
    }

    /// <summary>Those to tell after the gate is left; null when there are none. A copy, because any of them may change the list. O(n).</summary>
    internal CancellationListener[]? Snapshot()
    {
        if (_count == 0)
        {
            return null;
        }

        var listeners = new CancellationListener[_count];
        var i = 0;
        for (var listener = _first; listener is not null; listener = listener.Next)
        {
            listeners[i++] = listener;
        }

        return listeners;
    }
}
