namespace Lab.Core.Channels;

/// <summary>Channels for a single message: an answer to a request, a result that is awaited once.</summary>
public static class Oneshot
{
    /// <summary>Makes a channel for one message.</summary>
    public static (OneshotSender<T> Sender, OneshotReceiver<T> Receiver) Create<T>()
    {
        var core = new OneshotCore<T>();
        return (new OneshotSender<T>(core), new OneshotReceiver<T>(core));
    }
}
