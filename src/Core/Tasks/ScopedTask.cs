using Lab.Core.Cancellation;
using Lab.Core.Memory;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Tasks;

/// <summary>A task of a scope: calls the user's body, computes its outcome, tells scope and joiners.</summary>
/// <remarks>
/// <para>Joiners. They queue under the gate of the task's node, where the task also ends: whoever comes later finds it ended.</para>
/// <para>Lives. Natively the record of a body that awaits Core alone may serve another task when this one has ended Ok. Its life number, changed under
/// the same gate when the task ends, tells the two apart: a handle that carries an older one means a task that ended Ok. Nothing else that outlives the
/// task may reach the record, so it is recycled only if nothing was left behind: <see cref="RuntimeTask.IsClean"/>, no cancellation of it or of its scope
/// (a request on its way down holds the record), no listeners, no BCL token, no children, no scope that ran as its layer.</para>
/// </remarks>
internal sealed class ScopedTask : RuntimeTask, IWaitable
{
    private static readonly ContextCallback s_invoke = static state => ((ScopedTask)state!).Invoke();

    // One of Core's own static methods.
    private Func<object, Cx, Task>? _starter;

    // The user's, until it was called; or the record's own, which holds the user's.
    private object? _body;
    private ExecutionContext? _context;
    private Exception? _escaped;
    private Outcome _outcome;
    private WaitQueue _joiners;
    private JoinNode? _join;
    private TaskBody? _stateful;
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

    /// <summary>The task that has the record now has ended. See <see cref="HasEnded"/> for a handle's question.</summary>
    internal bool IsCompleted => _completed.Read() != 0;

    TracedObject IWaitable.Target => Cx;

    /// <summary>The task that had the record in this life has ended.</summary>
    internal bool HasEnded(int life) => life != Cx.Life || IsCompleted;

    /// <summary>Valid once <see cref="IsCompleted"/>.</summary>
    internal Outcome Outcome => _outcome;

    /// <summary>Somebody has looked at the outcome: a fault belongs to them.</summary>
    internal bool IsObserved => _observed.Read() != 0;

    internal void MarkObserved() => _observed.Write(1);

    internal void Prepare(Scope scope, Func<object, Cx, Task> starter, object body, SpawnOptions? options, TaskCompletionSource? external)
    {
        if (!ReferenceEquals(Scope, scope))
        {
            Scope = scope;
        }

        // Much of this is what the record's last task had: then no reference need be written.
        if (!ReferenceEquals(_starter, starter))
        {
            _starter = starter;
        }

        if (!ReferenceEquals(_body, body))
        {
            _body = body;
        }

        if (external is not null)
        {
            _external = external;
        }

        _context = ExecutionContext.Capture();
        if (options is not null && !ReferenceEquals(options, SpawnOptions.Pooled))
        {
            Name = options.Name;
            Cx.SetBudget(options.Budget);
        }
    }

    /// <summary>Where a body with a state waits for its start; kept, and used again by a later body of the same type.</summary>
    internal StatefulBody<TState> RentBody<TState>()
    {
        if (_stateful is StatefulBody<TState> body)
        {
            return body;
        }

        body = new StatefulBody<TState>();
        _stateful = body;
        return body;
    }

    /// <summary>A join of a task that has ended is over at the call: it need not suspend, and nothing of this task's own is in its way.</summary>
    internal bool CanJoinAtOnce => CanCompleteInline && (MaskDepth > 0 || Cx.ShownReason is null);

    /// <summary>For a join by this task.</summary>
    internal JoinNode RentJoin()
    {
        var node = _join ?? new JoinNode(this);
        _join = null;
        return node;
    }

    internal void ReturnJoin(JoinNode node) => _join = node;

    /// <summary>How the task of that life ended; its fault, if any, belongs to the caller from here on.</summary>
    internal Outcome Observe(int life)
    {
        if (life != Cx.Life)
        {
            return Outcome.Ok;
        }

        MarkObserved();
        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(EventKind.TaskJoined, Cx);
        }

        return _outcome;
    }

    bool IWaitable.Begin(WaitNode node)
    {
        using (Cx.Gate.Enter())
        {
            if (HasEnded((int)node.Argument))
            {
                node.Settle();
                return true;
            }

            _joiners.Enqueue(node);
            node.Park();
            return false;
        }
    }

    void IWaitable.Withdraw(WaitNode node, int version)
    {
        bool parked;
        using (Cx.Gate.Enter())
        {
            parked = node.TryWithdraw(version);
            if (parked)
            {
                _joiners.Remove(node);
            }
        }

        if (Instrumentation.IsEnabled && node.Task is ScopedTask joiner && (joiner.HadSeveralWaits || joiner.Cx.Phase >= TaskPhase.Finalizing))
        {
            // Of a task that has ended, what is left behind of it goes on with this.
            Instrumentation.Report(EventKind.StateRead, Cx);
        }

        if (parked)
        {
            node.Publish();
        }
    }

    /// <summary>
    /// The task of that life is in the ready lane and has not begun, and its first step will run in a context of its own, whoever's step is around it. On
    /// any thread. The entry comes first: as long as the task is under it nothing of this changes, but that it is asked to cancel.
    /// </summary>
    internal bool IsUnbegun(int life, out int sequence) =>
        Wake.IsQueued(out sequence) && !HasStarted && _context is not null && !IsPromoted && Deadline == long.MaxValue && !HasEnded(life);

    protected override void StartBody()
    {
        if (_context is not { } context)
        {
            Invoke();
            return;
        }

        _context = null;
        if (!ReferenceEquals(ExecutionContext.Capture(), context))
        {
            ExecutionContext.Run(context, s_invoke, this);
            return;
        }

        // It is in force here already, as mostly when a joiner begins what it has started itself. What the body leaves behind of its own goes, as with Run.
        Invoke();
        if (!ReferenceEquals(ExecutionContext.Capture(), context))
        {
            ExecutionContext.Restore(context);
        }
    }

    internal override Exception AcknowledgeCancellation() => Cx.HasReason
        ? Cx.Acknowledge()
        : new InvalidOperationException(
            $"The {Cx} that began this wait ended before it was complete, and the wait with it. Await what a task begins in that task, before it ends.");

    /// <summary>Something escaped an async void: the body is never resumed again.</summary>
    internal bool IsBodyGone => HasEscaped;

    internal override void Escaped(Exception error)
    {
        // The first one counts; the body may still be running, but its task is faulted and its continuations are not run any more.
        _escaped ??= error;
        HasEscaped = true;
    }

    internal override void Complete()
    {
        var outcome = HasEndedOk ? Outcome.Ok : ComputeOutcome();
        Finish(in outcome, isLastStep: true, goesOn: !HasEscaped);
    }

    /// <summary>
    /// The host stops and the task did not end in time: its handles complete as canceled. On any thread, even while a step runs that a worker did not end
    /// in time: the task ends as the first says who comes to its gate, here or in that step.
    /// </summary>
    internal void Abandon(CancellationReason reason)
    {
        var outcome = Outcome.Canceled(reason);
        Finish(in outcome, isLastStep: TryRetire(), goesOn: false);
    }

    private protected override void FaultedOutside(Exception error) => Host.FaultedOutside(error);

    internal override void Renew()
    {
        base.Renew();
        Cx.Renew();
        _body = null;
        _context = null;
        _escaped = null;
        _outcome = default;
        _joiners = default;
        _external = null;
        _completed.Write(0);
        _observed.Write(0);
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

        if (_stateful is { } stateful)
        {
            stateful.Clear();
        }

        if (!ReferenceEquals(_body, _stateful))
        {
            _body = null;
        }

        if (!Body.IsCompleted)
        {
            AwaitBody();
        }
    }

    /// <summary>Makes the record ready for another task, after a life that left nothing behind.</summary>
    internal void BeginLife()
    {
        RenewClean();
        Cx.RenewClean();
        Scope = null;
        Name = null;
    }

    private static Task CanceledTask(OperationCanceledException canceled) => Task.FromException(canceled);

    /// <summary>The body returned, and has not acknowledged a cancellation: by far the most frequent end.</summary>
    private bool HasEndedOk => !HasEscaped && Body!.IsCompletedSuccessfully && Cx.AcknowledgedReason is null;

    private Outcome ComputeOutcome()
    {
        var error = HasEscaped ? _escaped : FaultOf(Body!);
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

    /// <param name="outcome">As which it ends, unless it has ended already.</param>
    /// <param name="isLastStep">No other step of it runs, or will. Otherwise one does, which alone may touch the scopes that it opened.</param>
    /// <param name="goesOn">What is resumed from now on runs outside; of a task that was abandoned, or faulted on its way, it does not run.</param>
    private void Finish(in Outcome outcome, bool isLastStep, bool goesOn)
    {
        if (IsCompleted || Scope is not { } scope)
        {
            // Abandoned by a shutdown that could not wait for this step; or it ended before it could be abandoned.
            if (isLastStep)
            {
                AbandonWaits(isLastStep);
                EndAfter(goesOn);
            }

            return;
        }

        Joiner = null;
        Cx.Phase = TaskPhase.Finalizing;
        AbandonWaits(isLastStep);
        var openScopes = isLastStep ? Cx.CloseForgottenScopes(normally: outcome.Kind == OutcomeKind.Ok) : null;
        ResolveObligations(leaked: outcome.Kind == OutcomeKind.Ok);
        if (openScopes is not null && outcome.Kind == OutcomeKind.Ok)
        {
            var faulted = Outcome.Faulted(openScopes);
            End(scope, in faulted, goesOn);
        }
        else
        {
            End(scope, in outcome, goesOn);
        }
    }

    private void End(Scope scope, in Outcome outcome, bool goesOn)
    {
        Cx.Phase = TaskPhase.Completed;

        // In the lab tasks end on its thread only.
        var watch = Instrumentation.IsEnabled ? Scheduler.Watch : null;
        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(watch, EventKind.TaskCompleted, Cx, (long)outcome.Kind);
        }

        if (_external is not null)
        {
            MarkObserved();
        }

        var mayEndLife = IsRecyclable && outcome.Kind == OutcomeKind.Ok && _external is null && IsClean && Cx.IsClean;

        // A record that may serve another task has nothing left, and must not seem to have ended there.
        goesOn &= !mayEndLife;
        if (goesOn)
        {
            // Before a gate is entered: that is the exchange which LookAfter needs.
            BeginAfter();
        }

        if (!TryEnd(in outcome, mayEndLife, watch, out var hasLeftNothing))
        {
            EndAfter(goesOn);
            return;
        }

        hasLeftNothing &= scope.ChildCompleted(this, in outcome, watch);
        Report(in outcome);
        if (goesOn)
        {
            LookAfter();
        }

        if (hasLeftNothing)
        {
            Host.Return(this);
        }
    }

    /// <summary>It was abandoned before, but its body came to an end all the same: what that left goes on as after any other.</summary>
    private void EndAfter(bool goesOn)
    {
        if (goesOn)
        {
            BeginAfter();
            Fence.Full();
            LookAfter();
        }
    }

    /// <summary>From here on every handle knows that the task has ended. False: it had ended before.</summary>
    /// <param name="outcome">As which it ends.</param>
    /// <param name="mayEndLife">The record may serve another task, as far as its owner knows.</param>
    /// <param name="watch">The calling thread's, where it is known.</param>
    /// <param name="hasEndedLife">The record's life has ended, too, and only the scope still knows it.</param>
    private bool TryEnd(in Outcome outcome, bool mayEndLife, GateWatch? watch, out bool hasEndedLife)
    {
        var wakes = default(WakeList);
        using (Cx.Gate.Enter(watch))
        {
            hasEndedLife = false;
            if (IsCompleted)
            {
                return false;
            }

            if (outcome.Kind != OutcomeKind.Ok)
            {
                // Ok it is from the start.
                _outcome = outcome;
            }

            hasEndedLife = mayEndLife && Cx.TryEndLifeLocked();
            if (!hasEndedLife)
            {
                _completed.Write(1);
            }

            while (_joiners.Dequeue() is { } node)
            {
                node.Choose();
                wakes.Add(node);
            }
        }

        wakes.WakeAll();
        return true;
    }

    private void Report(in Outcome outcome)
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
}
