using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Lab.Core.Memory;
using Lab.Core.Observing;

namespace Lab.Core.Scheduling;

/// <summary>
/// One wait of one task, reused for ever: Free -> Armed -> (Parked ->) Chosen | Settled | Failed | Canceled -> Free.
/// Armed -> Parked -> Chosen, and Parked -> Canceled (it is withdrawn), happen under the gate of the primitive. Settled is Chosen without a way back:
/// what was exchanged cannot be undone (a message moved), or the wait was complete when it began. From Chosen on the word is its task's alone, which
/// writes it without an exchange: a canceller leaves a chosen wait to it, and when the task looks how the wait ended it sees its flag, gives back what it
/// was given and ends the wait as cancelled. The word holds the version too, so a stale reference never touches a later wait.
/// Completion is seen by the awaiter only when <see cref="Publish"/> ran, after the gate; the continuation always goes home to <see cref="Task"/>.
/// In the lab's explored dispatch a node stays Armed ("announced") until its operation takes effect (design D3).
/// </summary>
internal partial class WaitNode : InboxItem, IValueTaskSource
{
    private const int Free = 0;
    private const int Armed = 1;
    private const int Parked = 2;
    private const int Chosen = 3;
    private const int Failed = 4;
    private const int Canceled = 5;
    private const int Settled = 6;
    private const int PhaseMask = 7;
    private const int VersionShift = 3;

    // Which of the two came first, the awaiter or the end of the wait.
    private const int Nobody = 0;
    private const int Awaited = 1;
    private const int Published = 2;

    private static readonly Action<object?> s_call = static action => Unsafe.As<Action>(action!)();

    private AtomicInt32 _word;
    private AtomicInt32 _await;

    // Who awaits; written before _await says so. The method stays afterwards, and in the lab the state too: mostly the next await brings the same.
    private Action<object?>? _continuation;
    private object? _state;

    // Lab: the announced wait is awaited; nobody can complete it before it is chosen.
    private bool _isAnnounced;
    private ExecutionContext? _flowed;
    private Exception? _error;
    private bool _suspendsOnce;
    private bool _registered;

    // Whether this wait was ever in a queue, where others can find it.
    private bool _hasParked;

    // The awaiter runs: the wait is complete for whoever asks.
    private bool _isTold;

    // Whoever asked was told that the chosen wait has not been cancelled; that stays so.
    private bool _isAccepted;

    // The record's own node belongs to its task for ever.
    private readonly bool _isOwn;

    /// <summary>Links of the primitive's queue; touched only under its gate.</summary>
    internal WaitNode? Next;
    internal WaitNode? Previous;

    /// <summary>The third after this one, or null: only a long <see cref="WaitLine"/> sets it. Touched under the same gate.</summary>
    internal WaitNode? ThirdAfter;

    /// <summary>Link of the wake list that a critical section collects.</summary>
    internal WaitNode? NextToWake;

    /// <summary>The task whose wait this is; null while free, and for callers outside of any task (which override what needs one).</summary>
    internal RuntimeTask? Task;

    /// <summary>What is waited for; null for a yield.</summary>
    internal IWaitable? Owner;

    /// <summary>The primitive's own note, for example the number of permits asked for.</summary>
    internal long Argument;

    /// <summary>The look at the task's flag belongs to the end of the wait, not to its beginning: for a wait that has no effect until it ends.</summary>
    internal bool LooksWhenItEnds;

    /// <summary>A BCL token ends the wait too.</summary>
    protected bool HasToken;

    /// <summary>False for waits that must not be ended by cancellation (masked ones, the drain of a scope).</summary>
    internal bool IsCancellable;

    internal WaitNode()
    {
    }

    /// <summary>A task record's own node.</summary>
    internal WaitNode(RuntimeTask task)
    {
        Task = task;
        _isOwn = true;
    }

    /// <summary>Which wait of the node this is: 29 bits. Whoever may come late, on another thread, names the wait by it.</summary>
    internal int FullVersion => _word.Read() >> VersionShift;

    /// <summary>As much of it as a ValueTask can carry: one that is used again after 65,536 further waits of the node is taken for the last of them.</summary>
    internal short Version => (short)FullVersion;

    internal bool IsFree => Phase == Free;

    /// <summary>What the awaiter's continuation is called with: as a rule the box of its state machine.</summary>
    internal object? Awaiter => _state;

    internal bool IsAwaited => _isAnnounced || _await.Read() == Awaited;

    internal override bool IsCanceled => Phase == Canceled || (Phase == Chosen && IsCanceledWhenChosen());

    internal override bool IsWithdrawn => Phase == Canceled;

    internal override TracedObject? Subject => Owner?.Target;

    private int Phase => _word.Read() & PhaseMask;

    /// <summary>In the lab, in a step: where this thread's gates are counted. Null: ask the thread.</summary>
    internal GateWatch? Watch => Instrumentation.IsEnabled ? Task?.Scheduler.Watch : null;

    /// <summary>Takes a free node into use for a wait of <paramref name="task"/>.</summary>
    internal void Arm(RuntimeTask? task, IWaitable? owner, OperationKind operation, long argument = 0)
    {
        // A node that stays with its task is mostly armed for the same again: then neither reference need be written.
        if (!_isOwn && !ReferenceEquals(Task, task))
        {
            Task = task;
        }

        if (!ReferenceEquals(Owner, owner))
        {
            Owner = owner;
        }

        Operation = operation;
        Argument = argument;
        IsCancellable = task is { MaskDepth: 0 };
        _await.Write(Nobody);
        _hasParked = false;
        _suspendsOnce = false;
        _isTold = false;
        _isAccepted = false;
        LooksWhenItEnds = false;
        _word.Write((_word.Read() & ~PhaseMask) | Armed);
    }

    /// <summary>Begins natively; announces in the lab. Returns what the caller awaits.</summary>
    internal ValueTask Start(Beginning beginning = Beginning.NotYet) => IsDoneAtCall(beginning) ? ResultAtCall() : new ValueTask(this, Version);

    /// <summary>Like <see cref="StartAtCall"/>, of a call that is awaited where it is made, in a host that announces; see <see cref="RuntimeTask.AnnounceCall"/>.</summary>
    internal ValueTask StartAwaited()
    {
        Task!.AnnounceCall(this);
        return new ValueTask(this, Version);
    }

    /// <summary>Begins at the call in both hosts (a wait that registers at the call); in the lab the await still suspends.</summary>
    internal ValueTask StartAtCall() => IsDoneBegunAtCall() ? ResultAtCall() : new ValueTask(this, Version);

    /// <summary>Like <see cref="Start"/>, but the await suspends in both hosts: a yield.</summary>
    internal WaitNode StartSuspending()
    {
        if (!IsAnnounced() && Perform())
        {
            SuspendOnce();
        }

        return this;
    }

    /// <summary>For typed nodes: begins or announces; true when the result can be read at once.</summary>
    protected bool IsDoneAtCall(Beginning beginning = Beginning.NotYet)
    {
        if (beginning != Beginning.NotYet)
        {
            if (beginning == Beginning.Parked)
            {
                OnParked(FullVersion);
            }

            return beginning == Beginning.Done;
        }

        return !IsAnnounced() && IsDoneBegunAtCall();
    }

    /// <summary>For typed nodes whose wait begins at the call in both hosts: true when the result can be read at once.</summary>
    protected bool IsDoneBegunAtCall()
    {
        if (!Perform())
        {
            return false;
        }

        if (Task is not { CanCompleteInline: false })
        {
            return true;
        }

        SuspendOnce();
        return false;
    }

    private bool IsAnnounced()
    {
        if (Task is { Announces: true } task)
        {
            task.Announce(this);
            return true;
        }

        return false;
    }

    /// <summary>The operation takes effect now. True: it is complete, and nobody has been told yet.</summary>
    internal bool Perform()
    {
        if (Owner is not { } owner)
        {
            // A yield waits for nothing but its turn, and looks for its cancellation when that has come: others run until then.
            SetPhase(Chosen);
            return true;
        }

        if (IsCanceledAlready())
        {
            SetPhase(Canceled);
            return true;
        }

        var version = FullVersion;
        if (Begin(owner))
        {
            return true;
        }

        OnParked(version);
        return false;
    }

    /// <summary><see cref="IWaitable.Begin"/>; by a node that knows which operation of which primitive it is.</summary>
    protected virtual bool Begin(IWaitable owner) => owner.Begin(this);

    /// <summary>Lab: the wait is one of several of its task. Reports what it looked at when it began, if it did that without an event.</summary>
    internal virtual void ReportLook()
    {
    }

    /// <summary>What would end the wait has happened before it began.</summary>
    protected virtual bool IsCanceledAlready() => (HasToken && IsTokenCanceled) || IsTaskCanceled();

    /// <summary>The chosen wait was asked to end before anybody looked how it ended.</summary>
    private bool IsCanceledWhenChosen() => (HasToken && IsTokenCanceled) || (IsCancellable && Task!.Node.ShownReason is not null);

    /// <summary>The task sees that it was asked to cancel, and the wait is to end with that.</summary>
    protected bool IsTaskCanceled() => IsCancellable && (LooksWhenItEnds ? Task!.Node.ShownReason is not null : Task!.SeesCancellation);

    /// <summary>For a wait with a token (<see cref="HasToken"/>): that has been cancelled.</summary>
    protected virtual bool IsTokenCanceled => false;

    /// <summary>
    /// The wait of <paramref name="version"/> is parked (by now it may be chosen): it can be found by who cancels it. A canceller publishes the flag and
    /// then looks at the registered waits. This look at the flag may come before others see the registration; the one after the exchange of
    /// <see cref="OnCompleted(Action{object}, object, short, ValueTaskSourceOnCompletedFlags)"/> does not: one of the two sees the other, before the task
    /// sleeps in this wait.
    /// </summary>
    protected virtual void OnParked(int version)
    {
        _registered = true;
        Task!.Register(this);
        if (IsCancellable && (LooksWhenItEnds ? Task.Node.ShownReason is not null : Task.SeesCancellation))
        {
            Owner!.Withdraw(this, version);
        }
    }

    /// <summary>The wait is over: nobody needs to find it any more.</summary>
    protected virtual void OnResumed()
    {
        if (_registered)
        {
            _registered = false;
            Task!.Unregister(this);
        }
    }

    /// <summary>What the awaiter of a cancelled wait gets.</summary>
    protected virtual Exception CancellationError() => Task!.AcknowledgeCancellation();

    /// <summary>Sends the stored continuation home.</summary>
    protected virtual void Resume() => Task!.Post(this);

    /// <summary>An awaiter comes; a node without a task notes where its continuation has to run.</summary>
    protected virtual void OnAwaited(ValueTaskSourceOnCompletedFlags flags)
    {
    }

    /// <summary>An announced operation takes effect without having been chosen: its task goes on to something else.</summary>
    internal void TakeEffect()
    {
        Unannounce();
        if (Perform())
        {
            Publish();
        }
    }

    /// <summary>Gives the node back to where it came from; the phase is Free already.</summary>
    protected virtual void Recycle()
    {
        var task = Task!;
        Forget();
        if (!_isOwn)
        {
            task.ReturnNode(this);
        }
    }

    /// <summary>Lab: its task announces another operation. A free node that has stayed with it goes back to where it came from.</summary>
    internal void Leave()
    {
        if (IsFree)
        {
            Return();
        }
    }

    /// <summary>Of a node that may stay: it goes back to where it came from.</summary>
    protected virtual void Return()
    {
    }

    /// <summary>
    /// Lab, of a free node: it stays with its task, with all that it was armed with, if the task has announced nothing since. The next operation is most often
    /// the same again, and takes this node (<see cref="StepRecord.LastAnnounced"/>). It is in no pool meanwhile; see <see cref="Leave"/>.
    /// </summary>
    protected bool TryStay()
    {
        if (Task is not { Announces: true } task || !ReferenceEquals(task.LastAnnounced, this))
        {
            return false;
        }

        ForgetError();
        return true;
    }

    /// <summary>Drops every reference that a free node must not hold.</summary>
    protected void Forget()
    {
        if (!_isOwn)
        {
            Task = null;
        }

        Owner = null;
        ForgetError();
    }

    private void ForgetError()
    {
        if (_error is not null)
        {
            _error = null;
        }
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
        _await.Write(Nobody);
        ForgetAwaiter();
        _flowed = null;
        _suspendsOnce = false;
        _registered = false;
        Next = Previous = ThirdAfter = NextToWake = null;
        NextInInbox = null;
        Forget();
    }

    /// <summary>Who awaits an announced wait becomes one whom others can find and tell.</summary>
    private void Unannounce()
    {
        if (_isAnnounced)
        {
            _isAnnounced = false;
            _await.Write(Awaited);
        }
    }

    /// <summary>Drops who awaited it last.</summary>
    internal void ForgetAwaiter()
    {
        _isAnnounced = false;
        _continuation = null;
        _state = null;
    }

    private void SuspendOnce()
    {
        _suspendsOnce = true;
        _await.Write(Published);
    }

    private void SetPhase(int phase) => _word.Write((_word.Read() & ~PhaseMask) | phase);

    private static int NextVersion(int word) => ((word >> VersionShift) + 1) << VersionShift;
}
