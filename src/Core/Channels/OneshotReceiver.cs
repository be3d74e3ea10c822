using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;

namespace Lab.Core.Channels;

/// <summary>Receives one message. Safe to call from any thread; if several wait, the oldest gets it and the others see the end.</summary>
public sealed class OneshotReceiver<T> : IDisposable
{
    internal OneshotReceiver(OneshotCore<T> core) => Core = core;

    internal OneshotCore<T> Core { get; }

    /// <summary>Takes the message, waiting for it.</summary>
    /// <remarks>A cancelled receive takes nothing; the message can still be received. O(1).</remarks>
    /// <exception cref="ChannelClosedException">The sender ended without a message, this receiver was closed before one came, or it was taken before.</exception>
    /// <exception cref="Cancellation.CanceledException">The task was asked to cancel and that is not masked.</exception>
    public ValueTask<T> ReceiveAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var task = cx.Enter(file, line);
        if (task.CanCompleteInline && !cx.IsCancellationVisible)
        {
            switch (Core.TryReceive(out var value))
            {
                case ReceiveStatus.Ok:
                    task.TakeInline();
                    return new ValueTask<T>(value!);
                case ReceiveStatus.Ended:
                    return ValueTask.FromException<T>(new ChannelClosedException());
            }
        }

        var node = Core.Rent();
        node.Arm(task, Core, OperationKind.Receive);
        return node.StartReceive();
    }

    /// <summary>Takes the message if it is there; never waits. O(1).</summary>
    public ReceiveStatus TryReceive([MaybeNull] out T value)
    {
        TaskCalls.Entering();
        return Core.TryReceive(out value);
    }

    /// <summary>Refuses a message that was not sent yet. One that was can still be received. Idempotent.</summary>
    public void Close()
    {
        TaskCalls.Entering();
        Core.CloseReceiver(drop: false);
    }

    /// <summary>Closes, and drops the message if it was not received. Idempotent.</summary>
    public void Dispose()
    {
        TaskCalls.Entering();
        Core.CloseReceiver(drop: true);
    }
}
