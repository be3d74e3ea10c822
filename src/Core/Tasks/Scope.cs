using System.Runtime.ExceptionServices;
using Lab.Core.Cancellation;
using Lab.Core.Memory;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Tasks;

/// <summary>
/// A region that owns tasks: nothing spawned in it outlives it. Open -> Closing -> Draining -> Finalizing -> Closed; only Open admits work.
/// Made by <see cref="Cx.ScopeAsync(Func{Scope, Task}, ScopeOptions?, string, int)"/> or <see cref="Cx.OpenScope"/>. It is also a node of the
/// cancellation tree: <see cref="CancellationNode.Cancel"/> cancels everything in it.
/// </summary>
public sealed partial class Scope : CancellationNode, IAsyncDisposable
{
    /// <summary>Key in <see cref="Exception.Data"/> of a rethrown fault under which the other faults of the scope are attached (an Exception[]).</summary>
    public const string OtherFaults = "Lab.OtherFaults";

    private readonly TaskHost _host;

    /// <summary>See <see cref="Drained"/>.</summary>
    private Signal? _drained;
    private ScopeOptions _options = ScopeOptions.Default;

    // Guarded by the node's gate, which links the children too: one entry admits a task, one lets it go.
    private ScopeState _state;
    private int _live;
    private Exception? _fault;
    private ScopedTask? _faulted;
    private List<(ScopedTask? Task, Exception Error)>? _others;
    private Stack<Func<Cx, Task>>? _finalizers;
    private bool _forgotten;
    private AtomicInt32 _life;

    internal Scope(TaskHost host) => _host = host;

    internal override string KindName => "scope";

    internal override ref AtomicInt32 LifeWord => ref _life;

    /// <summary>The task that opened it; null for a runtime's root scope.</summary>
    internal Cx? Owner { get; private set; }

    /// <summary>The enclosing scope that waits for this one: the one whose body runs in the owner; null if there is none.</summary>
    internal Scope? Outer { get; private set; }

    /// <summary>Set when nothing is alive any more; made when somebody is to be told of it.</summary>
    private Signal Drained => _drained ?? MakeDrained();

    internal override DateTimeOffset Now => _host.Clock.GetUtcNow();

    /// <summary>Where it is in its life.</summary>
    public ScopeState State
    {
        get
        {
            TaskCalls.Entering();
            if (Instrumentation.IsEnabled)
            {
                Instrumentation.Report(EventKind.StateRead, this);
            }

            using (Gate.Enter())
            {
                return _state;
            }
        }
    }

    /// <summary>For people.</summary>
    public string? Name => _options.Name;

    /// <summary>Its owner ended without closing it.</summary>
    internal bool IsForgotten => _forgotten;

    /// <summary>A fault that was recorded and not rethrown yet.</summary>
    internal Exception? PendingFault => _fault;

    /// <summary>Tasks and child scopes that have not ended.</summary>
    internal int Live
    {
        get
        {
            using (Gate.Enter())
            {
                return _live;
            }
        }
    }

    /// <summary>Adds work to do when the scope has drained: last added runs first, one at a time, masked. A throwing one does not stop the rest.</summary>
    /// <remarks>
    /// It runs in the task that leaves the scope, by joining or disposing it. A task that ends without that leaves nobody to run it: the lab calls that a leak.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The scope admits no work any more.</exception>
    public void OnClose(Func<Cx, Task> finalizer)
    {
        ArgumentNullException.ThrowIfNull(finalizer);
        TaskCalls.Entering();
        using (Gate.Enter())
        {
            if (_state != ScopeState.Open)
            {
                throw NotOpen();
            }

            (_finalizers ??= new Stack<Func<Cx, Task>>()).Push(finalizer);
        }
    }

    /// <summary>
    /// Ends the scope normally: admits nothing more, waits for all children, runs finalizers, rethrows the first fault that is not a cancellation
    /// with the others attached. Cancelling the caller cancels the children; the wait itself always lasts until they have ended.
    /// </summary>
    public Task JoinAsync(Cx cx)
    {
        if (!TryCloseAtOnce(cx))
        {
            return JoinSlowAsync(cx);
        }

        Owner?.Closed(this);
        return Task.CompletedTask;
    }

    private async Task JoinSlowAsync(Cx cx)
    {
        await CloseAsync(cx);
        Owner?.Closed(this);
        ThrowFault();
    }

    /// <summary>
    /// Without <see cref="JoinAsync"/> before it: cancels the children, waits for them and never throws; their fault, if any, becomes the owning
    /// task's when that ends. After it: nothing.
    /// </summary>
    public ValueTask DisposeAsync() => HasClosed ? default : DisposeSlowAsync();

    private async ValueTask DisposeSlowAsync()
    {
        var cx = Owner ?? throw new InvalidOperationException("A runtime's root scope is closed by shutting the runtime down.");
        CancelItself(CancellationKind.LinkedExit, Name, "the scope was disposed without having been joined");
        await CloseAsync(cx);
        if (_fault is null)
        {
            cx.Closed(this);
        }
    }

    /// <summary>The body of ScopeAsync threw: the children are cancelled.</summary>
    internal void BodyFailed(Exception error)
    {
        RecordFault(null, error);
        if (error is OperationCanceledException && IsCancellationRequested)
        {
            // The body followed the scope's own cancellation: that is no second reason, which might hide the first.
            return;
        }

        var kind = error is OperationCanceledException ? CancellationKind.LinkedExit : CancellationKind.FailFast;
        CancelItself(kind, Name, "the body of the scope threw");
    }

    /// <summary>Drains and finalizes; never throws.</summary>
    private async Task CloseAsync(Cx cx)
    {
        var isFirst = BeginClosing();
        await DrainAsync(cx);
        if (isFirst)
        {
            if (HasFinalizers)
            {
                await FinalizeAsync(cx);
            }

            EndClosing();
        }
    }

    private Signal MakeDrained()
    {
        // The closer and the last that leaves may meet here.
        Atomic.InitializeOnce(ref _drained, new Signal(this));
        return _drained!;
    }

    /// <summary>Rethrows what the scope failed with, if anything.</summary>
    internal void ThrowFault()
    {
        var fault = TakeFault();
        if (fault is not null)
        {
            ExceptionDispatchInfo.Throw(fault);
        }
    }

    /// <summary>Its owner ended without closing it. The fault nobody saw, if any.</summary>
    internal Exception? Forget(bool normally)
    {
        if (State == ScopeState.Closed)
        {
            return TakeFault();
        }

        int live;
        bool isDrained;
        using (Gate.Enter())
        {
            _forgotten = true;
            live = _live;

            // The last that left found somebody closing it: the owner, who does not go on any more.
            isDrained = live == 0 && _state is ScopeState.Draining or ScopeState.Finalizing;
        }

        // Nested: the compiler makes one bitwise "and" of a switch and a flag, which the trimmer cannot see through.
        if (Instrumentation.IsEnabled)
        {
            if (normally && (live > 0 || HasFinalizers))
            {
                Instrumentation.Report(EventKind.ScopeForgotten, this, live);
            }
        }

        CancelItself(CancellationKind.LinkedExit, Name, "the task that opened the scope ended without closing it");
        if ((BeginClosing(out var drained) && drained) || isDrained)
        {
            EndClosing();
        }

        return TakeFault();
    }

    /// <summary>A task ended and leaves. True: no request was ever on its way from here to it.</summary>
    /// <param name="child">The task.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="watch">The calling thread's, where it is known.</param>
    internal bool ChildCompleted(ScopedTask child, in Outcome outcome, GateWatch? watch)
    {
        if (outcome.Kind != OutcomeKind.Faulted)
        {
            if (outcome.Kind == OutcomeKind.Canceled)
            {
                TellEscaped(child);
            }

            LookBeforeUnlinking(watch);
            return LeaveChild(child.Cx, watch);
        }

        if (child.Cx.Detach())
        {
            ChildFaulted(child, in outcome);
            LeaveChild(null);
        }

        return false;
    }

    private void ChildFaulted(ScopedTask child, in Outcome outcome)
    {
        if (Owner is not null || !child.IsObserved)
        {
            Keep(child, outcome.Error!);
        }

        TellEscaped(child);
        if (_options.Faults == FaultPolicy.FailFast)
        {
            CancelItself(CancellationKind.FailFast, child.Name, outcome.Error!.Message);
        }
    }

    /// <summary>A request of the scope's own. What somebody throws who is told of it is a fault of the scope, and keeps it from nothing.</summary>
    private void CancelItself(CancellationKind kind, string? origin, string message) => CancelItself(new CancellationReason(kind, origin ?? "", Now, message));

    private void CancelItself(CancellationReason reason)
    {
        try
        {
            Cancel(reason);
        }
        catch (AggregateException faults)
        {
            Keep(null, faults);
        }
    }

    /// <summary>A fault that is to be rethrown, or told to whoever hears of a runtime's unobserved ones.</summary>
    private void Keep(ScopedTask? child, Exception error)
    {
        if (Owner is not null)
        {
            RecordFault(child, error);
        }
        else if (!_host.Unobserved(error))
        {
            RecordFirstFault(child, error);
        }
    }

    /// <summary>Once in its life, by the host.</summary>
    internal void Open(Cx? owner, Scope? outer, ScopeOptions? options)
    {
        // Mostly those of its last life, in the lab, where scopes have several: comparing is cheaper than writing a reference.
        options ??= ScopeOptions.Default;
        if (!ReferenceEquals(_options, options))
        {
            _options = options;
        }

        if (!ReferenceEquals(Owner, owner))
        {
            Owner = owner;
        }

        if (!ReferenceEquals(Outer, outer))
        {
            Outer = outer;
        }

        outer?.EnterChild();
        Attach(outer is null ? owner : outer);
        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(EventKind.ScopeOpened, this);
        }
    }

    /// <summary>Makes a scope of a finished execution as new, for another life, which <see cref="Open"/> begins. False: something is still below or above it.</summary>
    internal bool TryRenew()
    {
        if (Parent is not null || HasChildrenUnreached)
        {
            return false;
        }

        ResetUnreached(ShownReason, ref _life);
        _drained?.Renew();
        _state = ScopeState.Open;
        _live = 0;
        _fault = null;
        _faulted = null;
        _others = null;
        _finalizers = null;
        _forgotten = false;
        PreviousOpened = null;
        _closedAtOnce = false;
        _closed.Write(0);
        return true;
    }

    internal override void OnCancellationRequested(CancellationReason reason, bool first) => Owner?.LayerCanceled(this);

    private void EnterChild()
    {
        using (Gate.Enter())
        {
            if (_state != ScopeState.Open)
            {
                throw NotOpen();
            }

            _live++;
        }
    }

    /// <summary>A new task comes alive and into the tree, under one gate. False: the scope admits no work any more.</summary>
    private bool TryAdmit(ScopedTask child, GateWatch? watch, out CancellationReason? inherited)
    {
        using (Gate.Enter(watch))
        {
            inherited = null;
            if (_state != ScopeState.Open)
            {
                return false;
            }

            _live++;
            inherited = LinkChildLocked(child.Cx);
            return true;
        }
    }

    /// <summary>
    /// One less is alive. <paramref name="child"/>: a task that is still in the tree; who takes it out counts it out, so that one that is abandoned in the
    /// moment in which it ends is counted once. True: nobody has asked the scope to cancel so far.
    /// </summary>
    private bool LeaveChild(CancellationNode? child, GateWatch? watch = null)
    {
        bool drained;
        bool forgotten;
        bool isUnasked;
        using (Gate.Enter(watch))
        {
            if (child is not null && !UnlinkChildLocked(child))
            {
                return false;
            }

            drained = --_live == 0 && _state == ScopeState.Draining;
            forgotten = _forgotten;
            isUnasked = UnobservedReason is null;
        }

        if (drained)
        {
            Drained.Set();
            if (forgotten)
            {
                EndClosing();
            }
        }

        return isUnasked;
    }

    /// <summary>Nothing more is admitted. True for the first closer, who then drains, finalizes and ends the closing.</summary>
    internal bool BeginClosing() => BeginClosing(out _);

    /// <param name="drained">Nothing was alive any more. Otherwise the last that leaves says so, and nobody else.</param>
    private bool BeginClosing(out bool drained)
    {
        drained = false;
        var watch = Instrumentation.GatesIfObserved;
        using (Gate.Enter(watch))
        {
            if (_state != ScopeState.Open)
            {
                return false;
            }

            _state = ScopeState.Draining;
            drained = _live == 0;
        }

        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(watch, EventKind.ScopeClosing, this);
        }

        if (drained)
        {
            Drained.Set();
        }

        return true;
    }

    internal bool HasFinalizers => _finalizers is not null;

    /// <summary>Waits until every child has ended, whatever is cancelled meanwhile.</summary>
    internal ValueTask DrainAsync(Cx cx)
    {
        var task = cx.Enter();
        return _closedAtOnce ? default : Drained.WaitAsync(task, OperationKind.Close, cancellable: false);
    }

    internal async Task FinalizeAsync(Cx cx)
    {
        using (Gate.Enter())
        {
            if (_state != ScopeState.Closed)
            {
                _state = ScopeState.Finalizing;
            }
        }

        using var mask = cx.MaskForCore();
        while (_finalizers!.TryPop(out var finalizer))
        {
            try
            {
                await finalizer(cx);
            }
            catch (Exception e)
            {
                RecordFault(null, e);
            }
        }
    }

    /// <summary>
    /// Takes effect once: a scope that its task left open may have been ended with the task, or by the last that left it, when its closer goes on outside.
    /// </summary>
    internal void EndClosing()
    {
        var watch = Instrumentation.GatesIfObserved;
        using (Gate.Enter(watch))
        {
            if (_state == ScopeState.Closed)
            {
                return;
            }

            CloseLocked();
        }

        _closed.Write(1);
        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(watch, EventKind.ScopeClosed, this, _live);
        }

        Detach();
        Outer?.LeaveChild(null, watch);
    }

    /// <summary>A root scope may live as long as the process: it keeps one fault, not all.</summary>
    private void RecordFirstFault(ScopedTask? child, Exception error)
    {
        using (Gate.Enter())
        {
            if (_fault is null)
            {
                (_fault, _faulted) = (error, child);
            }
        }
    }

    private void RecordFault(ScopedTask? child, Exception error)
    {
        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(EventKind.ScopeFaulted, this);
        }

        using (Gate.Enter())
        {
            if (_fault is null)
            {
                (_fault, _faulted) = (error, child);
            }
            else if (_fault is OperationCanceledException && error is not OperationCanceledException)
            {
                (_others ??= []).Add((_faulted, _fault));
                (_fault, _faulted) = (error, child);
            }
            else
            {
                (_others ??= []).Add((child, error));
            }
        }
    }

    private Exception? TakeFault()
    {
        if (_fault is null)
        {
            // What children recorded before they ended is seen by whoever saw them end.
            return null;
        }

        using (Gate.Enter())
        {
            if (_fault is null)
            {
                return null;
            }

            var faults = new List<(ScopedTask? Task, Exception Error)>();
            if (_fault is not null)
            {
                faults.Add((_faulted, _fault));
                faults.AddRange(_others ?? []);
            }

            if (_options.Faults == FaultPolicy.CollectAll)
            {
                faults.RemoveAll(f => f.Task is { IsObserved: true });
            }

            _fault = null;
            _faulted = null;
            _others = null;
            if (faults.Count == 0)
            {
                return null;
            }

            foreach (var (task, _) in faults)
            {
                task?.MarkObserved();
            }

            var first = faults[0].Error;
            if (faults.Count > 1 && !first.Data.Contains(OtherFaults))
            {
                first.Data[OtherFaults] = faults.Skip(1).Select(f => f.Error).ToArray();
            }

            return first;
        }
    }

    private static InvalidOperationException NotOpen() =>
        new("The scope is closing and admits no more work; spawn before leaving it, or open another scope.");
}
