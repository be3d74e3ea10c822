using System.Runtime.CompilerServices;
using Lab.Core.Memory;
using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;

namespace Lab.Core.Sync;

/// <summary>
/// Tells waiting tasks that something happened; carries no value. Waiters are served in the order in which they called <see cref="WaitAsync"/>.
/// <see cref="NotifyOne"/> wakes the oldest, or is remembered (once) for the next to come; <see cref="NotifyWaiters"/> wakes those who wait now.
/// </summary>
/// <remarks>
/// It differs from an auto-reset event in the broadcast that leaves nothing behind, and from a condition variable in needing no lock: look at your
/// own state after each wake. All members are safe to call from any thread. A waiting task costs no memory beyond its own record.
/// </remarks>
public sealed class Notify : TracedObject, IWaitable, IInspectable
{
    // Why a node was chosen, in its Argument. Only what one NotifyOne gave is passed on when the node is withdrawn.
    private const long ByOne = 1;
    private const long ByAll = 2;

    private readonly Gate _gate = new();

    /// <summary>Nobody is in it while the permit is stored.</summary>
    private WaitQueue _waiters;

    /// <summary>1 while a permit is stored. Written under the gate; read outside of it as a hint.</summary>
    private AtomicInt32 _permit;

    internal override string KindName => "notify";

    TracedObject IWaitable.Target => this;

    bool IInspectable.HasWaiterThatCouldProceed => _permit.Read() != 0 && !_waiters.IsEmpty;

    int IInspectable.Waiters => _waiters.Count;

    /// <summary>
    /// Waits for a notification. Waiting begins at this call, not at the await: a notification between the two is not missed, and one from before the
    /// call counts only if it was stored. A stored permit is consumed at the call.
    /// </summary>
    /// <remarks>
    /// Cancellation loses nothing: a permit of <see cref="NotifyOne"/> that had been given to this wait goes to the next waiter, else it is stored: in the
    /// next step of the cancelled task, which goes before those of others. O(1), no allocation. In a lab that chooses among all tasks, others can come in
    /// before the call, as they can on any machine, if it is awaited where it stands (<c>await notify.WaitAsync(cx)</c>) by the method that went on after the
    /// last operation.
    /// </remarks>
    /// <exception cref="Cancellation.CanceledException">The task was asked to cancel and that is not masked.</exception>
    public ValueTask WaitAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var task = cx.Enter(file, line);
        if (_permit.Read() != 0 && task.CanCompleteInline && !cx.IsCancellationVisible && TryTakePermit())
        {
            task.TakeInline();
            return default;
        }

        var announces = task.AwaitsCall(file, line);
        var node = task.RentNode(this, OperationKind.Wait);
        return announces ? node.StartAwaited() : node.StartAtCall();
    }

    /// <summary>Wakes the task that has waited longest. If none waits, the next wait completes at once; that is remembered once, not counted. O(1).</summary>
    public void NotifyOne()
    {
        TaskCalls.Entering();
        var wakes = default(WakeList);
        using (_gate.Enter())
        {
            AssertInvariants();
            GiveLocked(ref wakes);
        }

        wakes.WakeAll();
    }

    /// <summary>Wakes every task that waits at this moment, oldest first, and leaves nothing for later ones. O(woken), no allocation.</summary>
    public void NotifyWaiters()
    {
        TaskCalls.Entering();
        var wakes = default(WakeList);
        using (_gate.Enter())
        {
            AssertInvariants();
            var woken = 0;
            while (_waiters.Dequeue() is { } node)
            {
                node.Argument = ByAll;
                node.Choose();
                wakes.Add(node);
                woken++;
            }

            Report(EventKind.NotifyAll, woken);
        }

        wakes.WakeAll();
    }

    bool IWaitable.Begin(WaitNode node)
    {
        using (_gate.Enter(node.Watch))
        {
            AssertInvariants();
            if (TryTakePermitLocked())
            {
                node.Argument = ByOne;
                node.Settle();
                return true;
            }

            _waiters.Enqueue(node);
            node.Park();
            Report(EventKind.NotifyWaiting);
            return false;
        }
    }

    void IWaitable.Withdraw(WaitNode node, int version)
    {
        var wakes = default(WakeList);
        using (_gate.Enter())
        {
            AssertInvariants();

            if (node.TryWithdraw(version))
            {
                _waiters.Remove(node);
                wakes.Add(node);
                Report(EventKind.NotifyCanceled);
            }
            else
            {
                // The notification came first.
                Report(EventKind.StateRead);
            }
        }

        wakes.WakeAll();
    }

    void IWaitable.GiveBack(WaitNode node)
    {
        if (node.Argument != ByOne)
        {
            return;
        }

        var wakes = default(WakeList);
        using (_gate.Enter())
        {
            AssertInvariants();
            Report(EventKind.NotifyPassedOn);
            GiveLocked(ref wakes);
        }

        wakes.WakeAll();
    }

    string IInspectable.Describe() => $"{_waiters.Count} waiting, {(_permit.Read() != 0 ? "a permit" : "no permit")} stored";

    private bool TryTakePermit()
    {
        using (_gate.Enter())
        {
            AssertInvariants();
            return TryTakePermitLocked();
        }
    }

    private bool TryTakePermitLocked()
    {
        if (_permit.Read() == 0)
        {
            return false;
        }

        _permit.Write(0);
        Report(EventKind.NotifyPermitTaken);
        return true;
    }

    /// <summary>One permit: to the oldest waiter, else stored.</summary>
    private void GiveLocked(ref WakeList wakes)
    {
        if (_waiters.Dequeue() is { } node)
        {
            node.Argument = ByOne;
            node.Choose();
            wakes.Add(node);
            Report(EventKind.NotifyOneWoke);
            return;
        }

        Report(EventKind.NotifyOneStored, _permit.Read());
        _permit.Write(1);
    }

    /// <summary>Under the gate.</summary>
    private void Report(EventKind kind, long a = 0)
    {
        if (Instrumentation.IsEnabled)
        {
            _gate.Report(kind, this, a);
        }
    }

    [System.Diagnostics.Conditional("DEBUG")]
    private void AssertInvariants() =>
        System.Diagnostics.Debug.Assert(_permit.Read() == 0 || _waiters.IsEmpty, "a waiter is parked while a permit is stored");
}
