using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

/// <summary>
/// The channel as a <see cref="ChannelReader{T}"/>. Everything that may wait is overridden: the BCL's own versions resume on the thread pool.
/// </summary>
internal sealed class MpscReader<T>(ChannelCore<T> core) : ChannelReader<T>
{
    public override bool CanCount => true;

    public override bool CanPeek => true;

    public override int Count => core.Count;

    public override Task Completion
    {
        get
        {
            TaskCalls.Entering();
            return core.Completion;
        }
    }

    public override bool TryRead([MaybeNullWhen(false)] out T item)
    {
        TaskCalls.Entering();
        return core.TryReceive(out item) == ReceiveStatus.Ok;
    }

    public override bool TryPeek([MaybeNullWhen(false)] out T item)
    {
        TaskCalls.Entering();
        return core.TryPeek(out item);
    }

    public override ValueTask<T> ReadAsync(CancellationToken cancellationToken = default)
    {
        TaskCalls.Entering();
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        var task = TaskCalls.Current;
        switch (core.Receive(task is not { CanCompleteInline: false }, forStream: false, out var item, out var node))
        {
            case ReceiveStatus.Ok:
                task?.TakeInline();
                return new ValueTask<T>(item!);
            case ReceiveStatus.Ended:
                return ValueTask.FromException<T>(core.EndError());
            default:
                node!.ArmForCaller(task, core, OperationKind.Receive, cancellationToken);
                return node.StartReceive();
        }
    }

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) =>
        WatchAsync(core, forRoom: false, cancellationToken);

    public override IAsyncEnumerable<T> ReadAllAsync(CancellationToken cancellationToken = default) => new MessageStream<T>(core, cancellationToken);

    /// <summary>WaitToRead and WaitToWrite.</summary>
    internal static ValueTask<bool> WatchAsync(ChannelCore<T> core, bool forRoom, CancellationToken cancellationToken)
    {
        TaskCalls.Entering();
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(cancellationToken);
        }

        var task = TaskCalls.Current;
        if (core.Watch(forRoom, task is not { CanCompleteInline: false }, out var goOn) is { } node)
        {
            node.ArmForCaller(task, core, forRoom ? OperationKind.Send : OperationKind.Receive, cancellationToken);
            node.IsPlain = true;
            return node.StartWatch();
        }

        task?.TakeInline();
        return goOn ? new ValueTask<bool>(true) : core.Error is { } error ? ValueTask.FromException<bool>(error) : new ValueTask<bool>(false);
    }
}
