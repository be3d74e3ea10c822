namespace Lab.Core.Channels;

/// <summary>Channels with many senders and one receiver.</summary>
public static class Mpsc
{
    /// <summary>
    /// Makes a channel that holds at most <paramref name="capacity"/> messages, counting the slots that are reserved. The sender can be forked.
    /// Memory grows with the messages held, up to the capacity, and is then reused: no allocation per message or per wait.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is less than 1.</exception>
    public static (Sender<T> Sender, Receiver<T> Receiver) Bounded<T>(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        var core = new ChannelCore<T>(capacity);
        return (new Sender<T>(core), new Receiver<T>(core));
    }
}
