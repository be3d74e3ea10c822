using System.Runtime.CompilerServices;
using Lab.Core.Memory;
using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;

namespace Lab.Sharing;

/// <summary>
/// The mutex of model programs: locking and unlocking are one scheduling point each, and a pending lock is among the alternatives only while the mutex
/// is free. Not re-entrant: locking twice in one task waits for ever.
/// </summary>
/// <remarks>Whose operations queue and when: see <see cref="ModelObject"/>. Works in every host.</remarks>
public sealed class ModelMutex : ModelObject, IOwned
{
    // The task that holds it; null while free.
    private RuntimeTask? _holder;

    internal override string KindName => "mutex";

    internal override Gate Gate { get; } = new();

    RuntimeTask? IOwned.Holder => _holder;

    /// <summary>Locks, as soon as the mutex is free and this request is chosen.</summary>
    /// <exception cref="Core.Cancellation.CanceledException">Cancellation was requested before the mutex was given to this request, and is not masked; it
    /// is not locked.</exception>
    public ValueTask LockAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Start(cx.Enter(file, line), OperationKind.Lock, isCancellable: true);

    /// <summary>Unlocks. Cancellation has no effect on it.</summary>
    /// <exception cref="InvalidOperationException">This task does not hold the mutex.</exception>
    public ValueTask UnlockAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Start(cx.Enter(file, line), OperationKind.Unlock, isCancellable: false);

    /// <summary>After a canceled wait for a condition: whoever waited for it expects to hold the mutex, whatever the wait ended with.</summary>
    internal ValueTask LockAgainAsync(Cx cx) => Start(cx.Enter(), OperationKind.Lock, isCancellable: false);

    internal bool IsHeldByLocked(RuntimeTask? task) => _holder is not null && ReferenceEquals(_holder, task);

    /// <summary>A request that waits elsewhere (in a condition) becomes one for the mutex.</summary>
    internal void AdoptLocked(ModelRequest request, ref WakeList wakes)
    {
        request.Owner = this;
        request.Operation = OperationKind.Lock;
        if (request.IsAnnounced)
        {
            PendLocked(request);
        }
        else if (request.IsParked && !TryTakeLocked(request))
        {
            LineUpLocked(request);
        }
        else if (request.IsParked)
        {
            request.Settle();
            wakes.Add(request);
        }
    }

    internal void ReleaseLocked(ref WakeList wakes)
    {
        Report(EventKind.ModelReleased);
        _holder = null;
        if (NextInLineLocked() is { } next)
        {
            TryTakeLocked(next);
            next.Settle();
            wakes.Add(next);
        }
    }

    private protected override bool CanProceed(ModelRequest request) => request.Operation != OperationKind.Lock || _holder is null;

    private protected override bool BeginLocked(ModelRequest request, ref WakeList wakes)
    {
        if (request.Operation == OperationKind.Lock)
        {
            return LockLocked(request);
        }

        if (IsHeldByLocked(request.Task))
        {
            ReleaseLocked(ref wakes);
            request.Settle();
        }
        else
        {
            Report(EventKind.StateRead);
            request.Fail(new InvalidOperationException("A mutex was unlocked by a task that does not hold it."));
        }

        return true;
    }

    internal bool LockLocked(ModelRequest request)
    {
        if (TryTakeLocked(request))
        {
            request.Condition?.ReportSignalSeenLocked();
            request.Settle();
            return true;
        }

        LineUpLocked(request);
        request.Park();
        return false;
    }

    private protected override string Describe() => $"{(_holder is null ? "unlocked" : "locked")}, {Waiters} waiting";

    private bool TryTakeLocked(ModelRequest request)
    {
        if (_holder is not null)
        {
            return false;
        }

        _holder = request.Task;
        Report(EventKind.ModelAcquired);
        return true;
    }
}
