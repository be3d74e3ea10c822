namespace Lab.Generators;

/// <summary>What one step of a generated program does. Steps with a body run it inside.</summary>
public enum ProgramAction
{
    /// <summary>Lets others run.</summary>
    Yield,

    /// <summary>Waits some milliseconds.</summary>
    Delay,

    /// <summary>The full look at cancellation and budget.</summary>
    Checkpoint,

    /// <summary>Draws a number and yields that often.</summary>
    Draw,

    /// <summary>Sends a message, waiting for room.</summary>
    Send,

    /// <summary>Sends a message if there is room.</summary>
    TrySend,

    /// <summary>Reserves, runs the body, sends with the permit.</summary>
    ReserveSend,

    /// <summary>Reserves, runs the body, gives the slot back.</summary>
    ReserveAbort,

    /// <summary>Receives a message, waiting for one.</summary>
    Receive,

    /// <summary>Receives a message if there is one.</summary>
    TryReceive,

    /// <summary>Closes the receiving side.</summary>
    Close,

    /// <summary>Wakes one waiter, or stores the permit.</summary>
    NotifyOne,

    /// <summary>Wakes all who wait now.</summary>
    NotifyAll,

    /// <summary>Waits for a notification.</summary>
    Wait,

    /// <summary>Acquires from a semaphore, runs the body, releases.</summary>
    Acquire,

    /// <summary>Locks a mutex, runs the body, unlocks.</summary>
    Lock,

    /// <summary>Increments a shared variable by compare-exchange until it succeeds.</summary>
    Increment,

    /// <summary>Cancels a task.</summary>
    Cancel,

    /// <summary>Waits for the end of a task.</summary>
    Join,

    /// <summary>Starts a task that runs the body.</summary>
    Spawn,

    /// <summary>Runs the body as a child in a scope, and leaves the scope.</summary>
    Scope,

    /// <summary>Runs the body with a time limit in milliseconds.</summary>
    Timeout,

    /// <summary>The body races with a delay in milliseconds.</summary>
    Race,

    /// <summary>Runs the body masked; what would wait in it is skipped, since nothing could end that wait.</summary>
    Mask,
}
