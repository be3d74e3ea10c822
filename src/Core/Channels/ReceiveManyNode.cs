using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

/// <summary>A waiting receive of what is there, up to the length of a buffer; pooled by the channel.</summary>
internal sealed class ReceiveManyNode<T>(ChannelCore<T> core) : ReceiveNode<T>(core), IValueTaskSource<int>
{
    internal Memory<T> Buffer;

    /// <summary>How many it took when it took effect; after a wait they are taken on resumption.</summary>
    internal int Taken;

    // See ReceiveOneNode.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ValueTask<int> StartMany(Beginning beginning) => IsDoneAtCall(beginning) ? ResultSlow() : new ValueTask<int>(this, Version);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<int> ResultSlow()
    {
        try
        {
            return new ValueTask<int>(((IValueTaskSource<int>)this).GetResult(Version));
        }
        catch (Exception e)
        {
            return ValueTask.FromException<int>(e);
        }
    }

    int IValueTaskSource<int>.GetResult(short token)
    {
        Consume(token);
        var taken = Core.FinishMany(this);
        if (taken == 0)
        {
            WatchNode<T>.End(Core, isPlain: false);
        }

        return taken;
    }

    /// <summary>Drops what a free node must not hold.</summary>
    internal void ClearMany()
    {
        Buffer = default;
        Taken = 0;
        Clear();
    }

    protected override bool Begin(IWaitable owner) => Core.BeginMany(this);

    protected override void Recycle()
    {
        Buffer = default;
        Taken = 0;
        ClearMessage();
        if (!TryStay())
        {
            Return();
        }
    }

    protected override void Return()
    {
        var wasAnnounced = Task is { Announces: true };
        ForgetCaller();
        Core.Return(this, wasAnnounced);
    }
}
