namespace Lab.Core.Channels;

/// <summary>What became of an attempt to receive without waiting.</summary>
public enum ReceiveStatus
{
    /// <summary>A message was taken.</summary>
    Ok,

    /// <summary>There is no message now. A later attempt may succeed.</summary>
    Empty,

    /// <summary>Every message was taken and none will come.</summary>
    Ended,
}
