using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Lab.Core.Cancellation;
using Lab.Core.Memory;
using Lab.Core.Scheduling;
using Lab.Core.Time;

#pragma warning disable RS0030 // ConfigureAwait: the callers of a runtime are outside it and have no Cx to come home through.

namespace Lab.Core.Tasks;

/// <summary>
/// The native host: worker threads that run tasks. Everything spawned belongs to its root scope; nothing is silently dropped:
/// <see cref="ShutdownAsync"/> cancels, drains for a grace period, and reports what it had to abandon.
/// </summary>
public class Runtime : IAsyncDisposable, IDisposable
{
    /// <summary>Some 24 days: a thread cannot be waited for longer at once, so this stands for longer and for ever.</summary>
    private static readonly TimeSpan s_longestJoin = TimeSpan.FromMilliseconds(int.MaxValue);

    private readonly RuntimeOptions _options;
    private readonly NativeHost _host;
    private readonly Scope _root;
    private AtomicInt32 _stopping;
    private readonly TaskCompletionSource<IReadOnlyList<string>> _shutdown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The first that neither a task nor the handler of unobserved faults can be given: a timer callback's, or the handler's own.</summary>
    private Exception? _fault;

    /// <summary>Makes the runtime and starts its workers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No workers.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform has one thread (browser): use <see cref="CooperativeRuntime"/>.</exception>
    public Runtime(RuntimeOptions? options = null)
        : this(options ?? new RuntimeOptions(), static (options, timers) => new NativeDispatch(options.Workers, options.Seed, timers))
    {
    }

    private protected Runtime(RuntimeOptions options, Func<RuntimeOptions, TimerDriver, IRuntimeDispatch> dispatch)
    {
        _options = options;
        var timers = new TimerDriver(_options.TimeProvider);
        timers.Faulted = Fault;
        Dispatch = dispatch(options, timers);
        _host = new NativeHost(new Scheduler(Dispatch, Dispatch, timers), Dispatch, this);
        _root = _host.Open(null, null, new ScopeOptions { Faults = FaultPolicy.CollectAll, Name = "root" });
        Dispatch.Start(_host.Scheduler);
    }

    private protected IRuntimeDispatch Dispatch { get; }

    private protected TimeSpan GracePeriod => _options.GracePeriod;

    /// <summary>How often a worker has gone to sleep so far; for measurements.</summary>
    internal long Sleeps => (Dispatch as NativeDispatch)?.Sleeps ?? 0;

    /// <summary>Tasks that have not ended.</summary>
    public int LiveTasks => _root.Live;

    /// <summary>Starts a task in the root scope. Callable from any thread.</summary>
    /// <exception cref="InvalidOperationException">The runtime is shutting down.</exception>
    public TaskHandle Spawn(Func<Cx, Task> body, SpawnOptions? options = null) => _root.Spawn(body, options, file: "");

    /// <summary>Starts a task and returns a BCL task that ends as it ends: for code outside of the runtime.</summary>
    public Task RunAsync(Func<Cx, Task> body, SpawnOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        var external = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _root.SpawnExternal(body, options, external);
        return external.Task;
    }

    /// <summary>Like <see cref="RunAsync(Func{Cx, Task}, SpawnOptions?)"/>, with a result.</summary>
    public Task<T> RunAsync<T>(Func<Cx, Task<T>> body, SpawnOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return RunToResultAsync(body, options);
    }

    private async Task<T> RunToResultAsync<T>(Func<Cx, Task<T>> body, SpawnOptions? options)
    {
        var result = default(T);
        await RunAsync(async cx => { result = await body(cx); }, options).ConfigureAwait(false);
        return result!;
    }

    /// <summary>
    /// Cancels the root scope with <c>Shutdown</c>, waits up to the grace period for tasks to end, then stops the workers after their current step.
    /// What is left is abandoned: its handles complete as Canceled(Shutdown), and the result names it. Idempotent: the first call shuts down, with its
    /// grace period, and every other waits for the same result.
    /// </summary>
    /// <returns>
    /// One description per abandoned task, and one line more when a step was still running <see cref="RuntimeOptions.StopPatience"/> after the workers were asked to stop (its thread is a
    /// background thread and ends with that step; tasks that it still spawns complete as Canceled(Shutdown) then); empty when everything ended in time.
    /// </returns>
    /// <param name="grace">
    /// On <see cref="RuntimeOptions.TimeProvider"/>; <see cref="Timeout.InfiniteTimeSpan"/>: until every task has ended. Default: null,
    /// <see cref="RuntimeOptions.GracePeriod"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="grace"/> is negative and not infinite, or longer than <see cref="Cx.MaxDelay"/>. Thrown by the call; the runtime goes on.
    /// </exception>
    public Task<IReadOnlyList<string>> ShutdownAsync(TimeSpan? grace = null) =>
        StopOnceAsync(grace is { } given ? Duration.Checked(given, nameof(grace)) : _options.GracePeriod);

    private async Task<IReadOnlyList<string>> StopOnceAsync(TimeSpan grace)
    {
        if (_stopping.Exchange(1) == 0)
        {
            try
            {
                _shutdown.SetResult(await StopAsync(grace).ConfigureAwait(false));
            }
            catch (Exception e)
            {
                _shutdown.SetException(e);
            }
        }

        return await _shutdown.Task.ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<string>> StopAsync(TimeSpan grace)
    {
        var reason = CancelAll();
        await _root.DrainAsync(grace, _options.TimeProvider).ConfigureAwait(false);
        return AbandonRest(reason);
    }

    private CancellationReason CancelAll()
    {
        var reason = new CancellationReason(CancellationKind.Shutdown, "", _options.TimeProvider.GetUtcNow(), "the runtime is shutting down");
        _root.Shutdown(reason);
        return reason;
    }

    private IReadOnlyList<string> AbandonRest(CancellationReason reason)
    {
        var hasStopped = Dispatch.Stop(_options.StopPatience is { Ticks: >= 0 } patience && patience < s_longestJoin ? patience : s_longestJoin);
        var known = new List<CancellationNode>();
        var left = _root.Abandon(reason, known);

        // All that is known has ended and is told. Of what a step spawns that is still under way either we find it below its task, or its worker does.
        Dispatch.AbandonQueued(task => Unsafe.As<ScopedTask>(task).Abandon(reason));
        Scope.AbandonSpawned(known, reason);
        return hasStopped ? left : [.. left, "a step of a task did not end; its worker thread stops after it, and what it spawns until then is canceled"];
    }

    /// <summary>Shuts down with the configured grace period and throws the first fault that nobody observed.</summary>
    public async ValueTask DisposeAsync()
    {
        await ShutdownAsync().ConfigureAwait(false);
        ThrowFault();
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => DisposeNow();

    private protected virtual void DisposeNow() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>For a host that cannot wait, since its tasks need the caller's thread: what can still end is run by <paramref name="drain"/>.</summary>
    private protected void DisposeHere(Action drain)
    {
        if (_stopping.Exchange(1) == 0)
        {
            var reason = CancelAll();

            // Without a grace period it only closes the scope.
            _ = _root.DrainAsync(TimeSpan.Zero, _options.TimeProvider);
            try
            {
                drain();
                _shutdown.SetResult(AbandonRest(reason));
            }
            catch (Exception e)
            {
                // The caller is in one of the runtime's own steps, or another thread is: whoever waits for the shutdown must hear of it.
                _shutdown.SetException(e);
                throw;
            }
        }

        ThrowFault();
    }

    private void ThrowFault()
    {
        if (_options.UnobservedFault is null)
        {
            _root.ThrowFault();
        }

        if (_fault is not null)
        {
            ExceptionDispatchInfo.Throw(_fault);
        }
    }

    /// <summary>
    /// A timer callback threw (a listener of a cancellation that a timeout requested), or what the BCL posted to a task that had ended: the workers go on, and
    /// nobody's fault is lost.
    /// </summary>
    private protected void Fault(Exception error)
    {
        if (!Tell(error))
        {
            Atomic.InitializeOnce(ref _fault, error);
        }
    }

    /// <summary>
    /// Tells the handler of unobserved faults; false if there is none. The caller is a worker in the middle of the end of a task: what the handler throws
    /// must neither end that worker nor keep the task's scope waiting, so it is kept for disposal.
    /// </summary>
    private bool Tell(Exception error)
    {
        if (_options.UnobservedFault is not { } handler)
        {
            return false;
        }

        try
        {
            handler(error);
        }
        catch (Exception thrown)
        {
            Atomic.InitializeOnce(ref _fault, thrown);
        }

        return true;
    }

    private sealed class NativeHost(Scheduler scheduler, IRuntimeDispatch dispatch, Runtime runtime)
        : TaskHost(scheduler, runtime._options.TimeProvider)
    {
        internal override void FaultedOutside(Exception error) => runtime.Fault(error);

        internal override ScopedTask Rent(bool recyclable)
        {
            if (!recyclable)
            {
                return new ScopedTask(this);
            }

            var task = Unsafe.As<ScopedTask>(dispatch.RentSpare()) ?? new ScopedTask(this);
            task.IsRecyclable = true;
            return task;
        }

        internal override void Return(ScopedTask task)
        {
            task.BeginLife();
            dispatch.ReturnSpare(task);
        }

        internal override bool Unobserved(Exception error) => runtime.Tell(error);
    }
}
