using System.Runtime.CompilerServices;
using Lab.Core.Cancellation;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Tasks;

public sealed partial class Scope
{
    private static readonly Func<object, Cx, Task> s_task = static (body, cx) => ((Func<Cx, Task>)body)(cx);
    private static readonly Func<object, Cx, Task> s_valueTask = static (body, cx) => ((Func<Cx, ValueTask>)body)(cx).AsTask();

    /// <summary>
    /// Starts a task in this scope. It runs <paramref name="body"/> with its own <see cref="Cx"/>; the execution context (AsyncLocal) flows into it.
    /// </summary>
    /// <returns>A handle; ignoring it is fine, the scope waits for the task.</returns>
    /// <exception cref="InvalidOperationException">The scope admits no work any more.</exception>
    [OverloadResolutionPriority(1)]
    public TaskHandle Spawn(
        Func<Cx, Task> body, SpawnOptions? options = null, string? name = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        TaskCalls.Entering(file, line);
        return Start(s_task, body, WithName(options, name), null);
    }

    /// <inheritdoc cref="Spawn(Func{Cx, Task}, SpawnOptions?, string?, string, int)"/>
    public TaskHandle Spawn(
        Func<Cx, ValueTask> body, SpawnOptions? options = null, string? name = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        TaskCalls.Entering(file, line);
        return Start(s_valueTask, body, WithName(options, name), null);
    }

    /// <summary>
    /// Starts a task with a state of its own: a <c>static</c> body captures nothing, so starting it costs no closure. With
    /// <see cref="SpawnOptions.Pooled"/> it allocates nothing at all (a body that suspends costs what its <c>async</c> method costs).
    /// </summary>
    /// <remarks>
    /// <code>scope.Spawn(static (job, cx) => job.RunAsync(cx), job, SpawnOptions.Pooled);</code>
    /// </remarks>
    /// <inheritdoc cref="Spawn(Func{Cx, Task}, SpawnOptions?, string?, string, int)"/>
    public TaskHandle Spawn<TState>(
        Func<TState, Cx, Task> body,
        TState state,
        SpawnOptions? options = null,
        string? name = null,
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
    {
        TaskCalls.Entering(file, line);
        var task = Rent(body, options is { AwaitsCoreOnly: true });
        var stateful = task.RentBody<TState>();
        stateful.Set(body, state);
        return Start(task, TaskBody.Starter, stateful, WithName(options, name), null);
    }

    /// <summary>Starts a task with a result in this scope. Its record holds the result and is never recycled.</summary>
    /// <inheritdoc cref="Spawn(Func{Cx, Task}, SpawnOptions?, string?, string, int)"/>
    [OverloadResolutionPriority(1)]
    public TaskHandle<T> Spawn<T>(
        Func<Cx, Task<T>> body, SpawnOptions? options = null, string? name = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        TaskCalls.Entering(file, line);
        return new(Start(Rent(body, recyclable: false), Typed<T>.Body, body, WithName(options, name), null));
    }

    internal void SpawnExternal(Func<Cx, Task> body, SpawnOptions? options, TaskCompletionSource external) =>
        Start(s_task, body, options, external);

    private TaskHandle Start(Func<object, Cx, Task> starter, object body, SpawnOptions? options, TaskCompletionSource? external) =>
        Start(Rent(body, options is { AwaitsCoreOnly: true }), starter, body, options, external);

    private ScopedTask Rent(object body, bool recyclable)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _host.Rent(recyclable);
    }

    private TaskHandle Start(ScopedTask task, Func<object, Cx, Task> starter, object body, SpawnOptions? options, TaskCompletionSource? external)
    {
        task.Prepare(this, starter, body, options, external);

        // Before it starts: a pooled task may have ended, and its record gone on to another, before we return.
        var handle = new TaskHandle(task);
        var watch = Instrumentation.GatesIfObserved;
        if (!TryAdmit(task, watch, out var inherited))
        {
            _host.TakeBack(task);
            throw NotOpen();
        }

        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(watch, EventKind.TaskSpawned, task.Cx);
        }

        // In a scope that is being cancelled the child is cancelled at once; it still runs to its first checkpoint.
        Inherit(task.Cx, inherited, watch);
        _host.Scheduler.StartTask(task);
        return handle;
    }

    private static SpawnOptions? WithName(SpawnOptions? options, string? name) =>
        name is null ? options : (options ?? new SpawnOptions()) with { Name = name };

    private static class Typed<T>
    {
        internal static readonly Func<object, Cx, Task> Body = static (body, cx) => ((Func<Cx, Task<T>>)body)(cx);
    }
}
