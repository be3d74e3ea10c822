using System.Threading.Channels;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

/// <summary>
/// The channel as a <see cref="ChannelWriter{T}"/>. <c>WriteAsync</c> stands in the line of senders; <c>WaitToWriteAsync</c> does not, and its waiters
/// are woken together.
/// </summary>
internal sealed class MpscWriter<T>(ChannelCore<T> core) : ChannelWriter<T>
{
    public override bool TryWrite(T item)
    {
        TaskCalls.Entering();
        return core.TrySend(item) == SendStatus.Ok;
    }

    public override bool TryComplete(Exception? error = null)
    {
        TaskCalls.Entering();
        return core.TryComplete(error);
    }

    public override ValueTask WriteAsync(T item, CancellationToken cancellationToken = default)
    {
        TaskCalls.Entering();
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        var task = TaskCalls.Current;
        switch (core.Send(item, task is not { CanCompleteInline: false }, out var node))
        {
            case SendStatus.Ok:
                task?.TakeInline();
                return default;
            case SendStatus.Closed:
                return ValueTask.FromException(core.EndError());
            default:
                node!.ArmForCaller(task, core, OperationKind.Send, cancellationToken);
                node.IsWriters = true;
                return node.StartSend();
        }
    }

    public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) =>
        MpscReader<T>.WatchAsync(core, forRoom: true, cancellationToken);
}
