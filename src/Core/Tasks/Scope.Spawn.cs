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
    public TaskHandle Spawn(Func<Cx, Task> body, SpawnOptions? options = null, string? name = null) =>
        new(Start(s_task, body, WithName(options, name), null));

    /// <inheritdoc cref="Spawn(Func{Cx, Task}, SpawnOptions?, string?)"/>
    public TaskHandle Spawn(Func<Cx, ValueTask> body, SpawnOptions? options = null, string? name = null) =>
        new(Start(s_valueTask, body, WithName(options, name), null));

    /// <summary>Starts a task with a result in this scope.</summary>
    /// <inheritdoc cref="Spawn(Func{Cx, Task}, SpawnOptions?, string?)"/>
    [OverloadResolutionPriority(1)]
    public TaskHandle<T> Spawn<T>(Func<Cx, Task<T>> body, SpawnOptions? options = null, string? name = null) =>
        new(Start(Typed<T>.Body, body, WithName(options, name), null));

    internal ScopedTask SpawnExternal(Func<Cx, Task> body, SpawnOptions? options, TaskCompletionSource external) =>
        Start(s_task, body, options, external);

    private ScopedTask Start(Func<object, Cx, Task> starter, object body, SpawnOptions? options, TaskCompletionSource? external)
    {
        ArgumentNullException.ThrowIfNull(body);
        TaskCalls.Entering();
        EnterChild();
        var task = _host.Rent();
        task.Prepare(this, starter, body, options, external);
        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(EventKind.TaskSpawned, task.Cx);
        }

        // Attaching to a scope that is being cancelled cancels the child at once; it still runs to its first checkpoint.
        task.Cx.Attach(this);
        _host.Scheduler.StartTask(task);
        return task;
    }

    private static SpawnOptions? WithName(SpawnOptions? options, string? name) =>
        name is null ? options : (options ?? new SpawnOptions()) with { Name = name };

    private static class Typed<T>
    {
        internal static readonly Func<object, Cx, Task> Body = static (body, cx) => ((Func<Cx, Task<T>>)body)(cx);
    }
}
