using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Lab.Core.Memory;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;

namespace Lab.Core.Channels;

/// <summary>
/// The receiving side of a channel. Messages come in the order in which their sends took effect; for one sender that is program order.
/// </summary>
/// <remarks>
/// Meant for one task at a time; several may receive all the same, each message goes to exactly one, and they are served in the order of their calls.
/// All members are safe to call from any thread.
/// </remarks>
public sealed class Receiver<T> : IDisposable
{
    private MpscReader<T>? _reader;

    internal Receiver(ChannelCore<T> core) => Core = core;

    internal ChannelCore<T> Core { get; }

    /// <value>Messages and reservations that the channel holds at most.</value>
    public int Capacity => Core.Capacity;

    /// <summary>Messages that could be taken now. With others at work it may have changed when you read it.</summary>
    public int Count => Core.Count;

    /// <summary>A <see cref="ChannelReader{T}"/> on this channel, for code written against System.Threading.Channels.</summary>
    public ChannelReader<T> Reader
    {
        get
        {
            if (_reader is null)
            {
                Atomic.InitializeOnce(ref _reader, new MpscReader<T>(Core));
            }

            return _reader!;
        }
    }

    /// <summary>Takes the oldest message, waiting for one.</summary>
    /// <remarks>A cancelled receive takes no message. O(1), no allocation in the steady state.</remarks>
    /// <exception cref="ChannelClosedException">
    /// The end: every message was taken and none will come, or this receiver was disposed. The inner exception is the first error a sender completed with.
    /// </exception>
    /// <exception cref="Cancellation.CanceledException">The task was asked to cancel and that is not masked.</exception>
    public ValueTask<T> ReceiveAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Core.ReceiveAsync(Caller.Enter(cx, file, line));

    /// <summary>
    /// Takes the messages that are there, oldest first and as many as fit into <paramref name="buffer"/>; waits for the first. All are taken at one moment:
    /// no other receive comes in between, and senders that wait for room come in afterwards.
    /// </summary>
    /// <returns>How many were taken; the rest of the buffer is left as it was. 0 is the end: every message was taken and none will come.</returns>
    /// <remarks>
    /// A cancelled receive takes no message. What receives before it were promised stays theirs. The buffer is the channel's until the result is there.
    /// O(messages taken), no allocation in the steady state.
    /// </remarks>
    /// <exception cref="ArgumentException">The buffer is empty: 0 would not tell the end.</exception>
    /// <exception cref="ChannelClosedException">The end, and a sender completed with an error, which is the inner exception.</exception>
    /// <exception cref="Cancellation.CanceledException">The task was asked to cancel and that is not masked.</exception>
    public ValueTask<int> ReceiveManyAsync(Memory<T> buffer, Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        if (buffer.IsEmpty)
        {
            throw new ArgumentException("The buffer is empty: nothing could be taken.", nameof(buffer));
        }

        return Core.ReceiveManyAsync(Caller.Enter(cx, file, line), buffer);
    }

    /// <summary>Takes the oldest message if there is one; never waits. Tells "nothing now" from "nothing any more". O(1).</summary>
    public ReceiveStatus TryReceive([MaybeNull] out T value)
    {
        TaskCalls.Entering();
        return Core.TryReceive(out value);
    }

    /// <summary>Waits until there is a message (true) or the end (false). Takes none: another task may be faster.</summary>
    /// <exception cref="ChannelClosedException">The end, and a sender completed with an error, which is the inner exception.</exception>
    /// <exception cref="Cancellation.CanceledException">The task was asked to cancel and that is not masked.</exception>
    public ValueTask<bool> WaitToReceiveAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Core.WatchAsync(Caller.Enter(cx, file, line), forRoom: false, isPlain: false);

    /// <summary>
    /// Every message until the end. Leaving the enumeration early loses nothing: what was not enumerated stays in the channel.
    /// </summary>
    /// <remarks>Two small allocations per enumeration, none per message. Enumerate it in the task that <paramref name="cx"/> belongs to.</remarks>
    /// <exception cref="ChannelClosedException">While enumerating: the end, and a sender completed with an error, which is the inner exception.</exception>
    /// <exception cref="Cancellation.CanceledException">While enumerating: the task was asked to cancel and that is not masked.</exception>
    public IAsyncEnumerable<T> ReadAllAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        new MessageStream<T>(Core, cx, file, line);

    /// <summary>
    /// Takes no new sends and reservations: senders that wait are refused. What is buffered and what permits still send arrives, then the end.
    /// Idempotent.
    /// </summary>
    public void Close()
    {
        TaskCalls.Entering();
        Core.CloseReceiver();
    }

    /// <summary>Closes, and drops what is buffered and what permits would still send. Senders that wait get their values back. Idempotent.</summary>
    public void Dispose()
    {
        TaskCalls.Entering();
        Core.DisposeReceiver();
    }
}
