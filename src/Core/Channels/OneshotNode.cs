using System.Threading.Channels;
using System.Threading.Tasks.Sources;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

/// <summary>A waiting receive of a oneshot's message.</summary>
internal sealed class OneshotNode<T>(OneshotCore<T> core) : WaitNode, IValueTaskSource<T>
{
    /// <summary>The message, if it was there when the receive took effect; after a wait it is taken on resumption.</summary>
    internal T Value = default!;
    internal bool HasValue;
    internal bool HasEnded;

    internal ValueTask<T> StartReceive()
    {
        if (!IsDoneAtCall(Beginning.NotYet))
        {
            return new ValueTask<T>(this, Version);
        }

        try
        {
            return new ValueTask<T>(((IValueTaskSource<T>)this).GetResult(Version));
        }
        catch (Exception e)
        {
            return ValueTask.FromException<T>(e);
        }
    }

    T IValueTaskSource<T>.GetResult(short token)
    {
        Consume(token);
        var hasValue = core.Finish(this, out var value);
        Recycle();
        return hasValue ? value! : throw new ChannelClosedException();
    }

    protected override bool Begin(IWaitable owner) => core.Begin(this);

    protected override void Recycle()
    {
        Value = default!;
        HasValue = false;
        HasEnded = false;
        Forget();
        core.Return(this);
    }
}
