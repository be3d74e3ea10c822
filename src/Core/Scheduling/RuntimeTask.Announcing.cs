using System.Runtime.CompilerServices;
using Lab.Core.Observing;

namespace Lab.Core.Scheduling;

// Lab: what the task is about to do. An awaited operation is announced and takes effect when it is chosen, or at the task's next call (design D3).
// A yield waits for nothing that others could find, so it needs no node: its continuation is kept here.
internal abstract partial class RuntimeTask
{
    private static readonly object s_body = new();

    // How the running step began, until the task announces something: from then on nobody can tell.
    private Resumption _resumption;

    // Whom a posted step resumed; and, while a call is announced, whom the step in which it was made had resumed (s_body: it called the body).
    private object? _resumed;

    // What was announced begins at its call, unless nothing of the task runs between the call and the end of its step.
    private bool _isCall;

    // The operation that was announced; a yield has none.
    internal WaitNode? Announced => Announcing == Announcement.Operation ? LastAnnounced : null;

    internal bool HasAnnounced => Announcing != Announcement.None;

    /// <summary>Something was announced, and its awaiter is there: it may be chosen. What nobody awaits takes effect.</summary>
    internal bool AwaitsAnnounced =>
        Announcing == Announcement.Yield || (Announcing == Announcement.Operation && LastAnnounced!.IsAwaited && (!_isCall || IsAwaitedByResumed));

    /// <summary>
    /// Who awaits the announced call is the method that this step resumed, or the body that it called: when that suspends, the step is over. Any other was
    /// called in the middle of this step by one that goes on after it, and may tell others by a plain field that the wait has begun.
    /// </summary>
    private bool IsAwaitedByResumed =>
        LastAnnounced!.Awaiter is { } awaiter && ReferenceEquals(awaiter, ReferenceEquals(_resumed, s_body) ? Body : _resumed);

    internal bool IsAnnounced(WaitNode node) => Announcing == Announcement.Operation && ReferenceEquals(LastAnnounced, node);

    /// <summary>It has announced a yield.</summary>
    internal bool IsYielding => Announcing == Announcement.Yield;

    /// <summary>How a yield goes on: for the memory that will be needed.</summary>
    internal Action? Yielded => Announcing == Announcement.Yield ? AfterYield : null;

    /// <inheritdoc cref="Pending"/>
    internal OperationKind PendingOperation => Pending(out _);

    /// <summary>What <see cref="PendingOperation"/> is on.</summary>
    internal TracedObject? PendingTarget
    {
        get
        {
            Pending(out var target);
            return target;
        }
    }

    /// <summary>What the task would do next, and on what: for strategies, decisions and reports.</summary>
    internal OperationKind Pending(out TracedObject? target)
    {
        if (_inbox.Peek() is { } item)
        {
            target = item.Subject;
            return item.Operation == OperationKind.Continue && !HasStarted ? OperationKind.Start : item.Operation;
        }

        return PendingAnnounced(out target);
    }

    /// <summary>What <see cref="Pending"/> says while nothing was posted to the task.</summary>
    internal OperationKind PendingAnnounced(out TracedObject? target)
    {
        if (Announcing == Announcement.Operation)
        {
            var node = LastAnnounced!;
            target = node.Owner?.Target;
            return node.Operation;
        }

        target = null;
        return Announcing == Announcement.Yield ? OperationKind.Yield : HasStarted ? OperationKind.Continue : OperationKind.Start;
    }

    /// <summary>What it goes on with is a wait that was cancelled, or will see that it is.</summary>
    internal bool IsPendingCanceled => !_inbox.IsEmpty
        ? _inbox.Peek()!.IsCanceled
        : Node.ShownReason is not null && (Announced is { IsCancellable: true } || (Announcing == Announcement.Yield && Yield == YieldPhase.Waiting));

    /// <summary>What it goes on with is a wait that cancellation has ended already.</summary>
    internal bool IsPendingWithdrawn => _inbox.IsEmpty ? IsPendingCanceled : _inbox.Peek()!.IsWithdrawn;

    /// <summary>The node that has stayed here since it was announced, if it is one for the next operation on its owner too; see <see cref="WaitNode.TryStay"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TNode? Stayed<TNode>(IWaitable owner)
        where TNode : WaitNode =>
        LastAnnounced is TNode { IsFree: true } node && ReferenceEquals(node.Owner, owner) ? node : null;

    /// <summary>It makes a call at this place that is awaited there and then, where such calls are announced.</summary>
    internal bool AwaitsCall(string file, int line) => Announces && Scheduler.Dispatch.AwaitsCall(file, line);

    /// <summary>The operation waits to be chosen.</summary>
    internal void Announce(WaitNode node)
    {
        _resumption = Resumption.Unknown;
        _isCall = false;
        if (!ReferenceEquals(LastAnnounced, node))
        {
            LastAnnounced?.Leave();
            LastAnnounced = node;
        }

        LookForOtherWait();
        Announcing = Announcement.Operation;
    }

    /// <summary>The operation of a call that is awaited where it is made waits to be chosen; or begins at the end of this step, which is as well as at the call.</summary>
    internal void AnnounceCall(WaitNode node)
    {
        _resumed = _resumption switch
        {
            Resumption.Start => s_body,
            Resumption.Operation => LastAnnounced!.Awaiter,
            Resumption.Yield => AfterYield!.Target,
            Resumption.Posted => _resumed,
            _ => null,
        };
        Announce(node);
        _isCall = true;
    }

    /// <summary>The task awaits a yield, and goes on with <paramref name="continuation"/> when it is chosen.</summary>
    internal void AnnounceYield(Action continuation)
    {
        // Another branch of the body may have announced something since the call.
        TakeAnnouncedEffect();
        if (!ReferenceEquals(AfterYield, continuation))
        {
            AfterYield = continuation;
        }

        _resumption = Resumption.Unknown;
        LookForOtherWait();
        Announcing = Announcement.Yield;
        Yield = MaskDepth == 0 ? YieldPhase.Waiting : YieldPhase.WaitingMasked;
    }

    /// <summary>A wait begins: whether there is another already, registered or complete and not gone on with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void LookForOtherWait()
    {
        if ((_wait.Read() is not null || !_inbox.IsEmpty) && !HadSeveralWaits)
        {
            WaitsFor((InboxItem?)_wait.Read() ?? _inbox.Peek()!);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WaitsFor(InboxItem other)
    {
        HadSeveralWaits = true;
        if (other is WaitNode node)
        {
            node.ReportLook();
        }
    }

    /// <summary>The awaiter of a yield resumes.</summary>
    internal void EndYield()
    {
        var phase = Yield;
        Yield = YieldPhase.None;
        if (phase != YieldPhase.Over)
        {
            throw phase == YieldPhase.Canceled
                ? AcknowledgeCancellation()
                : new InvalidOperationException("The result of a yield was read before it completed, or twice. Await it instead, once.");
        }
    }

    /// <summary>Called at every call into the core: an earlier announced operation takes effect before the next one begins.</summary>
    internal void TakeAnnouncedEffect()
    {
        if (Announcing != Announcement.None)
        {
            TakeAnnouncedEffectSlow();
        }
    }

    /// <summary>The announced operation was chosen.</summary>
    internal void RunAnnounced()
    {
        Polls++;
        var announcing = Announcing;
        Announcing = Announcement.None;
        if (announcing == Announcement.Yield)
        {
            _resumption = Resumption.Yield;
            Yield = LookAtYield();
            AfterYield!();
        }
        else
        {
            _resumption = Resumption.Operation;
            LastAnnounced!.RunAnnounced();
        }
    }

    /// <summary>A yield that took effect without having been chosen goes on.</summary>
    internal void RunTakenYield(Action continuation, bool isCanceled)
    {
        Yield = isCanceled ? YieldPhase.Canceled : YieldPhase.Over;
        continuation();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TakeAnnouncedEffectSlow()
    {
        var announcing = Announcing;
        Announcing = Announcement.None;
        if (announcing == Announcement.Operation)
        {
            LastAnnounced!.TakeEffect();
            return;
        }

        var isCanceled = LookAtYield() == YieldPhase.Canceled;
        Yield = YieldPhase.None;
        Post(new TakenYield(this, AfterYield!, isCanceled));
    }

    private YieldPhase LookAtYield() => Yield == YieldPhase.Waiting && SeesCancellation ? YieldPhase.Canceled : YieldPhase.Over;

    /// <summary>A step goes on with something that was posted.</summary>
    private void Resume(InboxItem item)
    {
        if (Announces)
        {
            (_resumption, _resumed) = item is WaitNode { Awaiter: { } awaiter } ? (Resumption.Posted, awaiter) : (Resumption.Unknown, null);
        }

        item.Run();
    }

    private void ForgetAnnounced()
    {
        _resumed = null;
        Announcing = Announcement.None;
        Yield = YieldPhase.None;
        LastAnnounced = null;
        AfterYield = null;
    }

    private enum Resumption : byte
    {
        Unknown,
        Start,
        Posted,
        Operation,
        Yield,
    }
}
