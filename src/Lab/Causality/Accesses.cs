using System.Collections.Frozen;
using Lab.Core.Observing;

namespace Lab.Causality;

/// <summary>
/// The one table of dependence. Fingerprints, coverage, partial-order reduction and trace diffs all ask here, so that they agree about which
/// events commute. When in doubt an event is a write: a dependence too many costs executions, one too few hides interleavings.
/// </summary>
internal static class Accesses
{
    private static readonly FrozenDictionary<string, EventKind> s_kinds =
        Enum.GetValues<EventKind>().ToFrozenDictionary(kind => kind.ToString(), StringComparer.Ordinal);

    /// <summary>How an event of this kind touches its target. A compare-exchange counts as the write it may be.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The kind is not in the table.</exception>
    internal static AccessKind Of(EventKind kind) => kind switch
    {
        EventKind.None => AccessKind.None,

        // A wake is no access of its own: what woke the task is, and the woken task's next access meets it there.
        // A gate protects the object whose events are listed here; on its own it would make independent objects dependent.
        EventKind.TaskWoken or EventKind.TaskPreempted or EventKind.GateEntered or EventKind.GateExited => AccessKind.None,

        // A task's lifetime is one word: spawning and completing write it, a join reads it.
        EventKind.TaskSpawned or EventKind.TaskCompleted => AccessKind.Write,
        EventKind.TaskJoined => AccessKind.Read,

        // Requests write the node. Looking at the flag reads it, and so does the acknowledgement: only the task itself is changed by it.
        EventKind.CancelRequested or EventKind.CancelStrengthened => AccessKind.Write,
        EventKind.CancelChecked or EventKind.CancelAcknowledged => AccessKind.Read,

        EventKind.ScopeOpened or EventKind.ScopeClosing or EventKind.ScopeClosed or EventKind.ScopeForgotten or EventKind.ScopeFaulted
            or EventKind.RaceDecided => AccessKind.Write,

        // A failed attempt changes nothing: two of them commute. Everything else moves the queue, the capacity or the line of waiters.
        EventKind.ChannelFull or EventKind.ChannelEmpty or EventKind.SemaphoreBusy or EventKind.MutexBusy or EventKind.OneshotEmpty
            or EventKind.StateRead => AccessKind.Read,
        EventKind.ChannelReserveWaiting or EventKind.ChannelReserved or EventKind.ChannelSent or EventKind.ChannelReceived
            or EventKind.ChannelAborted or EventKind.ChannelReceiveWaiting or EventKind.ChannelSenderClosed
            or EventKind.ChannelReceiverClosed or EventKind.ChannelDropped or EventKind.PermitLeaked or EventKind.ChannelWaitCanceled
            or EventKind.ChannelPassedOn
            or EventKind.ChannelForked => AccessKind.Write,

        EventKind.NotifyWaiting or EventKind.NotifyPermitTaken or EventKind.NotifyOneWoke or EventKind.NotifyOneStored
            or EventKind.NotifyAll or EventKind.NotifyPassedOn or EventKind.NotifyCanceled => AccessKind.Write,

        EventKind.SemaphoreWaiting or EventKind.SemaphoreAcquired or EventKind.SemaphoreReleased or EventKind.SemaphoreCanceled
            or EventKind.MutexWaiting or EventKind.MutexLocked or EventKind.MutexUnlocked or EventKind.MutexCanceled => AccessKind.Write,

        EventKind.OneshotSent or EventKind.OneshotReceived or EventKind.OneshotClosed or EventKind.OneshotWaiting
            or EventKind.OneshotPassedOn => AccessKind.Write,

        // The clock is a process that writes time and the timers it fires.
        EventKind.TimerSet or EventKind.TimerFired or EventKind.TimerCanceled or EventKind.ClockAdvanced => AccessKind.Write,
        EventKind.ClockRead => AccessKind.Read,

        // The value drawn is the task's own: Fingerprint.Local takes it in.
        EventKind.RandomDrawn => AccessKind.None,

        EventKind.SharedRead => AccessKind.Read,
        EventKind.SharedWritten or EventKind.SharedExchanged => AccessKind.Write,
        EventKind.ModelAcquired or EventKind.ModelReleased or EventKind.ModelSignaled or EventKind.ModelWaiting
            or EventKind.ModelCanceled or EventKind.HistoryWritten => AccessKind.Write,

        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "[lab bug] This kind of event has no place in the table of accesses."),
    };

    /// <summary>As <see cref="Of(EventKind)"/>, and exact for a compare-exchange, which only reads when it did not take effect.</summary>
    /// <param name="kind">The kind of event.</param>
    /// <param name="a">The event's first number.</param>
    internal static AccessKind OfOutcome(EventKind kind, long a) =>
        kind == EventKind.SharedExchanged && a != 1 ? AccessKind.Read : Of(kind);

    /// <summary>How a pending operation will touch its object, before it is known what comes of it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The kind is not in the table.</exception>
    internal static AccessKind Of(OperationKind kind) => kind switch
    {
        OperationKind.Continue or OperationKind.Start or OperationKind.Resume or OperationKind.Yield => AccessKind.None,
        OperationKind.Random or OperationKind.Worker or OperationKind.Victim => AccessKind.None,
        OperationKind.Join or OperationKind.Read => AccessKind.Read,
        OperationKind.Delay or OperationKind.Close or OperationKind.Send or OperationKind.Reserve or OperationKind.Receive
            or OperationKind.Wait or OperationKind.Acquire or OperationKind.Lock or OperationKind.Write or OperationKind.Exchange
            or OperationKind.Signal or OperationKind.Unlock or OperationKind.Clock => AccessKind.Write,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "[lab bug] This kind of operation has no place in the table of accesses."),
    };

    /// <summary>The kind that a stored trace names; false for notes and for the names of other versions, which touch nothing.</summary>
    internal static bool TryParse(string name, out EventKind kind) => s_kinds.TryGetValue(name, out kind);

    /// <summary>Whether the order of two accesses of one object matters.</summary>
    internal static bool AreDependent(AccessKind first, AccessKind second) =>
        first != AccessKind.None && second != AccessKind.None && (first == AccessKind.Write || second == AccessKind.Write);
}
