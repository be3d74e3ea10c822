using System.Runtime.CompilerServices;
using Lab.Core.Cancellation;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Tasks;

/// <summary>What <see cref="Cx.YieldAsync"/> returns: await it, once, at the call. Like the BCL's own for <c>Task.Yield</c>; no allocation.</summary>
public readonly struct YieldAwaitable
{
    /// <summary>In place of a version: the yielder is a task. No version is that small.</summary>
    private const int OfTask = int.MinValue;

    // The wait's node and its version; or, in the lab's explored dispatch, the task: there a yield is announced when it is awaited, and is no wait that
    // anybody could find.
    private readonly object _yielder;
    private readonly int _version;

    internal YieldAwaitable(WaitNode node)
    {
        _yielder = node;
        _version = node.FullVersion;
    }

    internal YieldAwaitable(RuntimeTask task)
    {
        _yielder = task;
        _version = OfTask;
    }

    /// <summary>For the compiler.</summary>
    public Awaiter GetAwaiter() => new(_yielder, _version);

    /// <summary>The same awaitable: the core's awaits come home to their task, whatever is asked here.</summary>
    public YieldAwaitable ConfigureAwait(bool continueOnCapturedContext) => this;

    /// <summary>The yield as a task, for combinators. Allocates.</summary>
    public Task AsTask()
    {
        var node = _yielder as WaitNode ?? ((RuntimeTask)_yielder).StartYield();
        return new ValueTask(node, node.Version).AsTask();
    }

    /// <summary>For the compiler.</summary>
    public readonly struct Awaiter : ICriticalNotifyCompletion
    {
        private readonly object _yielder;
        private readonly int _version;

        internal Awaiter(object yielder, int version)
        {
            _yielder = yielder;
            _version = version;
        }

        /// <summary>Always false: a yield suspends.</summary>
        public bool IsCompleted => false;

        // Both are what the version says; a cast that checks costs as much as the rest of a yield.
        private WaitNode Node => Unsafe.As<WaitNode>(_yielder);

        private RuntimeTask Task => Unsafe.As<RuntimeTask>(_yielder);

        private bool IsOfTask => Instrumentation.IsEnabled && _version == OfTask;

        /// <inheritdoc />
        public void OnCompleted(Action continuation)
        {
            if (!IsOfTask)
            {
                Node.OnYieldAwaitedFlowing(continuation, _version);
                return;
            }

            var context = ExecutionContext.Capture();
            Task.AnnounceYield(context is null ? continuation : () => ExecutionContext.Run(context, static go => ((Action)go!)(), continuation));
        }

        /// <inheritdoc />
        public void UnsafeOnCompleted(Action continuation)
        {
            if (IsOfTask)
            {
                Task.AnnounceYield(continuation);
            }
            else
            {
                Node.OnYieldAwaited(continuation, _version);
            }
        }

        /// <summary>Ends the yield.</summary>
        /// <exception cref="CanceledException">Cancellation was requested and is not masked.</exception>
        public void GetResult()
        {
            if (IsOfTask)
            {
                Task.EndYield();
            }
            else
            {
                Node.GetYieldResult(_version);
            }
        }
    }
}
