namespace Lab.Core.Observing;

/// <summary>What happened. Beside each kind: the target, then what <c>a</c> and <c>b</c> hold when they are used.</summary>
internal enum EventKind : byte
{
    None,

    // Tasks and steps; the target is the task's Cx.
    TaskSpawned,             // target: the child's Cx
    TaskWoken,               // target: the woken task's Cx
    TaskCompleted,           // target: Cx; a: OutcomeKind
    TaskJoined,              // target: the joined task's Cx; its outcome was read
    TaskPreempted,           // lab: another task was chosen although this one could go on; a: its pending OperationKind

    // Gates.
    GateEntered,
    GateExited,

    // Cancellation; the target is the CancellationNode (a Cx, a Scope or a plain node).
    CancelRequested,         // a: CancellationKind
    CancelStrengthened,      // a: CancellationKind
    CancelAcknowledged,      // a: CancellationKind
    CancelChecked,           // a: 1 when the flag was seen

    // Scopes; the target is the Scope.
    ScopeOpened,
    ScopeClosing,
    ScopeClosed,             // a: live children (must be 0)
    ScopeFaulted,            // a fault was recorded: the first one counts
    RaceDecided,             // target: the race's scope; a branch ended; a: 1 when it won
    ScopeForgotten,          // its task ended normally without closing it, with live children or finalizers in it; a: live children

    // Channels; the target is the channel's core.
    ChannelReserveWaiting,   // a reservation or a send parked
    ChannelReserved,         // a: reservations outstanding after it
    ChannelSent,             // a: the message's stamp (1, 2, 3, ... in the order in which sends take effect), b: reservations outstanding after it
    ChannelReceived,         // a: the stamp of the message taken
    ChannelAborted,          // a: reservations outstanding after it
    ChannelReceiveWaiting,
    ChannelWaitCanceled,     // a parked reservation, send or receive left
    ChannelPassedOn,         // a chosen, cancelled receive gave its message back
    ChannelForked,           // one more sender; a: senders after it
    ChannelSenderClosed,     // one sender ended; a: senders left
    ChannelReceiverClosed,   // the receiver takes no new reservations
    ChannelDropped,          // receiver disposed; a: number of buffered messages dropped
    ChannelFull,             // a Try* found no room (a read of the channel); a: 1 when it was refused for ever: the channel is closed
    ChannelEmpty,            // a TryReceive found nothing (a read of the channel); a: 1 when it was the end
    PermitLeaked,            // a permit was left unresolved by a task that completed normally

    // Notify; the target is the Notify.
    NotifyWaiting,           // a waiter registered
    NotifyPermitTaken,       // a wait was completed by the stored permit
    NotifyOneWoke,           // NotifyOne chose a waiter
    NotifyOneStored,         // NotifyOne stored the permit; a: 1 if one was stored already
    NotifyAll,               // a: how many were woken
    NotifyPassedOn,          // a chosen, cancelled waiter gave its permit back (a wake or a store event follows)
    NotifyCanceled,          // a waiter left without having been chosen

    // Semaphore and mutex; the target is the primitive.
    SemaphoreWaiting,
    SemaphoreAcquired,       // a: count taken
    SemaphoreReleased,       // a: count given back
    SemaphoreCanceled,
    SemaphoreBusy,           // a TryAcquire found too few (a read of the semaphore)
    MutexWaiting,
    MutexLocked,
    MutexUnlocked,
    MutexCanceled,
    MutexBusy,               // a TryLock found it locked (a read of the mutex)

    // Oneshot.
    OneshotSent,
    OneshotReceived,
    OneshotClosed,
    OneshotWaiting,
    OneshotPassedOn,         // a chosen, cancelled receive gave the message back
    OneshotEmpty,            // a TryReceive found nothing (a read); a: 1 when it was the end

    /// <summary>A property of a primitive was looked at; the target is the primitive.</summary>
    StateRead,

    // Time.
    TimerSet,                // target: the timer; a: due (ticks; natively -1 when it counts from the next look at the clock), b: sequence
    TimerFired,              // target: the timer; a: due (ticks), b: sequence
    TimerCanceled,           // target: the timer
    ClockAdvanced,           // a: from (ticks), b: to (ticks)
    ClockRead,

    RandomDrawn,             // a: bound, b: value

    // Declared sharing; the target is the Shared<T> or a model object of the lab.
    SharedRead,
    SharedWritten,
    SharedExchanged,         // a: 1 when the compare-exchange took effect
    ModelAcquired,           // a: how many a semaphore has left
    ModelReleased,           // a: how many a semaphore has then; 0 for a mutex
    ModelSignaled,           // a: how many waits it ended
    ModelWaiting,            // target: the condition; a wait begins
    ModelCanceled,           // a request or wait ended with its task's cancellation

    HistoryWritten,          // target: a history of calls; one of them came back or began to wait
}
