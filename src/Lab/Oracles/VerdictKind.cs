namespace Lab.Oracles;

/// <summary>What an execution showed. The text in traces and on the command line is the kebab-case name.</summary>
public enum VerdictKind
{
    /// <summary>Nothing wrong.</summary>
    Passed,

    /// <summary>An assertion of the program failed.</summary>
    AssertionFailed,

    /// <summary>Another exception left the program, or nobody observed it.</summary>
    Exception,

    /// <summary>Live tasks, and none of them can ever run.</summary>
    Deadlock,

    /// <summary>Nobody can run although an object has both a waiter and what it waits for.</summary>
    LostWakeup,

    /// <summary>The step limit was reached without an end: a livelock?</summary>
    StepLimit,

    /// <summary>A task outlived what should have waited for it.</summary>
    TaskLeak,

    /// <summary>A permit was left unresolved by a task that ended normally.</summary>
    PermitLeak,

    /// <summary>A continuation of a task was posted by a thread that the lab does not control.</summary>
    Escape,

    /// <summary>A task blocked the lab's thread.</summary>
    BlockingWait,

    /// <summary>The same schedule led elsewhere.</summary>
    Nondeterministic,

    /// <summary>The same happens-before, another outcome: something is shared that was not declared.</summary>
    UndeclaredSharing,

    /// <summary>A live oracle saw a rule of the core broken.</summary>
    OracleViolation,

    /// <summary>No order of concurrent calls explains what they answered.</summary>
    NotLinearizable,

    /// <summary>A check ran out of its budget before it knew.</summary>
    Inconclusive,

    /// <summary>The exploration or an oracle that was asked for saw nothing to judge.</summary>
    NotExercised,
}
