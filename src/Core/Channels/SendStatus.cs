namespace Lab.Core.Channels;

/// <summary>What became of an attempt to send or to reserve without waiting.</summary>
public enum SendStatus
{
    /// <summary>The message was sent, or the slot reserved.</summary>
    Ok,

    /// <summary>There is no room, or somebody who asked before waits for it. A later attempt may succeed.</summary>
    Full,

    /// <summary>The channel takes no more messages, ever.</summary>
    Closed,
}
