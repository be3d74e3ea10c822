using Lab.Core.Memory;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Tasks;

/// <summary>Something that happens once and that any number of tasks wait for: a drained scope, the first of a race.</summary>
internal sealed class Signal(TracedObject target) : IWaitable
{
    private GateWord _gate;
    private AtomicInt32 _set;
    private WaitQueue _waiters;
    private TaskCompletionSource? _outside;

    public TracedObject Target { get; } = target;

    internal bool IsSet => _set.Read() != 0;

    /// <summary>Waits until set. In the lab a wait for something that has not happened parks at the call: it has no effect that others could see. It ends in the step after, one way or the other: what it looks at, the signal and the task's flag, it looks at there.</summary>
    internal ValueTask WaitAsync(RuntimeTask task, OperationKind operation, bool cancellable = true)
    {
        var node = task.RentNode(this, operation);
        node.IsCancellable &= cancellable;
        node.LooksWhenItEnds = true;
        return IsSet || (node.IsCancellable && task.Node.ShownReason is not null) ? node.Start() : node.StartAtCall();
    }

    /// <summary>For callers outside of any task: completes <paramref name="outside"/> when set (at once if it is).</summary>
    internal void WhenSet(TaskCompletionSource outside)
    {
        using (_gate.Enter())
        {
            _outside = outside;
        }

        if (IsSet)
        {
            outside.TrySetResult();
        }
    }

    internal void Set()
    {
        var wakes = default(WakeList);
        TaskCompletionSource? outside;
        using (_gate.Enter())
        {
            _set.Write(1);
            outside = _outside;
            while (_waiters.Dequeue() is { } node)
            {
                node.Choose();
                wakes.Add(node);
            }
        }

        wakes.WakeAll();
        outside?.TrySetResult();
    }

    /// <summary>As new. Only when nobody waits, or can still come.</summary>
    internal void Renew()
    {
        _set.Write(0);
        _waiters = default;
        _outside = null;
    }

    public bool Begin(WaitNode node)
    {
        using (_gate.Enter())
        {
            if (IsSet)
            {
                node.Settle();
                return true;
            }

            _waiters.Enqueue(node);
            node.Park();
            return false;
        }
    }

    public void Withdraw(WaitNode node, int version)
    {
        bool parked;
        using (_gate.Enter())
        {
            parked = node.TryWithdraw(version);
            if (parked)
            {
                _waiters.Remove(node);
            }
        }

        if (parked)
        {
            node.Publish();
        }
    }
}
