using Lab.Core.Memory;
using Lab.Core.Observing;

namespace Lab.Core.Scheduling;

/// <summary>Something a task has to run: a resumed wait, or a continuation posted by the BCL. Linked into the inbox, so posting allocates nothing.</summary>
internal abstract class InboxItem
{
    internal InboxItem? NextInInbox;

    /// <summary>What the task does when it runs this; <see cref="OperationKind.Continue"/> when nothing is known.</summary>
    internal OperationKind Operation;

    /// <summary>What that is on; null for nothing.</summary>
    internal virtual TracedObject? Subject => null;

    /// <summary>It is the end of a wait that was cancelled, or will see that it is.</summary>
    internal virtual bool IsCanceled => false;

    /// <summary>It is the end of a wait that cancellation has ended already.</summary>
    internal virtual bool IsWithdrawn => IsCanceled;

    /// <summary>Runs the continuation inside a step of its task.</summary>
    internal abstract void Run();
}

/// <summary>
/// Continuations of one task in the order in which they were posted; many producers, one consumer (the step).
/// Producers push on a stack; the consumer takes the whole stack and reverses it: one exchange per batch, none when empty. Whoever has the task to
/// itself (a step of it, or a waker that found it idle) puts an item straight where the consumer takes it.
/// </summary>
internal struct ContinuationInbox
{
    private AtomicReference<InboxItem> _pushed;
    private InboxItem? _ordered;

    internal readonly bool IsEmpty => _ordered is null && _pushed.Read() is null;

    internal void Post(InboxItem item)
    {
        while (true)
        {
            var head = _pushed.Read();
            item.NextInInbox = head;
            if (_pushed.TryChange(head, item))
            {
                return;
            }
        }
    }

    /// <summary>Posts without an exchange; only for who has the task to itself. False: others have posted before, and it must queue behind them.</summary>
    internal bool TryPut(InboxItem item)
    {
        if (!IsEmpty)
        {
            return false;
        }

        _ordered = item;
        return true;
    }

    /// <summary>The oldest item, without taking it; consumer only.</summary>
    internal InboxItem? Peek()
    {
        if (_ordered is null)
        {
            TakePushed();
        }

        return _ordered;
    }

    /// <summary>Whether the BCL posted any of what is here; consumer only.</summary>
    internal readonly bool HasPosted => IsPostedIn(_ordered) || IsPostedIn(_pushed.Read());

    /// <summary>Takes the oldest item; consumer only.</summary>
    internal InboxItem? Take()
    {
        if (_ordered is null)
        {
            TakePushed();
        }

        var item = _ordered;
        if (item is not null)
        {
            if (item.NextInInbox is { } next)
            {
                _ordered = next;
                item.NextInInbox = null;
            }
            else
            {
                _ordered = null;
            }
        }

        return item;
    }

    internal void Clear()
    {
        _ordered = null;
        if (_pushed.Read() is not null)
        {
            _pushed.Exchange(null);
        }
    }

    private void TakePushed()
    {
        if (_pushed.Read() is null)
        {
            return;
        }

        var item = _pushed.Exchange(null);
        InboxItem? ordered = null;
        while (item is not null)
        {
            var next = item.NextInInbox;
            item.NextInInbox = ordered;
            ordered = item;
            item = next;
        }

        _ordered = ordered;
    }

    private static bool IsPostedIn(InboxItem? item)
    {
        while (item is not null and not PostedContinuation)
        {
            item = item.NextInInbox;
        }

        return item is not null;
    }
}
