using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

/// <summary>A waiting receive of a single message; pooled by the channel.</summary>
internal sealed class ReceiveOneNode<T>(ChannelCore<T> core) : ReceiveNode<T>(core), IValueTaskSource<T>
{
    // Inlined into the caller's await, which is then made in its place: a struct that a call returns is copied there, and read before it has arrived.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ValueTask<T> StartReceive(Beginning beginning) => IsDoneAtCall(beginning) ? ResultSlow() : new ValueTask<T>(this, Version);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<T> ResultSlow()
    {
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
