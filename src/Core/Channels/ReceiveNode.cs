using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

/// <summary>A waiting receive.</summary>
internal abstract class ReceiveNode<T>(ChannelCore<T> core) : CallerNode
{
    /// <summary>The message, if one was there when the receive took effect; after a wait it is taken on resumption.</summary>
    internal T Value = default!;
    internal bool HasValue;
    internal bool HasEnded;

    protected ChannelCore<T> Core { get; } = core;

    /// <summary>Drops what a free node must not hold.</summary>
    internal void Clear()
    {
        ClearMessage();
        ForgetCaller();
    }

    /// <summary>It has resumed outside of the gate: the node is free.</summary>
    internal void Free() => Recycle();

    protected void ClearMessage()
    {
        Value = default!;
        HasValue = false;
        HasEnded = false;
    }

    protected override bool Begin(IWaitable owner) => Core.BeginReceive(this);
}
