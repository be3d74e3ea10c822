using System.Runtime.CompilerServices;
using Lab.Core.Cancellation;
using Lab.Core.Scheduling;

namespace Lab.Core.Tasks;

/// <summary>What <see cref="Cx.YieldAsync"/> returns: await it, once, at the call. Like the BCL's own for <c>Task.Yield</c>; no allocation.</summary>
public readonly struct YieldAwaitable
{
    private readonly WaitNode _node;

    internal YieldAwaitable(WaitNode node) => _node = node;

    /// <summary>For the compiler.</summary>
    public Awaiter GetAwaiter() => new(_node);

    /// <summary>The same awaitable: the core's awaits come home to their task, whatever is asked here.</summary>
    public YieldAwaitable ConfigureAwait(bool continueOnCapturedContext) => this;

    /// <summary>The yield as a task, for combinators. Allocates.</summary>
    public Task AsTask() => new ValueTask(_node, _node.Version).AsTask();

    /// <summary>For the compiler.</summary>
    public readonly struct Awaiter : ICriticalNotifyCompletion
    {
        private readonly WaitNode _node;
        private readonly short _version;

        internal Awaiter(WaitNode node)
        {
            _node = node;
            _version = node.Version;
        }

        /// <summary>Always false: a yield suspends.</summary>
        public bool IsCompleted => false;

        /// <inheritdoc />
        public void OnCompleted(Action continuation) =>
            _node.OnCompletedFlowing(continuation, _version);

        /// <inheritdoc />
        public void UnsafeOnCompleted(Action continuation) => _node.OnCompleted(continuation, _version);

        /// <summary>Ends the yield.</summary>
        /// <exception cref="CanceledException">Cancellation was requested and is not masked.</exception>
        public void GetResult() => _node.GetYieldResult(_version);
    }
}
