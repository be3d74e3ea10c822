using System.Threading.Tasks.Sources;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

/// <summary>A waiting receive of a single message; pooled by the channel.</summary>
internal sealed class ReceiveOneNode<T>(ChannelCore<T> core) : ReceiveNode<T>(core), IValueTaskSource<T>
{
    internal ValueTask<T> StartReceive(Beginning beginning)
    {
        if (!IsDoneAtCall(beginning))
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
        return Core.FinishReceive(this, out var value) ? value : throw Core.EndError();
    }

    protected override void Recycle()
    {
        var wasAnnounced = Task is { Announces: true };
        Clear();
        Core.Return(this, wasAnnounced);
    }
}
