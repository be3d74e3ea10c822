using System.Threading.Tasks.Sources;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Tasks;

/// <summary>A waiting join; its result is how the joined task ended. Each task keeps one and reuses it.</summary>
internal sealed class JoinNode(ScopedTask joiner) : WaitNode, IValueTaskSource, IValueTaskSource<Outcome>
{
    private ScopedTask? _joined;

    /// <summary>
    /// Begins to wait for the end of a task in one life of its record. True: <see cref="Finish"/> gives the result at once. In the lab a wait for something
    /// that has not happened parks at the call: it has no effect that others could see, and it looks when it ends.
    /// </summary>
    internal bool Begin(ScopedTask joined, int life, bool isCancellable)
    {
        Arm(joined, life, isCancellable);
        var isDone = joined.HasEnded(life) || (IsCancellable && joiner.Node.ShownReason is not null) ? IsDoneAtCall() : IsDoneBegunAtCall();
        if (Instrumentation.IsEnabled && joiner.HadSeveralWaits)
        {
            ReportLook();
        }

        return isDone;
    }

    /// <summary>Whether the task had ended at the call decides when a join among several waits goes on.</summary>
    internal override void ReportLook()
    {
        if (_joined is { } joined && joined.Cx.Life == (int)Argument)
        {
            Instrumentation.Report(EventKind.StateRead, joined.Cx);
        }
    }

    /// <summary>Waits for a task that has ended, although there is nothing to wait for: another one's step comes before the joiner's next.</summary>
    internal void BeginSuspending(ScopedTask joined, int life, bool isCancellable)
    {
        Arm(joined, life, isCancellable);
        StartSuspending();
    }

    private void Arm(ScopedTask joined, int life, bool isCancellable)
    {
        _joined = joined;
        Arm(joiner, joined, OperationKind.Join, life);
        IsCancellable &= isCancellable;
        LooksWhenItEnds = true;
    }

    internal Outcome Finish(short token)
    {
        var (joined, life) = (_joined!, (int)Argument);
        Consume(token);
        Recycle();
        return joined.Observe(life);
    }

    void IValueTaskSource.GetResult(short token) => Finish(token).ThrowIfNotOk();

    Outcome IValueTaskSource<Outcome>.GetResult(short token) => Finish(token);

    protected override void Recycle()
    {
        _joined = null;
        ForgetAwaiter();
        Forget();
        joiner.ReturnJoin(this);
    }
}
