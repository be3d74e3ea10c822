namespace Lab.Core.Observing;

/// <summary>What a task is about to do: the operation that strategies, decisions and tables name. The text in traces is the lower-case name.</summary>
internal enum OperationKind : byte
{
    /// <summary>Nothing is known: a continuation posted by the BCL.</summary>
    Continue,
    Start,
    Resume,
    Yield,
    Delay,
    Join,
    Close,
    Send,
    Reserve,
    Receive,
    Wait,
    Acquire,
    Lock,
    Read,
    Write,
    Exchange,
    Signal,
    Unlock,

    /// <summary>The virtual clock moves to the next due time and fires one timer.</summary>
    Clock,

    /// <summary>A draw from <c>cx.Random</c>.</summary>
    Random,

    /// <summary>Virtual workers: which worker steps.</summary>
    Worker,

    /// <summary>Virtual workers: which worker is stolen from.</summary>
    Victim,
}
