using System.Runtime.CompilerServices;
using Lab.Core.Cancellation;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Tasks;

/// <summary>Refers to a spawned task. Awaiting it does not own the task: abandoning the wait does not cancel it.</summary>
public readonly struct TaskHandle
{
    private readonly ScopedTask _task;

    internal TaskHandle(ScopedTask task) => _task = task;

    internal ScopedTask Task => _task;

    /// <summary>The task's name, if any.</summary>
    public string? Name => _task.Name;

    /// <summary>True when the outcome is known.</summary>
    public bool IsCompleted
    {
        get
        {
            TaskCalls.Entering();
            ReportRead();
            return _task.IsCompleted;
        }
    }

    /// <summary>Asks the task to stop. True for the first request; later ones only strengthen the reason.</summary>
    public bool Cancel(string? message = null, CancellationKind kind = CancellationKind.User)
    {
        TaskCalls.Entering();
        if (_task.IsCompleted)
        {
            ReportRead();
            return false;
        }

        return _task.Cx.Cancel(new CancellationReason(kind, _task.Name ?? "", _task.Cx.UtcNow, message));
    }

    /// <summary>Waits until the task has ended and throws what it ended with.</summary>
    /// <exception cref="CanceledException">The task was canceled, or the wait was (then the task goes on).</exception>
    public async ValueTask JoinAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        (await OutcomeAsync(cx, file, line)).ThrowIfNotOk();

    /// <summary>Waits until the task has ended and returns how. The fault, if any, belongs to the caller from then on.</summary>
    /// <exception cref="CanceledException">The wait was canceled; the task goes on.</exception>
    public async ValueTask<Outcome> OutcomeAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var task = _task;
        await task.WaitCompletionAsync(cx.Enter(file, line), OperationKind.Join);
        task.MarkObserved();
        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(EventKind.TaskJoined, task.Cx);
        }

        return task.Outcome;
    }

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
    private readonly ScopedTask _task;

    internal TaskHandle(ScopedTask task) => _task = task;

    /// <summary>The same handle without the result.</summary>
    public TaskHandle Untyped => new(_task);

    /// <inheritdoc cref="TaskHandle.IsCompleted"/>
    public bool IsCompleted => Untyped.IsCompleted;

    /// <inheritdoc cref="TaskHandle.Cancel"/>
    public bool Cancel(string? message = null) => Untyped.Cancel(message);

    /// <summary>Waits until the task has ended; returns its result, or throws what it ended with.</summary>
    /// <exception cref="CanceledException">The task was canceled, or the wait was (then the task goes on).</exception>
    public async ValueTask<T> JoinAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var task = _task;
        (await Untyped.OutcomeAsync(cx, file, line)).ThrowIfNotOk();
        return ((Task<T>)task.Running!).Result;
    }

    /// <inheritdoc cref="TaskHandle.OutcomeAsync"/>
    public ValueTask<Outcome> OutcomeAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => Untyped.OutcomeAsync(cx, file, line);
}
