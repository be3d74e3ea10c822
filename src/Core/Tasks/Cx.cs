using System.Runtime.CompilerServices;
using Lab.Core.Cancellation;
using Lab.Core.Memory;
using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Time;

namespace Lab.Core.Tasks;

/// <summary>
/// The context of one task: cancellation, clock, spawning, randomness, notes. It is to a task what <see cref="System.Threading.CancellationToken"/>
/// is to a method: pass it on to what the task calls, and to nobody else. Using it inside another task throws.
/// </summary>
/// <remarks>
/// It is also the task's <see cref="CancellationNode"/>: <see cref="CancellationNode.IsCancellationRequested"/> is one acquire load.
/// While the body of <see cref="ScopeAsync(Func{Scope, Task}, ScopeOptions?, string, int)"/> runs it also shows that scope's cancellation.
/// </remarks>
public sealed partial class Cx : CancellationNode
{
    /// <summary>The longest delay and time limit, about 49 days: the BCL's own limit for timers.</summary>
    public static readonly TimeSpan MaxDelay = new(Duration.MaxTicks);

    /// <summary>The task's record. In front, where a call finds it in the same cache line as the flag that it looks at.</summary>
    internal ScopedTask Task { get; }

    private TaskDelay? _delay;
    private Random? _random;
    private Scope? _layer;

    /// <summary>The scope that the task opened last of those that it has not closed; the others by <see cref="Scope.PreviousOpened"/>.</summary>
    private Scope? _opened;
    private CancellationReason? _acknowledged;

    // Both are written by the task alone. What a request adds to them is seen in its reason, so that a canceller on another thread writes nothing here.
    private TaskPhase _phase;
    private Budget _budget = Budget.Infinite;
    private long _cost;

    /// <summary>Checkpoints passed since the task began, or since it acknowledged, with a quota of them in force.</summary>
    private int _checkpoints;

    /// <summary>A scope ran as its layer: its canceller may still hold this.</summary>
    private bool _hadLayer;

    // The task's own reason; what is shown may be a scope's. See OwnWord.
    private AtomicReference<CancellationReason> _own;

    private AtomicInt32 _life;

    internal Cx(ScopedTask task) => Task = task;

    internal override string KindName => "task";

    /// <summary>The task's name, if it was spawned with one.</summary>
    public string? Name => Task.Name;

    /// <summary>Where the task is in the cancellation protocol.</summary>
    public TaskPhase Phase
    {
        get => _phase == TaskPhase.Running && UnobservedReason is not null ? TaskPhase.CancelRequested : _phase;
        internal set => _phase = value;
    }

    /// <summary>The limits in force: the spawn's budget, and after acknowledgement the cleanup budget of the reason's kind.</summary>
    public Budget Budget => _acknowledged is { } before && UnobservedReason is { } own && own.Severity > before.Severity
        ? _budget.Tighten(Budget.Cleanup(own.Kind))
        : _budget;

    /// <summary>
    /// The runtime's time: give it to anything that takes a <see cref="TimeProvider"/> (<c>Task.Delay(ts, cx.Clock)</c>, <c>PeriodicTimer</c>).
    /// In the lab it is virtual.
    /// </summary>
    public TimeProvider Clock => Task.Host.Clock;

    /// <summary>Random numbers that the lab records and replays.</summary>
    public Random Random => _random ??= new CxRandom(Task.Scheduler.Decisions);

    /// <summary>
    /// A real BCL token that is cancelled when this task is. Made on first use. It does not see the cancellation of a scope whose body is running.
    /// </summary>
    public CancellationToken CancellationToken => Token;

    /// <summary>The reason that was acknowledged; null while running.</summary>
    internal CancellationReason? AcknowledgedReason => _acknowledged;

    /// <summary>The task, or the scope whose body runs in it, was asked to cancel.</summary>
    internal bool HasReason => UnobservedReason is not null || _layer?.UnobservedReason is not null;

    internal DateTimeOffset UtcNow => Clock.GetUtcNow();

    internal override DateTimeOffset Now => Clock.GetUtcNow();

    internal override ref AtomicReference<CancellationReason> OwnWord => ref _own;

    internal override ref AtomicInt32 LifeWord => ref _life;

    /// <summary>Requested, and not masked.</summary>
    internal bool IsCancellationVisible => IsCancellationRequested && Task.MaskDepth == 0;

    /// <summary>
    /// Lets other tasks run: this task goes to the end of the ready lane. A checkpoint for cancellation. Costs no allocation.
    /// </summary>
    /// <exception cref="CanceledException">Cancellation was requested and is not masked.</exception>
    public YieldAwaitable YieldAsync([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var task = Enter(file, line);
        return task.Announces ? new YieldAwaitable(task) : new YieldAwaitable(task.StartYield());
    }

    /// <summary>
    /// Waits at least <paramref name="delay"/>, never less. Cancellation ends it and loses nothing. O(log n) in the number of pending timers, no allocation.
    /// </summary>
    /// <remarks>
    /// With the system's clock it counts from the next time that a worker reads it: before one sleeps, and every 61st step; while a step goes on for long,
    /// within 2 ms by a worker that has nothing to do. With another <see cref="RuntimeOptions.TimeProvider"/> it counts from the call.
    /// </remarks>
    /// <param name="delay">Zero completes at once; <see cref="Timeout.InfiniteTimeSpan"/> only when cancelled.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="delay"/> is negative and not infinite, or longer than <see cref="MaxDelay"/>. Thrown by the call.
    /// </exception>
    /// <exception cref="CanceledException">Cancellation was requested and is not masked.</exception>
    public ValueTask DelayAsync(TimeSpan delay, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Duration.Checked(delay);
        var task = Enter(file, line);
        var timer = _delay is { IsFree: true } free ? free : new TaskDelay(task.Scheduler.Timers);
        _delay = _delay is null or { IsSpent: true } ? timer : _delay;
        if (Instrumentation.IsEnabled)
        {
            // Before anybody can choose the delay: its id must not depend on who asks first.
            Instrumentation.Current?.Created(timer);
        }

        return task.RentNode(timer, OperationKind.Delay, delay.Ticks).Start();
    }

    /// <summary>
    /// The full look: cancelled? deadline? poll quota? cost quota? All that hold are strengthened into one reason. Costs a few loads when none does.
    /// </summary>
    /// <exception cref="CanceledException">One of them holds and cancellation is not masked; carries the reason.</exception>
    public void Checkpoint([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Enter(file, line);
        if (!Budget.Equals(Budget.Infinite))
        {
            CheckBudget();
        }

        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(EventKind.CancelChecked, this, IsCancellationRequested ? 1 : 0);
        }

        if (IsCancellationVisible)
        {
            throw Acknowledge();
        }
    }

    /// <summary>Counts <paramref name="cost"/> units against the budget's cost quota; the next checkpoint looks at the sum.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="cost"/> is negative: what was used up does not come back.</exception>
    public void Charge(long cost)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cost);
        _cost = cost >= long.MaxValue - _cost ? long.MaxValue : _cost + cost;
    }

    /// <summary>Makes cancellation invisible to this task until the result is disposed. Nests to <see cref="MaskScope.MaxDepth"/>.</summary>
    /// <exception cref="InvalidOperationException">Nested too deep.</exception>
    public MaskScope Mask()
    {
        Enter();
        return new MaskScope(Task);
    }

    /// <summary>A mask of the core's own, for which there is always room: what must end under it ends.</summary>
    internal MaskScope MaskForCore() => new(Task, int.MaxValue);

    /// <summary>Writes a line into the trace; free natively.</summary>
    public void Note(string text)
    {
        if (Instrumentation.IsEnabled)
        {
            Enter();
            Instrumentation.Current?.Note(text);
        }
    }

    /// <summary>The task by its name, for messages: <c>task "web"</c>.</summary>
    public override string ToString() => Name is null ? "task" : $"task \"{Name}\"";

    /// <summary>The edge between user code and the core: every operation that takes a context comes through here first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal RuntimeTask Enter(string file = "", int line = 0)
    {
        var task = Task;
        var current = SynchronizationContext.Current;
        if (!ReferenceEquals(current, task))
        {
            EnterFromElsewhere(current);
        }

        if (Instrumentation.IsEnabled)
        {
            // In this order: what was announced belongs to its own call, not to this one.
            task.TakeAnnouncedEffect();
            if (file.Length != 0)
            {
                // Calls that the core makes on the task's behalf have no site of their own: the user's call stays.
                task.SetSite(file, line);
            }
        }

        return task;
    }

    internal void SetBudget(Budget budget)
    {
        _budget = budget;
        var timers = Task.Scheduler.Timers;
        Task.Deadline = budget.Deadline is { } deadline
            ? TimerDriver.Add(timers.Now, Math.Max((deadline - UtcNow).Ticks, 0))
            : long.MaxValue;
    }

    /// <summary>The task noticed its cancellation: from now on it cleans up.</summary>
    internal CanceledException Acknowledge()
    {
        var reason = EffectiveReason();
        if (UnobservedReason is { } own)
        {
            if (Phase is TaskPhase.Running or TaskPhase.CancelRequested)
            {
                Phase = TaskPhase.Cancelling;
                _acknowledged = own;
                _checkpoints = 0;
                _budget = Budget.Cleanup(own.Kind);
                if (Instrumentation.IsEnabled)
                {
                    Instrumentation.Report(EventKind.CancelAcknowledged, this, (long)own.Kind);
                }
            }
            else if (_acknowledged is { } before)
            {
                _acknowledged = CancellationReason.Strengthen(before, own);
                _budget = _budget.Tighten(Budget.Cleanup(_acknowledged.Kind));
            }
        }

        return new CanceledException(reason);
    }

    /// <summary>The scope whose body is running in this task was entered: its cancellation shows here too.</summary>
    internal void PushLayer(Scope scope)
    {
        _hadLayer = true;
        SetLayer(scope);
    }

    /// <summary>That body ended. The caller enters the gate of its scope, to close it, and then comes to <see cref="HideLayer"/>.</summary>
    internal void PopLayer(Scope? outer) => SetLayer(outer);

    /// <summary>
    /// The scope whose body has ended is closed, or closing. Either whoever cancels it did so before its gate was entered for that: then its reason is seen
    /// here, and what a canceller may have shown that still took it for the layer is hidden. Or later: then the canceller sees that it is not the layer.
    /// </summary>
    internal void HideLayer(Scope scope)
    {
        if (scope.ShownReason is not null)
        {
            ShowLayer();
        }
    }

    /// <summary>The innermost scope whose body is running in this task.</summary>
    internal Scope? Layer => _layer;

    /// <summary>The layer's scope was cancelled; on any thread.</summary>
    internal void LayerCanceled(Scope scope)
    {
        // Entering the gate is a full fence between the reason, which is published, and the look at the layer: it pairs with that of SetLayer. And the look
        // is under the gate: a task that has gone on to another layer since hides what is shown here, or has entered the gate before and is seen.
        using (Gate.Enter())
        {
            if (!ReferenceEquals(_layer, scope))
            {
                return;
            }

            ShowLayerLocked(scope.UnobservedReason);
        }

        Task.Scheduler.Promote(Task);
        Task.CancelWaits();
    }

    internal void Opened(Scope scope)
    {
        scope.PreviousOpened = _opened;
        _opened = scope;
    }

    internal void Closed(Scope scope)
    {
        // Mostly the last.
        if (ReferenceEquals(_opened, scope))
        {
            _opened = scope.PreviousOpened;
        }
        else
        {
            for (var later = _opened; later is not null; later = later.PreviousOpened)
            {
                if (ReferenceEquals(later.PreviousOpened, scope))
                {
                    later.PreviousOpened = scope.PreviousOpened;
                    break;
                }
            }
        }

        scope.PreviousOpened = null;
    }

    /// <summary>Scopes that the ending task left open are cancelled; their faults become the task's.</summary>
    internal Exception? CloseForgottenScopes(bool normally)
    {
        var first = _opened is null ? null : CloseOpenedScopes(normally);

        // What runs in a ScopeAsync that was not awaited, or out of which the task escaped, is below the task and known only there.
        return HasChildren ? CloseScopesBelow(normally, first) : first;
    }

    private Exception? CloseScopesBelow(bool normally, Exception? first)
    {
        var below = new List<CancellationNode>();
        CollectDescendants(below);
        foreach (var node in below)
        {
            if (node is Scope { IsForgotten: false } scope && ReferenceEquals(scope.Owner, this))
            {
                var fault = scope.Forget(normally);
                first ??= fault;
            }
        }

        return first;
    }

    private Exception? CloseOpenedScopes(bool normally)
    {
        var opened = new Stack<Scope>();
        for (var scope = _opened; scope is not null; scope = scope.PreviousOpened)
        {
            opened.Push(scope);
        }

        _opened = null;
        Exception? first = null;
        foreach (var scope in opened)
        {
            // Every one of them, whatever an earlier one failed with.
            var fault = scope.Forget(normally);
            first ??= fault;
        }

        return first;
    }

    /// <summary>In the task's last step: nobody can be about to show a scope's reason here, and no timer or scope of it is left.</summary>
    internal bool IsClean => !_hadLayer && _opened is null && _delay is not { IsFree: false };

    /// <summary>Makes the context of a clean record ready for its next task.</summary>
    internal void RenewClean()
    {
        Phase = TaskPhase.Running;
        _budget = Budget.Infinite;
        _cost = 0;
        _checkpoints = 0;
    }

    internal void Renew()
    {
        ResetUnreached(_own.Read(), ref _life);
        Phase = TaskPhase.Running;
        _budget = Budget.Infinite;
        _layer = null;
        _hadLayer = false;
        _opened = null;
        _acknowledged = null;
        _cost = 0;
        _checkpoints = 0;
        if (_delay is { IsFree: false })
        {
            _delay = null;
        }
    }

    internal override void OnCancellationRequested(CancellationReason reason, bool first)
    {
        Task.Scheduler.Promote(Task);
        Task.CancelWaits();
    }

    private CancellationReason EffectiveReason()
    {
        var own = UnobservedReason;
        var layer = _layer?.UnobservedReason;
        return own is null ? layer! : layer is null ? own : CancellationReason.Strengthen(own, layer);
    }

    private void SetLayer(Scope? scope)
    {
        _layer = scope;
        if (scope is not null)
        {
            // Pairs with the gate that the scope's canceller enters when it has published the reason, to look at the layer: one of us sees the other.
            Fence.Full();
        }

        if (scope?.UnobservedReason is not null || ShownReason is not null)
        {
            ShowLayer();
        }
    }

    private void ShowLayer()
    {
        using (Gate.Enter())
        {
            ShowLayerLocked(_layer?.UnobservedReason);
        }
    }

    private void CheckBudget()
    {
        CancellationReason? reason = null;
        if (Budget.Deadline is { } deadline && UtcNow >= deadline)
        {
            reason = Because(CancellationKind.Deadline, reason);
        }

        if (Budget.PollQuota is { } quota)
        {
            if (_checkpoints >= quota)
            {
                reason = Because(CancellationKind.PollQuota, reason);
            }
            else
            {
                _checkpoints++;
            }
        }

        if (Budget.CostQuota is { } cost && _cost > cost)
        {
            reason = Because(CancellationKind.CostBudget, reason);
        }

        if (reason is not null)
        {
            Cancel(reason);
        }
    }

    private CancellationReason Because(CancellationKind kind, CancellationReason? other)
    {
        var reason = new CancellationReason(kind, Name ?? "", UtcNow);
        return other is null ? reason : CancellationReason.Strengthen(other, reason);
    }

    private void EnterFromElsewhere(SynchronizationContext? current)
    {
        // What it left may go on outside before the task is marked as completed; no wait of its may begin then.
        if (Task.HasLastStepEnded || Task.IsCompleted)
        {
            throw new InvalidOperationException($"The {this} has ended; its Cx cannot be used any more. Use the Cx of the task that is running.");
        }

        if (current is RuntimeTask)
        {
            throw new InvalidOperationException(
                $"The Cx of the {this} was used inside another task. Use the Cx that the running task's body was given (a lambda's own parameter).");
        }

        if (Instrumentation.IsEnabled && Instrumentation.Current is null)
        {
            Task.Scheduler.Dispatch.ForeignCall(Task);
        }
    }
}
