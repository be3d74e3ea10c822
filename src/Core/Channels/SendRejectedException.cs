using System.Threading.Channels;

namespace Lab.Core.Channels;

/// <summary>A message could not be sent because the channel takes no more. It was not delivered, and here it is back.</summary>
/// <typeparam name="T">The type of messages.</typeparam>
public sealed class SendRejectedException<T> : ChannelClosedException
{
    internal SendRejectedException(T value, Exception? inner)
        : base("The channel takes no more messages: its receiver is closed, or its senders have completed. The message is in Value.", inner) => Value = value;

    /// <summary>The message that was not sent.</summary>
    public T Value { get; }
}
