using System.Threading.Tasks.Sources;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

/// <summary>A waiting reservation.</summary>
internal sealed class ReserveNode<T>(ChannelCore<T> core) : CallerNode, IValueTaskSource<Permit<T>>
{
    /// <summary>The permit, if the reservation took effect without waiting; after a wait it is made on resumption.</summary>
    internal Permit<T> Permit;

    internal bool IsRejected;

    /// <inheritdoc cref="SendNode{T}.Sender"/>
    internal Sender<T>? Sender;

    internal ValueTask<Permit<T>> StartReserve(Beginning beginning)
    {
        if (!IsDoneAtCall(beginning))
        {
            return new ValueTask<Permit<T>>(this, Version);
        }

        try
        {
            return new ValueTask<Permit<T>>(((IValueTaskSource<Permit<T>>)this).GetResult(Version));
        }
        catch (Exception e)
        {
            return ValueTask.FromException<Permit<T>>(e);
        }
    }

    /// <summary>Drops what a free node must not hold.</summary>
    internal void Clear()
    {
        Permit = default;
        IsRejected = false;
        Sender = null;
        ForgetCaller();
    }

    /// <summary>It has resumed outside of the gate: the node is free.</summary>
    internal void Free() => Recycle();

    Permit<T> IValueTaskSource<Permit<T>>.GetResult(short token)
    {
        Consume(token);
        if (IsRejected)
        {
            Recycle();
            throw core.EndError();
        }

        if (Permit.IsDefault)
        {
            return core.FinishReserve(this);
        }

        var permit = Permit;
        Recycle();
        return permit;
    }

    protected override bool Begin(IWaitable owner) => core.BeginReserve(this);

    protected override void Recycle()
    {
        Permit = default;
        IsRejected = false;
        if (!TryStay())
        {
            Return();
        }
    }

    /// <summary>A sender that has ended refuses before anybody looks at the caller's cancellation, as natively at the call.</summary>
    protected override bool IsCanceledAlready() => Sender is not { IsEnded: true } && base.IsCanceledAlready();

    protected override void Return()
    {
        Sender = null;
        ForgetCaller();
        core.Return(this);
    }
}
