using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
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
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        var caller = Caller.Enter(cancellationToken);
        return core.TryReceiveAtCall(caller, out var value) ? new ValueTask<T>(value) : core.ReceiveAsync(caller);
    }

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<bool>(cancellationToken)
            : core.WatchAsync(Caller.Enter(cancellationToken), forRoom: false, isPlain: true);

    public override IAsyncEnumerable<T> ReadAllAsync(CancellationToken cancellationToken = default) => new MessageStream<T>(core, cancellationToken);
}
