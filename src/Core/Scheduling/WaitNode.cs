using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Lab.Core.Memory;
using Lab.Core.Observing;

namespace Lab.Core.Scheduling;

/// <summary>What <see cref="WaitNode.TryWithdraw"/> found.</summary>
internal enum Withdrawal : byte
{
    /// <summary>The wait is over already, or belongs to somebody else by now.</summary>
    Nothing,

    /// <summary>It was parked and is canceled now: unlink it, and publish it after the gate.</summary>
    Parked,

    /// <summary>It had been chosen and is canceled now: pass on what it was given. Its wake is already under way.</summary>
    Chosen,
}

/// <summary>
/// One wait of one task, reused for ever: Free -> Armed -> (Parked ->) Chosen | Failed | Canceled -> Free.
/// Armed -> Parked -> Chosen happen under the gate of the primitive. Chosen -> Free (it resumes) races with Chosen -> Canceled (it is withdrawn):
/// both are exchanges of one word that also holds the version, so exactly one wins and a stale reference never touches a later wait.
/// Completion is seen by the awaiter only when <see cref="Publish"/> ran, after the gate; the continuation always goes home to <see cref="Task"/>.
/// In the lab's explored dispatch a node stays Armed ("announced") until its operation takes effect (design D3).
/// </summary>
internal class WaitNode : InboxItem, IValueTaskSource
{
    private const int Free = 0;
    private const int Armed = 1;
    private const int Parked = 2;
    private const int Chosen = 3;
    private const int Failed = 4;
    private const int Canceled = 5;
    private const int PhaseMask = 7;
    private const int VersionShift = 3;

    private static readonly Action<object?> s_published = static _ => throw new InvalidOperationException("[lab bug] the published mark was invoked");

    private AtomicInt32 _word;
    private AtomicReference<Action<object?>> _continuation;
    private object? _state;
    private Action<object?>? _resume;
    private ExecutionContext? _flowed;
    private Exception? _error;
    private bool _suspendsOnce;
    private bool _registered;

    /// <summary>Links of the primitive's queue; touched only under its gate.</summary>
    internal WaitNode? Next;
    internal WaitNode? Previous;

    /// <summary>Link of the wake list that a critical section collects.</summary>
    internal WaitNode? NextToWake;

    /// <summary>The task whose wait this is; null while free.</summary>
    internal RuntimeTask? Task;

    /// <summary>What is waited for; null for a yield.</summary>
    internal IWaitable? Owner;

    /// <summary>The primitive's own note, for example the number of permits asked for.</summary>
    internal long Argument;

    internal OperationKind Operation;

    /// <summary>False for waits that must not be ended by cancellation (masked ones, the drain of a scope).</summary>
    internal bool IsCancellable;

    internal short Version => (short)(_word.Read() >> VersionShift);

    internal bool IsFree => Phase == Free;

    internal bool IsArmed => Phase == Armed;

    internal bool IsParked => Phase == Parked;

    internal bool IsAwaited => _continuation.Read() is { } c && !ReferenceEquals(c, s_published);

    private int Phase => _word.Read() & PhaseMask;

    /// <summary>Takes a free node into use for a wait of <paramref name="task"/>.</summary>
    internal void Arm(RuntimeTask task, IWaitable? owner, OperationKind operation, long argument = 0)
    {
        Task = task;
        Owner = owner;
        Operation = operation;
        Argument = argument;
        IsCancellable = task.MaskDepth == 0;
        _continuation.Write(null);
        _error = null;
        _word.Write((_word.Read() & ~PhaseMask) | Armed);
    }

    /// <summary>Begins natively; announces in the lab. Returns what the caller awaits.</summary>
    internal ValueTask Start() => IsDoneAtCall() ? ResultAtCall() : new ValueTask(this, Version);

    /// <summary>Begins at the call in both hosts (a wait that registers at the call); in the lab the await still suspends.</summary>
    internal ValueTask StartAtCall()
    {
        var done = Perform();
        if (done && Task!.CanCompleteInline)
        {
            return ResultAtCall();
        }

        if (done)
        {
            SuspendOnce();
        }

        return new ValueTask(this, Version);
    }

    /// <summary>Like <see cref="Start"/>, but the await suspends in both hosts: a yield.</summary>
    internal ValueTask StartSuspending()
    {
        if (!IsAnnounced() && Perform())
        {
            SuspendOnce();
        }

        return new ValueTask(this, Version);
    }

    /// <summary>For typed nodes: begins or announces; true when the result can be read at once.</summary>
    protected bool IsDoneAtCall()
    {
        if (IsAnnounced() || !Perform())
        {
            return false;
        }

        if (Task!.CanCompleteInline)
        {
            return true;
        }

        SuspendOnce();
        return false;
    }

    private bool IsAnnounced()
    {
        var task = Task!;
        if (Instrumentation.IsEnabled && task.Scheduler.Dispatch.Announces)
        {
            task.Announced = this;
            return true;
        }

        return false;
    }

    private void Unregister(RuntimeTask task)
    {
        if (_registered)
        {
            _registered = false;
            task.Unregister(this);
        }
    }

    /// <summary>The operation takes effect now. True: it is complete, and nobody has been told yet.</summary>
    internal bool Perform()
    {
        var task = Task!;
        if (IsCancellable && task.Node.IsCancellationRequested)
        {
            SetPhase(Canceled);
            return true;
        }

        if (Owner is not { } owner)
        {
            // A yield waits for nothing.
            SetPhase(Chosen);
            return true;
        }

        var version = Version;
        if (owner.Begin(this))
        {
            return true;
        }

        // Pairs with the canceller, which publishes the flag and then looks at the registered waits: one of us sees the other.
        _registered = true;
        task.Register(this);
        if (IsCancellable && task.Node.IsCancellationRequested)
        {
            owner.Withdraw(this, version);
        }

        return false;
    }

    /// <summary>An announced operation takes effect without having been chosen: its task goes on to something else.</summary>
    internal void TakeEffect()
    {
        if (Perform())
        {
            Publish();
        }
    }

    /// <summary>In <see cref="IWaitable.Begin"/>: complete at once.</summary>
    internal void Succeed() => SetPhase(Chosen);

    /// <summary>In <see cref="IWaitable.Begin"/>: complete at once with an error.</summary>
    internal void Fail(Exception error)
    {
        _error = error;
        SetPhase(Failed);
    }

    /// <summary>Under the gate: queued from now on.</summary>
    internal void Park() => SetPhase(Parked);

    /// <summary>Under the gate, for a parked node that was unlinked: it got what it waits for. Publish it after the gate.</summary>
    internal void Choose() => SetPhase(Chosen);

    /// <summary>Without a gate: a parked wait of <paramref name="version"/> gets what it waits for, unless it was withdrawn. Publish it if true.</summary>
    internal bool TryChoose(short version)
    {
        var word = _word.Read();
        return (short)(word >> VersionShift) == version && (word & PhaseMask) == Parked && _word.TryChange(word, (word & ~PhaseMask) | Chosen);
    }

    /// <summary>Under the gate, for a parked node that was unlinked: it failed. Publish it after the gate.</summary>
    internal void ChooseError(Exception error)
    {
        _error = error;
        SetPhase(Failed);
    }

    /// <summary>Under the gate: withdraws the wait that had <paramref name="version"/>, if it has not resumed.</summary>
    internal Withdrawal TryWithdraw(short version)
    {
        while (true)
        {
            var word = _word.Read();
            if ((short)(word >> VersionShift) != version)
            {
                return Withdrawal.Nothing;
            }

            var phase = word & PhaseMask;
            if (phase is not (Parked or Chosen))
            {
                return Withdrawal.Nothing;
            }

            if (_word.TryChange(word, (word & ~PhaseMask) | Canceled))
            {
                return phase == Parked ? Withdrawal.Parked : Withdrawal.Chosen;
            }
        }
    }

    /// <summary>After the gate: tells the awaiter, if there is one yet. Never runs user code.</summary>
    internal void Publish()
    {
        var continuation = _continuation.Exchange(s_published);
        if (continuation is not null)
        {
            _resume = continuation;
            Task!.Post(this);
        }
    }

    internal override void Run()
    {
        var resume = _resume!;
        var state = _state;
        _resume = null;
        _state = null;
        if (_flowed is { } flowed)
        {
            _flowed = null;
            ExecutionContext.Run(flowed, new ContextCallback(resume), state);
            return;
        }

        resume(state);
    }

    /// <summary>A chosen announced operation: takes effect, and if it is complete its continuation runs in the same step.</summary>
    internal void RunAnnounced()
    {
        if (!Perform())
        {
            return;
        }

        _resume = _continuation.Exchange(s_published);
        Run();
    }

    public ValueTaskSourceStatus GetStatus(short token)
    {
        CheckToken(token);
        if (_suspendsOnce || !ReferenceEquals(_continuation.Read(), s_published))
        {
            return ValueTaskSourceStatus.Pending;
        }

        return Phase switch
        {
            Chosen => ValueTaskSourceStatus.Succeeded,
            Canceled => ValueTaskSourceStatus.Canceled,
            _ => ValueTaskSourceStatus.Faulted,
        };
    }

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        CheckToken(token);
        _state = state;
        if ((flags & ValueTaskSourceOnCompletedFlags.FlowExecutionContext) != 0)
        {
            _flowed = ExecutionContext.Capture();
        }

        if (_continuation.TryChange(null, continuation))
        {
            return;
        }

        if (!ReferenceEquals(_continuation.Read(), s_published))
        {
            throw new InvalidOperationException("A ValueTask of the core was awaited twice. Await it once, or use AsTask().");
        }

        _suspendsOnce = false;
        _resume = continuation;
        Task!.Post(this);
    }

    public void GetResult(short token)
    {
        Consume(token);
        Recycle();
    }

    /// <summary>Ends the wait: the awaiter resumes. Throws what the wait ended with. The caller recycles the node when this returns.</summary>
    protected void Consume(short token)
    {
        CheckToken(token);
        var task = Task!;
        while (true)
        {
            var word = _word.Read();
            switch (word & PhaseMask)
            {
                case Chosen:
                    if (_word.TryChange(word, NextVersion(word)))
                    {
                        Unregister(task);
                        return;
                    }

                    break;
                case Failed:
                    _word.Write(NextVersion(word));
                    Unregister(task);
                    var error = _error!;
                    Recycle();
                    throw error;
                case Canceled:
                    _word.Write(NextVersion(word));
                    Unregister(task);
                    Recycle();
                    throw task.AcknowledgeCancellation();
                default:
                    throw new InvalidOperationException("The result of an operation was read before it completed. Await it instead.");
            }
        }
    }

    /// <summary>Gives the node back to where it came from; the phase is Free already.</summary>
    protected virtual void Recycle()
    {
        var task = Task!;
        Forget();
        task.ReturnNode(this);
    }

    /// <summary>Drops every reference that a free node must not hold.</summary>
    protected void Forget()
    {
        Task = null;
        Owner = null;
        _error = null;
    }

    protected ValueTask ResultAtCall()
    {
        var task = Task!;
        try
        {
            Consume(Version);
            Recycle();
            return default;
        }
        catch (Exception e)
        {
            return task.Failed(e);
        }
    }

    /// <summary>For reuse of a record: whatever wait this was, it is over and stale.</summary>
    internal void Renew()
    {
        _word.Write(NextVersion(_word.Read()));
        _continuation.Write(null);
        _resume = null;
        _state = null;
        _flowed = null;
        _suspendsOnce = false;
        _registered = false;
        Next = Previous = NextToWake = null;
        NextInInbox = null;
        Forget();
    }

    private void SuspendOnce()
    {
        _suspendsOnce = true;
        _continuation.Write(s_published);
    }

    private void SetPhase(int phase) => _word.Write((_word.Read() & ~PhaseMask) | phase);

    private static int NextVersion(int word) => ((word >> VersionShift) + 1) << VersionShift;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckToken(short token)
    {
        if (token != Version)
        {
            ThrowStale();
        }
    }

    private static void ThrowStale() =>
        throw new InvalidOperationException("A ValueTask of the core was used after its result had been read. Await it once, or use AsTask().");
}
