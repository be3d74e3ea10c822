using System.Threading.Channels;
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
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        var caller = Caller.Enter(cancellationToken);
        return core.TrySendAtCall(caller, item) ? default : core.SendAsync(caller, item, isWriters: true);
    }

    public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<bool>(cancellationToken)
            : core.WatchAsync(Caller.Enter(cancellationToken), forRoom: true, isPlain: true);
}
