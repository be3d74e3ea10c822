using System.Runtime.CompilerServices;
using Lab.Core.Cancellation;
using Lab.Core.Memory;
using Lab.Core.Observing;

namespace Lab.Core.Scheduling;

/// <summary>
/// The record of one task: wake state, continuations, waits. It is also the task's synchronization context, so that every BCL await inside the
/// task comes home to it. A step runs exactly one continuation, and the continuations of a task never run in parallel.
/// </summary>
internal abstract partial class RuntimeTask : StepRecord
{
    /// <summary>Operations that may complete inline before a task must let others run (natively; cooperative budget of design D3).</summary>
    internal const int InlineBudget = 128;

    private static readonly Action s_nothing = static () => { };

    internal readonly Scheduler Scheduler;

    /// <summary>Asked to cancel: its entries go to the cancel lane.</summary>
    internal bool IsPromoted;

    /// <summary>The budget's deadline in scheduler ticks; <see cref="long.MaxValue"/> if it has none. With one, entries go to the timed lane.</summary>
    internal long Deadline = long.MaxValue;

    /// <summary>The execution that the record serves; a wake that comes for an earlier one must not reach this. Lab only.</summary>
    internal long Epoch;

    /// <summary>Its body awaits Core alone: the record may be recycled, and what the BCL posts here from outside is a broken promise.</summary>
    internal bool IsRecyclable;

    /// <summary>
    /// Lab: it has waited for several things at once, as in a WhenAll or WhenAny: from then on what it goes on with is something that others decide.
    /// </summary>
    internal bool HadSeveralWaits;

    /// <summary>Lab: the wake that is being reported comes with a continuation of the BCL, from outside of the task's steps.</summary>
    internal bool IsPosted;

    private readonly WaitNode _firstNode;
    private ContinuationInbox _inbox;
    private int _inlineLeft;

    /// <summary>Whether the record's own node was used: if not, it is as new.</summary>
    private bool _hasRented;
    private AtomicReference<WaitNode> _wait;
    private TaskLedger? _ledger;
    private AtomicInt32 _asyncVoids;

    /// <summary>How many threads have posted and are about to wake the task. Counted for recyclable records only.</summary>
    private AtomicInt32 _posting;

    private Stack<WaitNode>? _spareNodes;

    /// <summary>Spare nodes in use.</summary>
    private int _sparesOut;

    protected RuntimeTask(Scheduler scheduler)
        : base(scheduler.Announces)
    {
        Scheduler = scheduler;
        _firstNode = new WaitNode(this);
        if (Instrumentation.IsEnabled)
        {
            SetWaitNotificationRequired();
        }
    }

    /// <summary>
    /// The task looks at its own flag. An observer hears of it only when the flag is set: that it was not set before is seen in the order of the task's
    /// steps, and every operation looks.
    /// </summary>
    internal bool SeesCancellation
    {
        get
        {
            if (Instrumentation.IsEnabled)
            {
                HasLooked = true;
            }

            return Node.ShownReason is not null && Node.IsCancellationRequested;
        }
    }

    /// <summary>True when the body and everything it left running in this context has ended.</summary>
    internal abstract bool IsBodyDone { get; }

    internal bool HasAsyncVoids => HadAsyncVoids && (_asyncVoids.Read() != 0 || HasContinuations);

    /// <summary>True while operations that can complete may do so without suspending; false in the lab and when the budget is used up.</summary>
    internal bool CanCompleteInline => _inlineLeft > 0;

    /// <summary>Permits and the like that the task took and must resolve; created on first use.</summary>
    internal TaskLedger Ledger => _ledger ?? CreateLedger();

    internal bool HasUnresolved => _ledger is { HasObligations: true };

    /// <summary>The node of the wait the task is in: announced, or the only one registered. For reports.</summary>
    internal WaitNode? CurrentWait => Announced ?? _wait.Read();

    /// <summary>True once per operation that completes inline; false when it must go the long way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TakeInline()
    {
        if (_inlineLeft > 0)
        {
            _inlineLeft--;
            return true;
        }

        return false;
    }

    /// <summary>
    /// In a step of this task, which is about to join a task that is ready, under an entry with this sequence, and has not begun: that one's first step
    /// may be run now. See <see cref="IDispatch.RunJoined"/>. It counts as an operation that completed inline: a task that does nothing but
    /// join lets others run as well.
    /// </summary>
    internal JoinedStep RunJoined(RuntimeTask joined, int sequence)
    {
        if (_inlineLeft <= 0 || (Node.ShownReason is not null && MaskDepth == 0))
        {
            return JoinedStep.NotRun;
        }

        _inlineLeft--;
        return Scheduler.Dispatch.RunJoined(this, joined, sequence);
    }

    /// <summary>A free node: the record's own if it is free, else a spare one.</summary>
    internal WaitNode RentNode(IWaitable? owner, OperationKind operation, long argument = 0)
    {
        _hasRented = true;
        var node = _firstNode.IsFree ? _firstNode : RentSpare();
        node.Arm(this, owner, operation, argument);
        return node;
    }

    /// <summary>A yield that is a wait like any other.</summary>
    internal WaitNode StartYield() => RentNode(null, OperationKind.Yield).StartSuspending();

    internal void ReturnNode(WaitNode node)
    {
        _sparesOut--;
        node.ForgetAwaiter();
        _spareNodes!.Push(node);
    }

    /// <summary>
    /// The body goes on. Should it end outside of this task's steps, that comes home: inline when it ends inside of one, else posted (and thereby waking it).
    /// In the lab a task that yields has another step for certain, which looks by itself: nobody needs to be told until it waits for something else.
    /// </summary>
    private protected void AwaitBody()
    {
        IsBodyUnawaited = Announcing == Announcement.Yield;
        if (!IsBodyUnawaited)
        {
            Body!.GetAwaiter().UnsafeOnCompleted(s_nothing);
        }
    }

    /// <summary>Lab: at the end of each step after which the body goes on.</summary>
    internal void AwaitBodyLater()
    {
        if (IsBodyUnawaited)
        {
            AwaitBody();
        }
    }

    /// <summary>For contexts without a body.</summary>
    protected void MarkStarted() => HasStarted = true;

    /// <summary>Runs one continuation (or starts the body). Called by <see cref="Scheduler"/> inside a step.</summary>
    internal void RunOne()
    {
        Polls++;
        if (ResumesFromJoin)
        {
            ResumesFromJoin = false;
        }
        else
        {
            _inlineLeft = Scheduler.InlineBudget;
        }

        if (!HasStarted)
        {
            HasStarted = true;
            _resumption = Resumption.Start;
            StartBody();
        }
        else if (_inbox.Take() is { } item)
        {
            Resume(item);
        }
    }

    internal bool HasContinuations => !_inbox.IsEmpty;

    /// <summary>Lab: a continuation of the BCL's is in the inbox. Of a task that has ended it never runs.</summary>
    internal bool HasPostedContinuations => _inbox.HasPosted;

    /// <summary>
    /// In its last step: no continuation, wait, node or obligation of the task is left that could reach the record later. Whoever resumed it with a post
    /// has also woken it: a poster counts itself before it posts, so whoever ran what it posted sees the count.
    /// </summary>
    internal bool IsClean =>
        _inbox.IsEmpty && _firstNode.IsFree && _sparesOut == 0 && _wait.Read() is null && _ledger is not { IsEmpty: false } && !HadAsyncVoids && !IsPromoted
        && MaskDepth == 0 && _posting.Read() == 0;

    /// <summary>Posts a resumed wait and wakes the task. One exchange when the task is idle, none inside a step of its own.</summary>
    internal void Post(InboxItem item)
    {
        if (Wake.TryBeginHanding())
        {
            Hand(item);
        }
        else if (Wake.IsKept && TryPostKept(item))
        {
            // Its worker's own affair.
        }
        else if (Wake.IsPolling && ReferenceEquals(Current, this) && !HasLastStepEnded && _inbox.TryPut(item))
        {
            // The step that we are in looks into the inbox when it ends.
            Scheduler.ReportWake(this);
        }
        else if (IsRecyclable)
        {
            // What is posted may be run at once, and be the end of the task: until the wake is done as well, the record must not go on to another.
            _posting.Increment();
            _inbox.Post(item);
            Scheduler.WakeTask(this);
            LookAtEnd();
            _posting.Decrement();
        }
        else
        {
            _inbox.Post(item);
            Scheduler.WakeTask(this);
            LookAtEnd();
        }
    }

    private void Hand(InboxItem item)
    {
        // What is there already is of a poster who has not woken the task yet, and will find that we have.
        Put(item);
        Scheduler.ReportWake(this);
        Wake.EndHanding();
        Scheduler.Dispatch.Enqueue(this, ReadyReason.Woken);
    }

    /// <summary>A wait that cancellation must find; in a step of the task. Others see it at the latest after the next fence of this thread.</summary>
    internal void Register(WaitNode node)
    {
        if (Instrumentation.IsEnabled)
        {
            LookForOtherWait();
        }

        if (_wait.Read() is null)
        {
            _wait.Write(node);
        }
        else
        {
            Ledger.Add(node);
        }
    }

    internal void Unregister(WaitNode node)
    {
        if (ReferenceEquals(_wait.Read(), node))
        {
            _wait.Write(null);
        }
        else
        {
            _ledger?.Remove(node);
        }
    }

    /// <summary>Ends every unmasked wait: the task was asked to cancel. Called on any thread after the flag was published.</summary>
    internal void CancelWaits()
    {
        WithdrawWaits(all: false, isLastStep: false);
        if (Instrumentation.IsEnabled && IsLabDisabled)
        {
            // What it announced cannot take effect, but it can end now.
            Scheduler.Dispatch.EnqueueAnnounced(this);
        }
    }

    /// <summary>The task ended: waits that nobody awaits any more are withdrawn, so that nothing they were given is lost.</summary>
    /// <param name="isLastStep">No other step runs, or will: what chosen waits were given is given back. Otherwise the step that runs does it when it ends.</param>
    internal void AbandonWaits(bool isLastStep) => WithdrawWaits(all: true, isLastStep);

    /// <summary>The unmasked wait or checkpoint saw the cancellation: acknowledges it and makes the exception to throw.</summary>
    internal abstract Exception AcknowledgeCancellation();

    /// <summary>A failed operation as a ValueTask.</summary>
    internal ValueTask Failed(Exception error) => ValueTask.FromException(error);

    /// <summary>Calls the user's body for the first time; on a step of this task.</summary>
    protected abstract void StartBody();

    /// <summary>An exception left a continuation of this context (async void, a callback): it faults the task.</summary>
    internal abstract void Escaped(Exception error);

    /// <summary>The body is done: computes the outcome, tells the scope and the joiners. Called once, at the end of the last step.</summary>
    internal abstract void Complete();

    public sealed override void Post(SendOrPostCallback d, object? state)
    {
        if (IsRecyclable && !ReferenceEquals(Current, this) && !HasLastStepEnded)
        {
            // The BCL resumes a body that was to await Core alone: this task's, or that of an earlier tenant. Nobody can say whose; so nothing of it runs,
            // and the task that is here now says what happened. Behind the last task of all it goes on outside.
            Post(new BrokenPromise());
            return;
        }

        var posted = new PostedContinuation(d, state);
        if (Instrumentation.IsEnabled && Instrumentation.Current is not null)
        {
            // What the BCL resumes it with was a wait too.
            LookForOtherWait();
        }

        if (Instrumentation.IsEnabled && !ReferenceEquals(Current, this))
        {
            IsPosted = true;
            Post(posted);
            IsPosted = false;
        }
        else
        {
            Post(posted);
        }
    }

    public sealed override void Send(SendOrPostCallback d, object? state)
    {
        if (!ReferenceEquals(Current, this))
        {
            throw new NotSupportedException("A task's context runs continuations one at a time and cannot be entered from outside; use Post.");
        }

        d(state);
    }

    public sealed override SynchronizationContext CreateCopy() => this;

    public sealed override void OperationStarted()
    {
        HadAsyncVoids = true;
        _asyncVoids.Increment();
    }

    public sealed override void OperationCompleted()
    {
        if (_asyncVoids.Decrement() == 0)
        {
            Scheduler.WakeTask(this);
        }
    }

    public sealed override int Wait(IntPtr[] waitHandles, bool waitAll, int millisecondsTimeout) =>
        Scheduler.Dispatch.BlockingWait(this, waitHandles, waitAll, millisecondsTimeout);

    /// <summary>Really blocks the thread; for dispatches.</summary>
    internal static int Block(IntPtr[] waitHandles, bool waitAll, int millisecondsTimeout) => WaitHelper(waitHandles, waitAll, millisecondsTimeout);

    /// <summary>Makes a record that is clean ready for its next task, which <see cref="Scheduler.StartTask"/> starts.</summary>
    protected void RenewClean()
    {
        Wake.Hold();
        _firstNode.ForgetAwaiter();
        HasStarted = false;
        HadSeveralWaits = false;
        Body = null;
        Deadline = long.MaxValue;
        Polls = 0;
        ForgetKeeping();
    }

    /// <summary>Makes a record of a finished execution as new. Only when nobody outside can still post to it.</summary>
    internal virtual void Renew()
    {
        Wake.Renew();
        if (_hasRented)
        {
            _hasRented = false;
            _firstNode.Renew();
        }

        _inbox.Clear();
        HasStarted = false;
        HasEscaped = false;
        IsBodyUnawaited = false;
        Body = null;
        _wait.Write(null);
        _ledger?.Clear();
        _asyncVoids.Write(0);
        HadAsyncVoids = false;
        _after.Write(0);
        _sparesOut = 0;
        ForgetAnnounced();
        MaskDepth = 0;
        HadSeveralWaits = false;
        IsPromoted = false;
        Deadline = long.MaxValue;
        Polls = 0;
        ForgetKeeping();
        LabSlot = -1;
        IsLabEnabled = false;
        IsLabDisabled = false;
        SetSite("", 0);
    }

    private void WithdrawWaits(bool all, bool isLastStep)
    {
        if (_wait.Read() is { } node)
        {
            WithdrawWait(node, all, isLastStep);
        }

        if (_ledger is { } ledger)
        {
            foreach (var other in ledger.Snapshot())
            {
                WithdrawWait(other, all, isLastStep);
            }
        }
    }

    /// <summary>Ends a wait of this task that a canceller may have missed.</summary>
    internal void CancelWait(WaitNode node) => WithdrawWait(node, all: false, isLastStep: false);

    private void WithdrawWait(WaitNode node, bool all, bool isLastStep)
    {
        // The wait may end, and its node begin another one elsewhere, while we look: the version protects the withdrawal. A canceller of a scope's body may
        // come when that body has ended: nothing is shown of its request then, and later waits are not meant.
        if (node.TryIdentify(this, out var owner, out var version, out var cancellable) && (all || (cancellable && Node.ShownReason is not null)))
        {
            owner.Withdraw(node, version);
            if (isLastStep)
            {
                // After the gate: whether it was chosen is decided.
                node.GiveBack();
            }
        }
    }

    private WaitNode RentSpare()
    {
        _sparesOut++;
        _spareNodes ??= new Stack<WaitNode>();
        return _spareNodes.TryPop(out var node) ? node : new WaitNode();
    }

    private TaskLedger CreateLedger()
    {
        // Two threads may meet here (the task and its canceller); the loser's ledger is empty and dropped.
        Atomic.InitializeOnce(ref _ledger, new TaskLedger());
        return _ledger!;
    }
}
