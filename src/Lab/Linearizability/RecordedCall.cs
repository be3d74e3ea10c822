namespace Lab.Linearizability;

/// <summary>
/// One call in a history. Its moments are stamps: unique numbers, larger for later. What a history says of two calls is only whether one had
/// returned before the other was made.
/// </summary>
public sealed class RecordedCall
{
    /// <summary>Who called: a number per task. Calls of one task do not overlap.</summary>
    public required int Task { get; init; }

    /// <summary>What was called.</summary>
    public required Call Call { get; init; }

    /// <summary>When it was called.</summary>
    public required long Called { get; init; }

    /// <summary>When it was seen to wait, for the first time; its request was made by then. Default: null, not known.</summary>
    public long? Parked { get; set; }

    /// <summary>When it was asked to cancel, for the first time; it left its line, if it did, only after that. Default: null, not known.</summary>
    public long? AskedToCancel { get; set; }

    /// <summary>When it came back. Default: null, it has not: then it may have taken effect or not.</summary>
    public long? Returned { get; set; }

    /// <summary>What it answered, if it came back.</summary>
    public Answer Answer { get; set; }

    /// <summary>What it threw, if it did.</summary>
    internal Exception? Error { get; set; }

    /// <summary>The lab's steps at these moments, for tables; the stamps themselves where there was no lab.</summary>
    internal long CalledAt { get; init; } = -1;

    internal long ParkedAt { get; set; } = -1;

    internal long AskedToCancelAt { get; set; } = -1;

    internal long ReturnedAt { get; set; } = -1;

    internal bool IsPending => Returned is null;

    /// <summary><c>pop() -> 3</c>; <c>pop() ...</c> while it has not come back.</summary>
    public override string ToString() => IsPending ? $"{Call} ..." : $"{Call} -> {Answer}";
}
