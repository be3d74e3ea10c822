using System.Runtime.CompilerServices;
using Lab.Core.Memory;
using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;

namespace Lab.Sharing;

/// <summary>
/// The counting semaphore of model programs (Dijkstra's P and V): acquiring and releasing one are one scheduling point each, and a pending acquire is
/// among the alternatives only while there is one to take. Nobody owns what was taken: any task may release.
/// </summary>
/// <remarks>Whose operations queue and when: see <see cref="ModelObject"/>. Works in every host.</remarks>
public sealed class ModelSemaphore : ModelObject
{
    private long _free;

    /// <summary>A semaphore with its first count.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public ModelSemaphore(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _free = count;
    }

    internal override string KindName => "semaphore";

    internal override Gate Gate { get; } = new();

    /// <summary>Takes one, as soon as there is one and this request is chosen.</summary>
    /// <exception cref="Core.Cancellation.CanceledException">Cancellation was requested before one was given to this request, and is not masked; none was
    /// taken.</exception>
    public ValueTask AcquireAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Start(cx.Enter(file, line), OperationKind.Acquire, isCancellable: true);

    /// <summary>Gives one back, or adds one. Cancellation has no effect on it.</summary>
    public ValueTask ReleaseAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Start(cx.Enter(file, line), OperationKind.Unlock, isCancellable: false);

    private protected override bool CanProceed(ModelRequest request) => request.Operation != OperationKind.Acquire || _free > 0;

    private protected override bool BeginLocked(ModelRequest request, ref WakeList wakes)
    {
        if (request.Operation == OperationKind.Unlock)
        {
            ReleaseLocked(ref wakes);
            request.Settle();
            return true;
        }

        if (_free == 0)
        {
            LineUpLocked(request);
            request.Park();
            return false;
        }

        _free--;
        Report(EventKind.ModelAcquired, _free);
        request.Settle();
        return true;
    }

    private protected override string Describe() => FormattableString.Invariant($"{_free} free, {Waiters} waiting");

    private void ReleaseLocked(ref WakeList wakes)
    {
        Report(EventKind.ModelReleased, _free + 1);
        if (NextInLineLocked() is not { } next)
        {
            _free++;
            return;
        }

        // Handed over: nobody who comes meanwhile can take it.
        Report(EventKind.ModelAcquired);
        next.Settle();
        wakes.Add(next);
    }
}
