using System.Threading.Tasks.Sources;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

/// <summary>
/// A wait that also serves callers without a context: BCL-style code, inside or outside of a task. Such a wait is ended by a token instead of the
/// task's cancellation, and outside of a task it resumes where a BCL await would.
/// </summary>
internal abstract class CallerNode : WaitNode
{
    private static readonly Action<object?> s_cancel = static node => ((CallerNode)node!).CancelByToken();
    private static readonly SendOrPostCallback s_run = static node => ((CallerNode)node!).Run();
    private static readonly Action<object?> s_runScheduled = static node => ((CallerNode)node!).Run();
    private static readonly Action<CallerNode> s_runOnPool = static node => node.Run();

    private CancellationToken _token;
    private CancellationTokenRegistration _registration;

    /// <summary>Without a task: the SynchronizationContext or TaskScheduler to resume on; null for the pool.</summary>
    private object? _home;

    /// <summary>For a caller with a context. The task's cancellation ends the wait, and <paramref name="token"/> does.</summary>
    internal void ArmFor(RuntimeTask task, IWaitable owner, OperationKind operation, CancellationToken token = default)
    {
        Take(token);
        Arm(task, owner, operation);
    }

    /// <summary>For a caller without a context, who may be in a task or not. Only <paramref name="token"/> ends the wait.</summary>
    internal void ArmForCaller(RuntimeTask? task, IWaitable owner, OperationKind operation, CancellationToken token)
    {
        Take(token);
        Arm(task, owner, operation);
        IsCancellable = false;
    }

    protected override bool IsTokenCanceled => _token.IsCancellationRequested;

    protected override void OnParked(int version)
    {
        if (Task is not null)
        {
            base.OnParked(version);
        }

        if (HasToken)
        {
            _registration = _token.UnsafeRegister(s_cancel, this);
        }
    }

    protected override void OnResumed()
    {
        if (HasToken)
        {
            // Waits for a callback that is running, so none is left to meet a later wait of this node.
            _registration.Dispose();
            _registration = default;
        }

        base.OnResumed();
    }

    protected override Exception CancellationError() =>
        IsTaskCanceled() || Task is not null && !_token.IsCancellationRequested
            ? base.CancellationError()
            : new OperationCanceledException(_token);

    protected override void OnAwaited(ValueTaskSourceOnCompletedFlags flags)
    {
        if (Task is null)
        {
            _home = (flags & ValueTaskSourceOnCompletedFlags.UseSchedulingContext) == 0 ? null : CurrentHome();
        }
    }

    protected override void Resume()
    {
        if (Task is not null)
        {
            base.Resume();
            return;
        }

        if (!TryResumeAtHome())
        {
#pragma warning disable RS0030 // The caller is no task: like any BCL await without a context it resumes on the pool.
            ThreadPool.UnsafeQueueUserWorkItem(s_runOnPool, this, preferLocal: false);
#pragma warning restore RS0030
        }
    }

    /// <summary>False: there is no home, or it refuses (a closed window's context throws): that must not keep other waiters from being woken.</summary>
    private bool TryResumeAtHome()
    {
        try
        {
            switch (_home)
            {
                case SynchronizationContext context:
                    context.Post(s_run, this);
                    return true;
                case TaskScheduler scheduler:
                    System.Threading.Tasks.Task.Factory.StartNew(s_runScheduled, this, default, TaskCreationOptions.DenyChildAttach, scheduler);
                    return true;
                default:
                    return false;
            }
        }
        catch (Exception)
        {
            return false;
        }
    }

    private void Take(CancellationToken token)
    {
        if (HasToken || token.CanBeCanceled)
        {
            _token = token;
            HasToken = token.CanBeCanceled;
        }
    }

    /// <summary>Drops what a free node must not hold.</summary>
    protected void ForgetCaller()
    {
        if (HasToken)
        {
            _token = default;
            HasToken = false;
        }

        _home = null;
        Forget();
    }

    private static object? CurrentHome()
    {
        if (SynchronizationContext.Current is { } context && context.GetType() != typeof(SynchronizationContext))
        {
            return context;
        }

        return TaskScheduler.Current != TaskScheduler.Default ? TaskScheduler.Current : null;
    }

    private void CancelByToken() => Owner?.Withdraw(this, FullVersion);
}
