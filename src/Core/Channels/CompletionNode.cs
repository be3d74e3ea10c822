using System.Threading.Tasks.Sources;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

/// <summary>Completes a BCL task when it is woken; so the reader's Completion is set like any waiter: after the gate.</summary>
internal sealed class CompletionNode : WaitNode
{
    private readonly TaskCompletionSource _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal CompletionNode()
    {
        Arm(null, null, OperationKind.Wait);
        OnCompleted(static _ => { }, null, Version, ValueTaskSourceOnCompletedFlags.None);
        Park();
    }

    /// <summary>What to complete with; null for success.</summary>
    internal Exception? Error { get; set; }

    internal new Task Task => _source.Task;

    protected override void Resume()
    {
        switch (Error)
        {
            case null:
                _source.TrySetResult();
                break;
            case OperationCanceledException canceled:
                _source.TrySetCanceled(canceled.CancellationToken);
                break;
            default:
                _source.TrySetException(Error);

                // Looking at Completion is optional, so an error there is not an unobserved one.
                _ = _source.Task.Exception;
                break;
        }
    }
}
