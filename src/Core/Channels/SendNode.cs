using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

/// <summary>A waiting send. It carries its value, so that whoever makes room can move it.</summary>
internal sealed class SendNode<T>(ChannelCore<T> core) : CallerNode, IValueTaskSource
{
    internal T Value = default!;

    /// <summary>The channel takes no more; the value is still here.</summary>
    internal bool IsRejected;

    /// <summary>Lab: whose send is announced; it may end before the send takes effect. Null: nobody's, or it has looked.</summary>
    internal Sender<T>? Sender;

    /// <summary>The caller is BCL-style code, which expects exactly the BCL's exception.</summary>
    internal bool IsWriters;

    // See ReceiveOneNode.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ValueTask StartSend(Beginning beginning) => IsDoneAtCall(beginning) ? ResultSlow() : new ValueTask(this, Version);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask ResultSlow()
    {
        try
        {
            ((IValueTaskSource)this).GetResult(Version);
            return default;
        }
        catch (Exception e)
        {
            return ValueTask.FromException(e);
        }
    }

    /// <summary>Under the gate: the value moves; the node keeps no copy.</summary>
    internal T TakeValue()
    {
        var value = Value;
        Value = default!;
        return value;
    }

    void IValueTaskSource.GetResult(short token)
    {
        Consume(token);
        if (!IsRejected)
        {
            Recycle();
            return;
        }

        var (value, isWriters) = (Value, IsWriters);
        Recycle();
        throw isWriters ? core.EndError() : core.Rejection(value);
    }

    protected override bool Begin(IWaitable owner) => core.BeginSend(this);

    protected override void Recycle()
    {
        Value = default!;
        IsRejected = false;
        IsWriters = false;
        if (!TryStay())
        {
            Return();
        }
    }

    /// <summary>A sender that has ended refuses before anybody looks at the caller's cancellation, as natively at the call.</summary>
    protected override bool IsCanceledAlready() => Sender is not { IsEnded: true } && base.IsCanceledAlready();

    protected override void Return()
    {
        var wasAnnounced = Task is { Announces: true };
        Sender = null;
        ForgetCaller();
        core.Return(this, wasAnnounced);
    }
}
