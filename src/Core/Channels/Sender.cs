using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Lab.Core.Memory;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;

namespace Lab.Core.Channels;

/// <summary>
/// A sending side of a channel. When every sender has ended, what is buffered still arrives, and then the receiver sees the end.
/// </summary>
/// <remarks>
/// Senders are served in the order of their calls, whichever method they use: nobody barges. All members are safe to call from any thread. Once this
/// sender has ended, or the channel is closed, sends are refused.
/// </remarks>
public sealed class Sender<T> : IDisposable
{
    /// <summary>1 when this sender has ended.</summary>
    private AtomicInt32 _ended;
    private MpscWriter<T>? _writer;

    internal Sender(ChannelCore<T> core) => Core = core;

    internal ChannelCore<T> Core { get; }

    /// <summary>
    /// It takes no more. What is announced in the lab looks at this when it takes effect, and not at the call: others come in before it.
    /// </summary>
    internal bool IsEnded => _ended.Read() != 0;

    /// <value>Messages and reservations that the channel holds at most.</value>
    public int Capacity => Core.Capacity;

    /// <summary>
    /// A <see cref="ChannelWriter{T}"/> on this channel, for code written against System.Threading.Channels. Its <c>Complete</c> ends the channel for
    /// every sender.
    /// </summary>
    public ChannelWriter<T> Writer
    {
        get
        {
            if (_writer is null)
            {
                Atomic.InitializeOnce(ref _writer, new MpscWriter<T>(Core));
            }

            return _writer!;
        }
    }

    /// <summary>
    /// Sends <paramref name="value"/>, waiting for room. It takes effect when it is buffered: the receive order is the order in which sends take effect.
    /// </summary>
    /// <remarks>
    /// Cancellation before that leaves no trace of the value; afterwards it has no effect on this send. O(1), no allocation once the peak number of
    /// waiting senders has been seen.
    /// </remarks>
    /// <exception cref="SendRejectedException{T}">The receiver is closed, or the senders have ended. It carries the value.</exception>
    /// <exception cref="Cancellation.CanceledException">The task was asked to cancel and that is not masked.</exception>
    public ValueTask SendAsync(T value, Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var caller = Caller.Enter(cx, file, line);
        return !caller.Announces && HasEnded()
            ? ValueTask.FromException(Core.Rejection(value))
            : Core.SendAsync(caller, value, isWriters: false, this);
    }

    /// <summary>Sends if there is room and nobody waits for it; never waits. O(1).</summary>
    public SendStatus TrySend(T value)
    {
        TaskCalls.Entering();
        return HasEnded() ? SendStatus.Closed : Core.TrySend(value);
    }

    /// <summary>Waits for a slot and keeps it free for one message: <c>using var permit = await tx.ReserveAsync(cx); ... permit.Send(x);</c></summary>
    /// <remarks>
    /// Cancellation loses nothing: a slot that had been given to this wait goes to the next, in the next step of the cancelled task. O(1), no allocation in
    /// the steady state.
    /// </remarks>
    /// <exception cref="ChannelClosedException">The receiver is closed, or the senders have ended.</exception>
    /// <exception cref="Cancellation.CanceledException">The task was asked to cancel and that is not masked.</exception>
    public ValueTask<Permit<T>> ReserveAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var caller = Caller.Enter(cx, file, line);
        return !caller.Announces && HasEnded() ? ValueTask.FromException<Permit<T>>(Core.EndError()) : Core.ReserveAsync(caller, this);
    }

    /// <summary>Reserves if there is room and nobody waits for it; never waits. O(1).</summary>
    public SendStatus TryReserve(out Permit<T> permit)
    {
        TaskCalls.Entering();
        permit = default;
        return HasEnded() ? SendStatus.Closed : Core.TryReserve(TaskCalls.Current, out permit);
    }

    /// <summary>Another sender of the same channel; each ends on its own.</summary>
    /// <exception cref="ObjectDisposedException">This sender has ended.</exception>
    public Sender<T> Fork()
    {
        TaskCalls.Entering();
        ObjectDisposedException.ThrowIf(HasEnded(), this);
        Core.Fork();
        return new Sender<T>(Core);
    }

    /// <summary>
    /// Ends this sender. When it was the last, the receiver gets what is buffered and then the end: with the first error that any sender gave, if any.
    /// Only the first call has an effect.
    /// </summary>
    public void Complete(Exception? error = null)
    {
        TaskCalls.Entering();
        if (_ended.Exchange(1) == 0)
        {
            Core.EndSender(error);
        }
        else
        {
            Core.ReportEnded();
        }
    }

    /// <summary>Ends this sender without an error.</summary>
    public void Dispose() => Complete();

    private bool HasEnded()
    {
        if (!IsEnded)
        {
            return false;
        }

        Core.ReportEnded();
        return true;
    }
}
