using System.Runtime.CompilerServices;
using System.Threading.Channels;
using System.Threading.Tasks.Sources;
using Lab.Core.Tasks;

namespace Lab.Snapshots.Controlled;

#pragma warning disable CA2012, CA2016, CA2025, CS1998, CA1849 // The programs do what people do.

/// <summary>Waiting for one another without the core.</summary>
internal static class Waiting
{
    internal static Construct[] All { get; } =
    [
        Construct.Of("`await Task.Yield()`", static async cx => await Task.Yield()),
        Construct.Of("`await` a `TaskCompletionSource`", static (cx, scope) => Completed(scope, TaskCreationOptions.None).Task),
        Construct.Of("... that runs continuations asynchronously", static (cx, scope) => Completed(scope, TaskCreationOptions.RunContinuationsAsynchronously).Task),
        Construct.Of("`Task.WhenAll`", static (cx, scope) => Task.WhenAll(Completed(scope).Task, Completed(scope).Task)),
        Construct.Of("`Task.WhenAny`", static async (cx, scope) => await await Task.WhenAny(Completed(scope).Task, Completed(scope).Task)),
        Construct.Of("`task.WaitAsync(token)`", static async (cx, scope) => await Completed(scope).Task.WaitAsync(cx.CancellationToken)),
        Construct.Of("`ValueTask` of an `async` method", static async (cx, scope) => await OfValue(Completed(scope).Task)),
        Construct.Of("... with `PoolingAsyncValueTaskMethodBuilder`", static async (cx, scope) => await OfPool(Completed(scope).Task)),
        Construct.Of("an `IValueTaskSource` of your own (`ManualResetValueTaskSourceCore`)", static async (cx, scope) =>
        {
            var source = new Source();
            scope.Spawn(async c =>
            {
                await c.YieldAsync();
                source.Set();
            });
            await new ValueTask<int>(source, 0);
        }),
        Construct.Of("`ConfigureAwait(true)`", static async (cx, scope) => await Completed(scope).Task.ConfigureAwait(true)),
        Construct.Of("`ConfigureAwait(false)` on a task that has ended", static async cx => await Task.CompletedTask.ConfigureAwait(false)),
        Construct.Of("`ConfigureAwait(false)` on an operation of the core", static async cx => await cx.DelayAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false)),
        Construct.Of("`ContinueWith(..., ExecuteSynchronously)`", static async (cx, scope) =>
            await Completed(scope).Task.ContinueWith(static _ => { }, cx.CancellationToken, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)),
        Construct.Of("`TaskScheduler.FromCurrentSynchronizationContext()`", static async cx =>
            await Task.Factory.StartNew(static () => { }, cx.CancellationToken, TaskCreationOptions.None, TaskScheduler.FromCurrentSynchronizationContext())),
        Construct.Of("`Progress<T>`", static async (cx, scope) =>
        {
            var reported = new TaskCompletionSource();
            ((IProgress<int>)new Progress<int>(_ => reported.SetResult())).Report(1);
            await reported.Task;
        }),
        Construct.Of("`IAsyncEnumerable<T>` of an `async` iterator", static async (cx, scope) =>
        {
            await foreach (var _ in Numbers(Completed(scope).Task))
            {
            }
        }),
        Construct.Of("`async void` that stays", static async (cx, scope) =>
        {
            var ended = new TaskCompletionSource();
            Fire(Completed(scope).Task, ended);
            await ended.Task;
        }),
        Construct.Of("`Channel<T>`: `ReadAsync`", static async (cx, scope) => await Fed(scope).Reader.ReadAsync(cx.CancellationToken)),
        Construct.Of("`Channel<T>`: `WaitToReadAsync`", static async (cx, scope) => await Fed(scope).Reader.WaitToReadAsync(cx.CancellationToken)),
        Construct.Of("`Channel<T>`: `WriteAsync` into a full one", static async (cx, scope) =>
        {
            var channel = Channel.CreateBounded<int>(1);
            await channel.Writer.WriteAsync(1);
            scope.Spawn(async c =>
            {
                await c.YieldAsync();
                channel.Reader.TryRead(out _);
            });
            await channel.Writer.WriteAsync(2);
        }),
        Construct.Of("`SemaphoreSlim.WaitAsync()`", static (cx, scope) => Released(scope).WaitAsync()),
        Construct.Of("`CancellationTokenSource.Cancel()`, linked sources, `Register`", static async (cx, scope) =>
        {
            using var source = new CancellationTokenSource();
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(source.Token, cx.CancellationToken);
            var canceled = new TaskCompletionSource();
            using var registration = linked.Token.Register(canceled.SetResult);
            scope.Spawn(async c =>
            {
                await c.YieldAsync();
                source.Cancel();
            });
            await canceled.Task;
        }),
        Construct.Of("`lock` that is free, `Interlocked`, `Volatile`", static async cx =>
        {
            var (gate, n) = (new Lock(), 0);
            lock (gate)
            {
                Interlocked.Increment(ref n);
                Volatile.Write(ref n, Volatile.Read(ref n) + 1);
            }
        }),
        Construct.Of("`Lazy<T>`, `ConcurrentDictionary`, `ConcurrentQueue`", static async cx =>
        {
            var map = new System.Collections.Concurrent.ConcurrentDictionary<int, int>();
            map.AddOrUpdate(new Lazy<int>(1).Value, 1, static (_, n) => n + 1);
            new System.Collections.Concurrent.ConcurrentQueue<int>().Enqueue(map[1]);
        }),
        new("`AsyncLocal<T>`", static async (cx, scope) =>
        {
            var local = new AsyncLocal<string> { Value = "outer" };
            var inner = "";
            await scope.Spawn(async c =>
            {
                inner = local.Value;
                await c.YieldAsync();
                local.Value = "inner";
            }).JoinAsync(cx);
            return $"{local.Value} {inner}";
        }),
    ];

    /// <summary>Completed by another task, after a step of its own.</summary>
    internal static TaskCompletionSource Completed(Scope scope, TaskCreationOptions options = TaskCreationOptions.None)
    {
        var source = new TaskCompletionSource(options);
        scope.Spawn(async c =>
        {
            await c.YieldAsync();
            source.SetResult();
        });
        return source;
    }

    /// <summary>Released by another task, after a step of its own.</summary>
    internal static SemaphoreSlim Released(Scope scope)
    {
        var semaphore = new SemaphoreSlim(0);
        scope.Spawn(async c =>
        {
            await c.YieldAsync();
            semaphore.Release();
        });
        return semaphore;
    }

    /// <summary>Another task writes one message, after a step of its own.</summary>
    internal static Channel<int> Fed(Scope scope)
    {
        var channel = Channel.CreateUnbounded<int>();
        scope.Spawn(async c =>
        {
            await c.YieldAsync();
            channel.Writer.TryWrite(1);
            channel.Writer.Complete();
        });
        return channel;
    }

    private static async void Fire(Task task, TaskCompletionSource ended)
    {
        await task;
        ended.SetResult();
    }

    private static async ValueTask<int> OfValue(Task task)
    {
        await task;
        return 1;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<int> OfPool(Task task)
    {
        await task;
        return 1;
    }

    private static async IAsyncEnumerable<int> Numbers(Task task, [EnumeratorCancellation] CancellationToken token = default)
    {
        yield return 1;
        await task.WaitAsync(token);
        yield return 2;
    }

    private sealed class Source : IValueTaskSource<int>
    {
        private ManualResetValueTaskSourceCore<int> _core;

        public int GetResult(short token) => _core.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);

        internal void Set() => _core.SetResult(1);
    }
}
