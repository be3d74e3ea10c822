using System.Runtime.CompilerServices;
using Lab.Core.Cancellation;
using Lab.Core.Memory;
using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;

namespace Lab.Sharing;

/// <summary>
/// The condition of model programs, bound to a mutex. A signal wakes who has waited longest and is lost when nobody waits; there are no spurious
/// wake-ups. A wait is two scheduling points: its begin unlocks the mutex, its end locks it again and is among the alternatives only when the signal has
/// come and the mutex is free. Between the two nobody who signals needs to hold the mutex.
/// </summary>
/// <remarks>Whose operations queue and when: see <see cref="ModelObject"/>. Works in every host.</remarks>
public sealed class ModelCondition : ModelObject
{
    private readonly ModelMutex _mutex;

    // Oldest first; a wait is here from the effect of its begin to its signal. Guarded by the mutex's gate.
    private WaitQueue _waiting;

    /// <summary>A condition of what <paramref name="mutex"/> guards.</summary>
    public ModelCondition(ModelMutex mutex)
    {
        ArgumentNullException.ThrowIfNull(mutex);
        _mutex = mutex;
    }

    internal override string KindName => "condition";

    internal override Gate Gate => _mutex.Gate;

    private protected override int Waiters => _waiting.Count;

    /// <summary>Unlocks the mutex and waits for a signal; holds the mutex again when it ends, also when it ends with an exception of cancellation.</summary>
    /// <exception cref="InvalidOperationException">This task does not hold the mutex.</exception>
    /// <exception cref="CanceledException">Cancellation was requested before a signal came to this wait, and is not masked: no signal is lost.</exception>
    public async ValueTask WaitAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var task = cx.Enter(file, line);
        var end = Rent();
        var begin = Rent();
        begin.Arm(task, this, OperationKind.Wait);
        begin.Successor = end;
        await Start(task, begin);
        end.Arm(task, this, OperationKind.Wait);
        try
        {
            await Start(task, end);
        }
        catch (CanceledException)
        {
            await _mutex.LockAgainAsync(cx);
            throw;
        }
    }

    /// <summary>Wakes who has waited longest; lost if nobody waits. Cancellation has no effect on it.</summary>
    public ValueTask SignalAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Start(cx.Enter(file, line), OperationKind.Signal, isCancellable: false, argument: 1);

    /// <summary>Wakes all who wait now. Cancellation has no effect on it.</summary>
    public ValueTask SignalAllAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Start(cx.Enter(file, line), OperationKind.Signal, isCancellable: false, argument: long.MaxValue);

    // An end that has been signalled is the mutex's (or will be when it begins), so here it waits for the signal.
    private protected override bool CanProceed(ModelRequest request) => request.Operation == OperationKind.Signal || request.Successor is not null;

    private protected override bool BeginLocked(ModelRequest request, ref WakeList wakes)
    {
        if (request.Operation == OperationKind.Signal)
        {
            SignalLocked(request.Argument, ref wakes);
            request.Settle();
            return true;
        }

        return request.Successor is { } end ? WaitLocked(request, end, ref wakes) : EndLocked(request);
    }

    private protected override void Changed() => _mutex.Reconsider();

    private protected override void PendLocked(ModelRequest request) => request.IsAnnounced = request.Successor is null;

    private protected override void LeaveLocked(ModelRequest request)
    {
        request.IsAnnounced = false;
        if (request.Place == ModelPlace.Condition)
        {
            _waiting.Remove(request);
            request.Place = ModelPlace.Nowhere;
        }

        Report(EventKind.ModelCanceled);
    }

    private protected override string Describe() => FormattableString.Invariant($"{Waiters} waiting for a signal");

    private bool WaitLocked(ModelRequest begin, ModelRequest end, ref WakeList wakes)
    {
        if (!_mutex.IsHeldByLocked(begin.Task))
        {
            Report(EventKind.StateRead);
            begin.Fail(new InvalidOperationException("A condition was waited for by a task that does not hold its mutex."));
            return true;
        }

        _mutex.ReleaseLocked(ref wakes);
        Report(EventKind.ModelWaiting);
        end.Place = ModelPlace.Condition;
        _waiting.Enqueue(end);
        begin.Settle();
        return true;
    }

    /// <summary>Where operations are not announced, or its task went on to something else: parks, unless the signal was faster.</summary>
    private bool EndLocked(ModelRequest end)
    {
        if (end.IsSignaled)
        {
            end.Owner = _mutex;
            end.Operation = OperationKind.Lock;
            return _mutex.LockLocked(end);
        }

        end.IsParked = true;
        end.Park();
        return false;
    }

    private void SignalLocked(long count, ref WakeList wakes)
    {
        var woken = 0L;
        for (; woken < count && _waiting.Dequeue() is { } node; woken++)
        {
            var end = (ModelRequest)node;
            end.Place = ModelPlace.Nowhere;
            end.IsSignaled = true;
            _mutex.AdoptLocked(end, ref wakes);
        }

        Report(EventKind.ModelSignaled, woken);
    }

    /// <summary>The end of a wait knows of its signal: what the signaller did before it happened before what follows here.</summary>
    internal void ReportSignalSeenLocked() => Report(EventKind.StateRead);
}
