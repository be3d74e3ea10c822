using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Lab.Core.Cancellation;
using Lab.Core.Memory;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Tasks;

/// <summary>
/// Refers to a spawned task. Awaiting it does not own the task: abandoning the wait does not cancel it. <c>default</c> refers to none, and every member throws
/// <see cref="InvalidOperationException"/>.
/// </summary>
public readonly struct TaskHandle
{
    private readonly ScopedTask _task;

    /// <summary>Which task of the record: it may serve another when this one has ended Ok.</summary>
    private readonly int _life;

    /// <summary>Refers to the task that has the record now.</summary>
    internal TaskHandle(ScopedTask task) => (_task, _life) = (task, task.Cx.Life);

    /// <summary>The record. It may belong to another task by now, unless this one was not <see cref="SpawnOptions.AwaitsCoreOnly"/>.</summary>
    internal ScopedTask Task => _task;

    /// <summary>The record of a handle that somebody calls, which may be <c>default</c>.</summary>
    private ScopedTask Known => _task ?? ThrowNoTask();

    /// <summary>The task's name, if any; null also when a pooled task has ended.</summary>
    public string? Name
    {
        get
        {
            var name = Known.Name;

            // The name before the life: an acquire load alone would let the name be read after it, when the next task has come.
            Fence.Full();
            return _task.Cx.Life == _life ? name : null;
        }
    }

    /// <summary>True when the outcome is known.</summary>
    public bool IsCompleted
    {
        get
        {
            TaskCalls.Entering();
            var task = Known;
            ReportRead();
            return task.HasEnded(_life);
        }
    }

    /// <summary>Asks the task to stop. True for the first request; later ones only strengthen the reason.</summary>
    public bool Cancel(string? message = null, CancellationKind kind = CancellationKind.User)
    {
        TaskCalls.Entering();
        if (Known.HasEnded(_life))
        {
            ReportRead();
            return false;
        }

        return CancellationWave.Spread(_task.Cx, _life, new CancellationReason(kind, Name ?? "", _task.Cx.UtcNow, message));
    }

    /// <summary>Waits until the task has ended and throws what it ended with. No allocation.</summary>
    /// <remarks>
    /// A task that has not begun is begun before others that have been ready for longer. Natively the call itself may run its first step: hold no lock of a
    /// thread meanwhile.
    /// </remarks>
    /// <exception cref="CanceledException">The task was canceled, or the wait was (then the task goes on).</exception>
    public ValueTask JoinAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        if (TryJoinAtOnce(cx, file, line, isCancellable: true, out var suspends))
        {
            var outcome = _task.Observe(_life);
            return outcome.Kind == OutcomeKind.Ok ? default : AsTask(outcome);
        }

        var node = BeginJoin(cx, suspends, isCancellable: true, out var isDone);
        if (!isDone)
        {
            return new ValueTask(node, node.Version);
        }

        try
        {
            return AsTask(node.Finish(node.Version));
        }
        catch (Exception e)
        {
            return ValueTask.FromException(e);
        }
    }

    /// <summary>
    /// Waits until the task has ended and returns how. The fault, if any, belongs to the caller from then on: a scope that collects faults
    /// (<see cref="FaultPolicy.CollectAll"/>) does not throw it again. No allocation.
    /// </summary>
    /// <exception cref="CanceledException">The wait was canceled; the task goes on.</exception>
    public ValueTask<Outcome> OutcomeAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        EndAsync(cx, file, line, isCancellable: true);

    /// <summary>The same for who waits in any case. A mask would hide the cancellation from other waits that the task is in meanwhile.</summary>
    internal ValueTask<Outcome> EndAsync(Cx cx, string file, int line, bool isCancellable)
    {
        if (TryJoinAtOnce(cx, file, line, isCancellable, out var suspends))
        {
            return new ValueTask<Outcome>(_task.Observe(_life));
        }

        var node = BeginJoin(cx, suspends, isCancellable, out var isDone);
        if (!isDone)
        {
            return new ValueTask<Outcome>(node, node.Version);
        }

        try
        {
            return new ValueTask<Outcome>(node.Finish(node.Version));
        }
        catch (Exception e)
        {
            return ValueTask.FromException<Outcome>(e);
        }
    }

    private static ValueTask AsTask(Outcome outcome)
    {
        try
        {
            outcome.ThrowIfNotOk();
            return default;
        }
        catch (Exception e)
        {
            return ValueTask.FromException(e);
        }
    }

    /// <summary>True: the task has ended, by now, and its outcome may be taken without a wait.</summary>
    /// <param name="cx">Who joins.</param>
    /// <param name="file">Where.</param>
    /// <param name="line">Where.</param>
    /// <param name="isCancellable">The joiner's cancellation ends the wait.</param>
    /// <param name="suspends">False is the answer, and though the task has ended, the joiner must suspend.</param>
    private bool TryJoinAtOnce(Cx cx, string file, int line, bool isCancellable, out bool suspends)
    {
        var task = Known;
        var joiner = cx.Enter(file, line);
        suspends = false;
        if (task.HasEnded(_life))
        {
            return isCancellable ? cx.Task.CanJoinAtOnce : cx.Task.CanCompleteInline;
        }

        // Only in a step of the joiner: in a callback or a foreign continuation there is none to interrupt.
        if (!task.IsUnbegun(_life, out var sequence) || !ReferenceEquals(TaskCalls.Current, joiner))
        {
            return false;
        }

        var step = joiner.RunJoined(task, sequence);
        suspends = step == JoinedStep.EndedOutOfTurn;
        return step == JoinedStep.Ended && !(isCancellable && cx.IsCancellationVisible);
    }

    private JoinNode BeginJoin(Cx cx, bool suspends, bool isCancellable, out bool isDone)
    {
        var node = cx.Task.RentJoin();
        if (suspends)
        {
            node.BeginSuspending(_task, _life, isCancellable);
            isDone = false;
        }
        else
        {
            isDone = node.Begin(_task, _life, isCancellable);
        }

        return node;
    }

    [DoesNotReturn]
    private static ScopedTask ThrowNoTask() =>
        throw new InvalidOperationException("This handle refers to no task: it is default(TaskHandle), and no Spawn returned it.");

    /// <summary>Whether the task has ended was looked at.</summary>
    private void ReportRead()
    {
        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(EventKind.StateRead, _task.Cx);
        }
    }
}

/// <summary>Refers to a spawned task with a result.</summary>
public readonly struct TaskHandle<T>
{
    internal TaskHandle(TaskHandle untyped) => Untyped = untyped;

    /// <summary>The same handle without the result.</summary>
    public TaskHandle Untyped { get; }

    /// <inheritdoc cref="TaskHandle.IsCompleted"/>
    public bool IsCompleted => Untyped.IsCompleted;

    /// <inheritdoc cref="TaskHandle.Cancel"/>
    public bool Cancel(string? message = null) => Untyped.Cancel(message);

    /// <summary>Waits until the task has ended; returns its result, or throws what it ended with. Allocates only when it has to wait.</summary>
    /// <exception cref="CanceledException">The task was canceled, or the wait was (then the task goes on).</exception>
    public ValueTask<T> JoinAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var join = Untyped.JoinAsync(cx, file, line);
        return join.IsCompletedSuccessfully ? new ValueTask<T>(Result(Untyped.Task)) : WaitAsync(join, Untyped.Task);
    }

    /// <inheritdoc cref="TaskHandle.OutcomeAsync(Cx, string, int)"/>
    public ValueTask<Outcome> OutcomeAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => Untyped.OutcomeAsync(cx, file, line);

    /// <summary>The result, or the fault, of a task that has ended with one; this task's own cancellation keeps nobody from getting it.</summary>
    internal async ValueTask<T> ResultAsync(Cx cx, string file, int line)
    {
        (await Untyped.EndAsync(cx, file, line, isCancellable: false)).ThrowIfNotOk();
        return Result(Untyped.Task);
    }

    private static async ValueTask<T> WaitAsync(ValueTask join, ScopedTask task)
    {
        await join;
        return Result(task);
    }

    private static T Result(ScopedTask task) => ((Task<T>)task.Running!).Result;
}
