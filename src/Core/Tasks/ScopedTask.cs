using Lab.Core.Cancellation;
using Lab.Core.Memory;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Tasks;

/// <summary>A task of a scope: calls the user's body, computes its outcome, tells scope and joiners.</summary>
internal sealed class ScopedTask : RuntimeTask
{
    private static readonly Action s_nothing = static () => { };
    private static readonly ContextCallback s_invoke = static state => ((ScopedTask)state!).Invoke();

    private Func<object, Cx, Task>? _starter;
    private object? _body;
    private ExecutionContext? _context;
    private Exception? _escaped;
    private Outcome _outcome;
    private Signal? _completion;
    private TaskCompletionSource? _external;
    private AtomicInt32 _completed;
    private AtomicInt32 _observed;

    internal ScopedTask(TaskHost host)
        : base(host.Scheduler)
    {
        Host = host;
        Cx = new Cx(this);
        Node = Cx;
    }

    internal TaskHost Host { get; }

    internal Cx Cx { get; }

    internal Scope? Scope { get; private set; }

    internal string? Name { get; private set; }

    internal override bool IsBodyDone => HasEscaped || (Body is { IsCompleted: true } && !HasAsyncVoids);

    internal bool IsCompleted => _completed.Read() != 0;

    /// <summary>Valid once <see cref="IsCompleted"/>.</summary>
    internal Outcome Outcome => _outcome;

    /// <summary>Somebody has looked at the outcome: a fault belongs to them.</summary>
    internal bool IsObserved => _observed.Read() != 0;

    internal void MarkObserved() => _observed.Write(1);

    internal void Prepare(Scope scope, Func<object, Cx, Task> starter, object body, SpawnOptions? options, TaskCompletionSource? external)
    {
        Scope = scope;
        _starter = starter;
        _body = body;
        _external = external;
        _context = ExecutionContext.Capture();
        if (options is not null)
        {
            Name = options.Name;
            Cx.SetBudget(options.Budget);
        }
    }

    /// <summary>Completes when the task has; any number may wait.</summary>
    internal ValueTask WaitCompletionAsync(RuntimeTask waiter, OperationKind operation, bool cancellable = true) =>
        Completion().WaitAsync(waiter, operation, cancellable);

    protected override void StartBody()
    {
        if (_context is { } context)
        {
            _context = null;
            ExecutionContext.Run(context, s_invoke, this);
        }
        else
        {
            Invoke();
        }
    }

    internal override Exception AcknowledgeCancellation() => Cx.Acknowledge();

    internal override void Escaped(Exception error)
    {
        // The first one counts; the body may still be running, but its task is faulted and its continuations are not run any more.
        _escaped ??= error;
        HasEscaped = true;
    }

    internal override void Complete() => Finish(ComputeOutcome());

    /// <summary>The host stops and the task did not end in time: its handles complete as canceled.</summary>
    internal void Abandon(CancellationReason reason) => Finish(Outcome.Canceled(reason));

    internal override void Renew()
    {
        base.Renew();
        Cx.Renew();
        _starter = null;
        _body = null;
        _context = null;
        _escaped = null;
        _outcome = default;
        _completion = null;
        _external = null;
        _completed.Write(0);
        _observed.Write(0);
        Scope = null;
        Name = null;
    }

    private void Invoke()
    {
        try
        {
            Body = _starter!(_body!, Cx) ?? Task.FromException(new InvalidOperationException("The body of a task returned null instead of a Task."));
        }
        catch (Exception e)
        {
            Body = e is OperationCanceledException canceled ? CanceledTask(canceled) : Task.FromException(e);
        }

        _starter = null;
        _body = null;
        if (!Body.IsCompleted)
        {
            // Comes home: inline when the body ends inside a step of this task, posted (and thereby waking it) when it ends elsewhere.
            Body.GetAwaiter().UnsafeOnCompleted(s_nothing);
        }
    }

    private static Task CanceledTask(OperationCanceledException canceled) => Task.FromException(canceled);

    private Outcome ComputeOutcome()
    {
        var error = _escaped ?? FaultOf(Body!);
        var reason = Cx.AcknowledgedReason;
        if (error is null)
        {
            return reason is null ? Outcome.Ok : Outcome.Canceled(reason);
        }

        if (error is not OperationCanceledException canceled)
        {
            return Outcome.Faulted(error);
        }

        var thrown = (canceled as CanceledException)?.Reason ?? Cx.Reason
            ?? new CancellationReason(CancellationKind.User, Name ?? "", Cx.UtcNow, canceled.Message);
        return Outcome.Canceled(reason is null ? thrown : CancellationReason.Strengthen(thrown, reason));
    }

    private static Exception? FaultOf(Task task)
    {
        if (task.IsCompletedSuccessfully)
        {
            return null;
        }

        if (task.Exception is { } faults)
        {
            return faults.InnerExceptions.Count == 1 ? faults.InnerException! : faults;
        }

        try
        {
            task.GetAwaiter().GetResult();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private void Finish(Outcome outcome)
    {
        if (IsCompleted)
        {
            // Abandoned by a shutdown that could not wait for this step.
            return;
        }

        Cx.Phase = TaskPhase.Finalizing;
        AbandonWaits();
        var openScopes = Cx.CloseForgottenScopes(normally: outcome.Kind == OutcomeKind.Ok);
        ResolveObligations(leaked: outcome.Kind == OutcomeKind.Ok);
        if (openScopes is not null && outcome.Kind == OutcomeKind.Ok)
        {
            outcome = Outcome.Faulted(openScopes);
        }

        _outcome = outcome;
        Cx.Phase = TaskPhase.Completed;
        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(EventKind.TaskCompleted, Cx, (long)outcome.Kind);
        }

        if (_external is not null)
        {
            MarkObserved();
        }

        // Full fence: a joiner that created the signal either sees the flag or is seen here.
        _completed.Exchange(1);
        _completion?.Set();
        Scope!.ChildCompleted(this, outcome);
        Report(outcome);
    }

    private void Report(Outcome outcome)
    {
        if (_external is not { } external)
        {
            return;
        }

        switch (outcome.Kind)
        {
            case OutcomeKind.Ok:
                external.TrySetResult();
                break;
            case OutcomeKind.Canceled:
                external.TrySetException(new CanceledException(outcome.Reason!));
                break;
            default:
                external.TrySetException(outcome.Error!);
                break;
        }
    }

    private void ResolveObligations(bool leaked)
    {
        if (HasUnresolved)
        {
            while (Ledger.TakeObligation() is { } obligation)
            {
                obligation.Abandon(leaked);
            }
        }
    }

    private Signal Completion()
    {
        if (_completion is { } made)
        {
            return made;
        }

        Atomic.InitializeOnce(ref _completion, new Signal(Cx));
        var signal = _completion!;
        if (IsCompleted)
        {
            signal.Set();
        }

        return signal;
    }
}
