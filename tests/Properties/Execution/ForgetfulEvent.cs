using System.Runtime.CompilerServices;
using Lab.Core.Memory;
using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;

namespace Lab.Properties.Execution;

/// <summary>A one-waiter event over the core's own nodes that can be told to forget whom it should wake, or to wake under its gate.</summary>
internal sealed class ForgetfulEvent(bool forgets, bool wakesInside = false) : TracedObject, IWaitable, IInspectable
{
    private readonly Gate _gate = new();
    private WaitQueue _waiters;
    private bool _set;

    internal override string KindName => "event";

    TracedObject IWaitable.Target => this;

    int IInspectable.Waiters => _waiters.Count;

    bool IInspectable.HasWaiterThatCouldProceed => _set && !_waiters.IsEmpty;

    string IInspectable.Describe() => $"{(_set ? "set" : "not set")}, {_waiters.Count} waiting";

    bool IWaitable.Begin(WaitNode node)
    {
        using (_gate.Enter())
        {
            Instrumentation.Report(EventKind.StateRead, this);
            if (_set)
            {
                node.Settle();
                return true;
            }

            _waiters.Enqueue(node);
            node.Park();
            return false;
        }
    }

    void IWaitable.Withdraw(WaitNode node, int version)
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

    internal ValueTask WaitAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        cx.Enter(file, line).RentNode(this, OperationKind.Wait).Start();

    internal void Set()
    {
        TaskCalls.Entering();
        WaitNode? node = null;
        using (_gate.Enter())
        {
            Instrumentation.Report(EventKind.ModelSignaled, this, _waiters.Count);
            _set = true;
            if (!forgets)
            {
                node = _waiters.Dequeue();
                node?.Choose();
            }

            if (wakesInside)
            {
                node?.Publish();
                node = null;
            }
        }

        node?.Publish();
    }
}
