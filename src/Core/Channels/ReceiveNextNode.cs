using System.Threading.Tasks.Sources;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

/// <summary>A waiting receive of an enumeration's next message; belongs to the enumeration, which has one wait at a time.</summary>
internal sealed class ReceiveNextNode<T>(ChannelCore<T> core, MessageStream<T> stream) : ReceiveNode<T>(core), IValueTaskSource<bool>
{
    internal ValueTask<bool> StartNext(Beginning beginning)
    {
        if (!IsDoneAtCall(beginning))
        {
            return new ValueTask<bool>(this, Version);
        }

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
        if (Core.FinishReceive(this, out var value))
        {
            stream.Accept(value);
            return true;
        }

        stream.ThrowIfFailed();
        return false;
    }

    protected override void Recycle() => Clear();
}
