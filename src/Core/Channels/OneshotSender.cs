using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

/// <summary>Sends one message, or ends without one: dispose it so that the receiver does not wait for ever. Safe to call from any thread.</summary>
public sealed class OneshotSender<T> : IDisposable
{
    internal OneshotSender(OneshotCore<T> core) => Core = core;

    internal OneshotCore<T> Core { get; }

    /// <summary>The receiver takes nothing any more: sending would be refused, and computing the message is in vain.</summary>
    public bool IsClosed
    {
        get
        {
            TaskCalls.Entering();
            return Core.IsReceiverClosed;
        }
    }

    /// <summary>Sends; never waits. False: the receiver is closed and <paramref name="value"/> is still the caller's. O(1).</summary>
    /// <exception cref="InvalidOperationException">This sender has sent or was disposed.</exception>
    public bool TrySend(T value)
    {
        TaskCalls.Entering();
        return Core.TrySend(value);
    }

    /// <summary>Sends; never waits. O(1).</summary>
    /// <exception cref="SendRejectedException{T}">The receiver is closed. It carries the value.</exception>
    /// <exception cref="InvalidOperationException">This sender has sent or was disposed.</exception>
    public void Send(T value)
    {
        if (!TrySend(value))
        {
            throw new SendRejectedException<T>(value, null);
        }
    }

    /// <summary>Ends without a message, unless one was sent. Idempotent.</summary>
    public void Dispose()
    {
        TaskCalls.Entering();
        Core.EndSender();
    }
}
