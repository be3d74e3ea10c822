using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

/// <summary>What permits refer to: reused, and listed in the ledger of the task that reserved. All fields belong to the channel's gate.</summary>
internal sealed class PermitNode<T>(ChannelCore<T> core) : Obligation
{
    /// <summary>Changes when the permit is resolved, so that older permits no longer match.</summary>
    internal int Version;

    /// <summary>Neither sent nor aborted.</summary>
    internal bool IsLive;
    internal PermitNode<T>? NextSpare;

    internal ChannelCore<T> Core { get; } = core;

    internal override void Abandon(bool leaked) => Core.AbandonReserved(this, leaked);
}
