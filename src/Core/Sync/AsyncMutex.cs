using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Lab.Core.Memory;
using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;

namespace Lab.Core.Sync;

/// <summary>
/// Mutual exclusion across awaits: <c>using (await mutex.LockAsync(cx)) { ... }</c>. First come, first served: unlocking hands the mutex to the task
/// that has waited longest. Not re-entrant: locking twice in one task waits for ever.
/// </summary>
/// <remarks>
/// The owner is whoever has the <see cref="Hold"/>, not a thread or task, so a hold may be handed on. All members are safe to call from any thread.
/// </remarks>
public sealed partial class AsyncMutex : TracedObject, IWaitable, IInspectable, IOwned
{
    private readonly Gate _gate = new();
    private WaitQueue _waiters;
    private LockNode? _spares;

    /// <summary>The owner's ticket; 0 while unlocked, and then nobody waits.</summary>
    private long _owner;
    private long _lastTicket;

    /// <summary>Who locked it, for reports; kept only when observation is on. The hold may have been handed on since.</summary>
    private RuntimeTask? _holder;

    /// <summary>Somebody holds it now. With others at work that may have changed when you read it.</summary>
    public bool IsLocked
    {
        get
        {
            TaskCalls.Entering();
            using (_gate.Enter())
            {
                Report(EventKind.StateRead);
                return _owner != 0;
            }
        }
    }

    internal override string KindName => "mutex";

    TracedObject IWaitable.Target => this;

    bool IInspectable.HasWaiterThatCouldProceed => _owner == 0 && !_waiters.IsEmpty;

    int IInspectable.Waiters => _waiters.Count;

    RuntimeTask? IOwned.Holder => _holder;

    /// <summary>Waits for its turn and locks. Dispose the result to unlock.</summary>
    /// <remarks>
    /// Cancellation loses nothing: a mutex that had been handed to this wait goes to the next, in the next step of the cancelled task. O(1), no
    /// allocation once the peak number of waiters has been seen.
    /// </remarks>
    /// <exception cref="Cancellation.CanceledException">The task was asked to cancel and that is not masked.</exception>
    public ValueTask<Hold> LockAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var task = cx.Enter(file, line);
        var mayComplete = task.CanCompleteInline && !cx.IsCancellationVisible;
        LockNode node;
        if (task.Announces && task.Stayed<LockNode>(this) is { } stayed)
        {
            stayed.Arm(task, this, OperationKind.Lock);
            return stayed.StartLock(Beginning.NotYet);
        }

        using (_gate.Enter())
        {
            AssertInvariants();
            if (mayComplete && _owner == 0)
            {
                task.TakeInline();
                return new ValueTask<Hold>(new Hold(this, LockLocked(task)));
            }

            node = RentLocked();
            node.Arm(task, this, OperationKind.Lock);
            if (mayComplete)
            {
                ParkLocked(node);
            }
        }

        return node.StartLock(mayComplete ? Beginning.Parked : Beginning.NotYet);
    }

    /// <summary>Locks if it is free at this moment; never waits. O(1).</summary>
    public bool TryLock(out Hold hold)
    {
        TaskCalls.Entering();
        using (_gate.Enter())
        {
            AssertInvariants();
            if (_owner == 0)
            {
                hold = new Hold(this, LockLocked(TaskCalls.Current));
                return true;
            }

            Report(EventKind.MutexBusy);
            hold = default;
            return false;
        }
    }

    bool IWaitable.Begin(WaitNode node)
    {
        using (_gate.Enter(node.Watch))
        {
            AssertInvariants();
            if (_owner == 0)
            {
                node.Argument = LockLocked(node.Task);
                node.Settle();
                return true;
            }

            ParkLocked(node);
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
                Report(EventKind.MutexCanceled);
            }
            else
            {
                Report(EventKind.StateRead);
            }
        }

        wakes.WakeAll();
    }

    void IWaitable.GiveBack(WaitNode node)
    {
        var wakes = default(WakeList);
        using (_gate.Enter())
        {
            AssertInvariants();

            // A chosen wait that has not resumed is the owner, and nobody else can have unlocked for it.
            PassOnLocked(ref wakes);
        }

        wakes.WakeAll();
    }

    string IInspectable.Describe() => $"{(_owner == 0 ? "unlocked" : "locked")}, {_waiters.Count} waiting";

    /// <summary>True when <paramref name="ticket"/> was the owner's; the mutex is the next one's now.</summary>
    private bool TryUnlock(long ticket)
    {
        TaskCalls.Entering();
        var wakes = default(WakeList);
        using (_gate.Enter())
        {
            AssertInvariants();
            if (ticket == 0 || _owner != ticket)
            {
                Report(EventKind.StateRead);
                return false;
            }

            PassOnLocked(ref wakes);
        }

        wakes.WakeAll();
        return true;
    }

    private long LockLocked(RuntimeTask? task)
    {
        _owner = ++_lastTicket;
        if (Instrumentation.IsEnabled)
        {
            _holder = task;
        }

        Report(EventKind.MutexLocked);
        return _owner;
    }

    private void PassOnLocked(ref WakeList wakes)
    {
        Report(EventKind.MutexUnlocked);
        _owner = 0;
        _holder = null;
        if (_waiters.Dequeue() is { } next)
        {
            next.Argument = LockLocked(next.Task);
            next.Choose();
            wakes.Add(next);
        }
    }

    private void ParkLocked(WaitNode node)
    {
        _waiters.Enqueue(node);
        node.Park();
        Report(EventKind.MutexWaiting);
    }

    private LockNode RentLocked()
    {
        var node = _spares;
        if (node is null)
        {
            return new LockNode();
        }

        _spares = (LockNode?)node.Next;
        node.Next = null;
        return node;
    }

    private void Return(LockNode node)
    {
        using (_gate.Enter())
        {
            node.Next = _spares;
            _spares = node;
        }
    }

    /// <summary>Under the gate.</summary>
    private void Report(EventKind kind)
    {
        if (Instrumentation.IsEnabled)
        {
            _gate.Report(kind, this);
        }
    }

    [Conditional("DEBUG")]
    private void AssertInvariants() => Debug.Assert(_owner != 0 || _waiters.IsEmpty, "a task waits for an unlocked mutex");

    /// <summary>A wait for the mutex; its Argument becomes the ticket of the ownership it was given.</summary>
    private sealed class LockNode : WaitNode, IValueTaskSource<Hold>
    {
        internal ValueTask<Hold> StartLock(Beginning beginning)
        {
            if (!IsDoneAtCall(beginning))
            {
                return new ValueTask<Hold>(this, Version);
            }

            try
            {
                return new ValueTask<Hold>(((IValueTaskSource<Hold>)this).GetResult(Version));
            }
            catch (Exception e)
            {
                return ValueTask.FromException<Hold>(e);
            }
        }

        Hold IValueTaskSource<Hold>.GetResult(short token)
        {
            Consume(token);
            var hold = new Hold((AsyncMutex)Owner!, Argument);
            Recycle();
            return hold;
        }

        protected override void Recycle()
        {
            if (!TryStay())
            {
                Return();
            }
        }

        protected override void Return()
        {
            var mutex = (AsyncMutex)Owner!;
            Forget();
            mutex.Return(this);
        }
    }
}
