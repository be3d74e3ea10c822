using System.Diagnostics;
using System.Runtime.CompilerServices;
using Lab.Core.Memory;
using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;

namespace Lab.Core.Sync;

/// <summary>
/// A counting semaphore whose waiters are served strictly in the order of their calls: nobody barges, not even a smaller request that could be
/// met while an older and larger one waits.
/// </summary>
/// <remarks>It has no owner: any task may release. All members are safe to call from any thread.</remarks>
public sealed class AsyncSemaphore : TracedObject, IWaitable, IInspectable
{
    private readonly Gate _gate = new();

    /// <summary>Oldest first. The head asks for more than is available; each node's Argument is how much it asks for.</summary>
    private WaitQueue _waiters;
    private int _available;

    /// <summary>Makes a semaphore with <paramref name="initialCount"/> of at most <paramref name="maxCount"/> available.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative count, a maximum of zero, or an initial count above the maximum.</exception>
    public AsyncSemaphore(int initialCount, int maxCount = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(initialCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(initialCount, maxCount);
        _available = initialCount;
        MaxCount = maxCount;
    }

    /// <value>The most that can be available. Default: <see cref="int.MaxValue"/>.</value>
    public int MaxCount { get; }

    /// <summary>How much is available now. With others at work it may have changed when you read it.</summary>
    public int CurrentCount
    {
        get
        {
            TaskCalls.Entering();
            using (_gate.Enter())
            {
                Report(EventKind.StateRead);
                return _available;
            }
        }
    }

    internal override string KindName => "semaphore";

    TracedObject IWaitable.Target => this;

    bool IInspectable.HasWaiterThatCouldProceed => _waiters.Head is { } head && head.Argument <= _available;

    int IInspectable.Waiters => _waiters.Count;

    /// <summary>Takes <paramref name="count"/>, all at once, when everybody who asked before has been served.</summary>
    /// <remarks>
    /// Cancellation loses nothing: what had been given to this wait goes to the next, in the next step of the cancelled task. A cancelled wait has taken
    /// nothing. O(1), no allocation.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or more than <see cref="MaxCount"/>.</exception>
    /// <exception cref="Cancellation.CanceledException">The task was asked to cancel and that is not masked.</exception>
    public ValueTask AcquireAsync(Cx cx, int count = 1, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        CheckRequest(count);
        var task = cx.Enter(file, line);
        var node = default(WaitNode);
        if (!task.CanCompleteInline || cx.IsCancellationVisible)
        {
            return task.RentNode(this, OperationKind.Acquire, count).Start();
        }

        using (_gate.Enter())
        {
            AssertInvariants();
            if (!TryAcquireLocked(count))
            {
                node = task.RentNode(this, OperationKind.Acquire, count);
                ParkLocked(node);
            }
        }

        if (node is not null)
        {
            return node.Start(Beginning.Parked);
        }

        task.TakeInline();
        return default;
    }

    /// <summary>Takes <paramref name="count"/> if that much is available and nobody waits; else takes nothing and returns false. O(1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or more than <see cref="MaxCount"/>.</exception>
    public bool TryAcquire(int count = 1)
    {
        CheckRequest(count);
        TaskCalls.Entering();
        using (_gate.Enter())
        {
            AssertInvariants();
            if (TryAcquireLocked(count))
            {
                return true;
            }

            Report(EventKind.SemaphoreBusy);
            return false;
        }
    }

    /// <summary>Gives <paramref name="count"/> back; it goes to the waiters in their order. O(waiters served).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    /// <exception cref="SemaphoreFullException">More than <see cref="MaxCount"/> would be available; nothing was given back.</exception>
    public void Release(int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        TaskCalls.Entering();
        var wakes = default(WakeList);
        var isTooMuch = false;
        using (_gate.Enter())
        {
            AssertInvariants();
            if (count > MaxCount - _available)
            {
                isTooMuch = true;
                Report(EventKind.StateRead);
            }
            else
            {
                GiveLocked(count, ref wakes);
            }
        }

        wakes.WakeAll();
        if (isTooMuch)
        {
            throw new SemaphoreFullException($"Releasing {count} would make more than {MaxCount} available. Release only what was acquired.");
        }
    }

    bool IWaitable.Begin(WaitNode node)
    {
        using (_gate.Enter(node.Watch))
        {
            AssertInvariants();
            if (TryAcquireLocked(node.Argument))
            {
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
                Report(EventKind.SemaphoreCanceled, node.Argument);

                // It may have been the head that held back smaller ones.
                ServeLocked(ref wakes);
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

            // Somebody may have released too much meanwhile; the maximum holds all the same.
            GiveLocked((int)Math.Min(node.Argument, MaxCount - _available), ref wakes);
        }

        wakes.WakeAll();
    }

    string IInspectable.Describe() => $"{_available} available, {_waiters.Count} waiting";

    private void CheckRequest(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxCount);
    }

    private void ParkLocked(WaitNode node)
    {
        _waiters.Enqueue(node);
        node.Park();
        Report(EventKind.SemaphoreWaiting, node.Argument);
    }

    private bool TryAcquireLocked(long count)
    {
        if (!_waiters.IsEmpty || count > _available)
        {
            return false;
        }

        _available -= (int)count;
        Report(EventKind.SemaphoreAcquired, count);
        return true;
    }

    private void GiveLocked(int count, ref WakeList wakes)
    {
        _available += count;
        Report(EventKind.SemaphoreReleased, count);
        ServeLocked(ref wakes);
    }

    private void ServeLocked(ref WakeList wakes)
    {
        while (_waiters.Head is { } head && head.Argument <= _available)
        {
            _waiters.Remove(head);
            _available -= (int)head.Argument;
            Report(EventKind.SemaphoreAcquired, head.Argument);
            head.Choose();
            wakes.Add(head);
        }
    }

    /// <summary>Under the gate.</summary>
    private void Report(EventKind kind, long a = 0)
    {
        if (Instrumentation.IsEnabled)
        {
            _gate.Report(kind, this, a);
        }
    }

    [Conditional("DEBUG")]
    private void AssertInvariants()
    {
        Debug.Assert(_available >= 0 && _available <= MaxCount, "the count left its range");
        Debug.Assert(_waiters.Head is not { } head || head.Argument > _available, "the head of the queue could be served");
    }
}
