using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

/// <summary>A wait to be told that a message or room is there; it gets neither. Its Argument becomes 1 when there is a point in trying, 0 at the end.</summary>
internal sealed class WatchNode<T>(ChannelCore<T> core) : CallerNode, IValueTaskSource<bool>
{
    /// <summary>For room (WaitToWrite) rather than for messages.</summary>
    internal bool ForRoom;

    /// <summary>The caller is BCL-style code, which gets the completion's error as it is.</summary>
    internal bool IsPlain;

    // See ReceiveOneNode.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ValueTask<bool> StartWatch(Beginning beginning) => IsDoneAtCall(beginning) ? ResultSlow() : new ValueTask<bool>(this, Version);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<bool> ResultSlow()
    {
        try
        {
            return new ValueTask<bool>(((IValueTaskSource<bool>)this).GetResult(Version));
        }
        catch (Exception e)
        {
            return ValueTask.FromException<bool>(e);
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        Consume(token);
        var (goOn, isPlain) = (Argument != 0, IsPlain);
        Recycle();
        return goOn || End(core, isPlain);
    }

    /// <summary>False at an end without an error; else throws it.</summary>
    internal static bool End(ChannelCore<T> core, bool isPlain)
    {
        if (core.Error is { } error)
        {
            if (isPlain)
            {
                ExceptionDispatchInfo.Throw(error);
            }

            throw core.EndError();
        }

        return false;
    }

    protected override bool Begin(IWaitable owner) => core.BeginWatch(this);

    protected override void Recycle()
    {
        ForRoom = false;
        IsPlain = false;
        if (!TryStay())
        {
            Return();
        }
    }

    protected override void Return()
    {
        ForgetCaller();
        core.Return(this);
    }
}
