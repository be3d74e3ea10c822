namespace Lab.Linearizability;

/// <summary>Whether a history can be explained.</summary>
public enum JudgementKind
{
    /// <summary>Some order of the calls explains every answer.</summary>
    Linearizable,

    /// <summary>None does.</summary>
    NotLinearizable,

    /// <summary>The budget ran out before that was known.</summary>
    Inconclusive,
}

/// <summary>What is known about a history.</summary>
public sealed record Judgement
{
    /// <summary>The judgement itself.</summary>
    public required JudgementKind Kind { get; init; }

    /// <summary>Steps of the model that were tried.</summary>
    public required long Steps { get; init; }

    /// <summary>
    /// Not linearizable, but each task's calls in their own order are explained: an order may only have to move calls that did not overlap. Null when
    /// it was not looked for, or not found out within the budget. With parts (<c>PartitionBy</c>) it is said of the part that fails.
    /// </summary>
    public bool? IsSequentiallyConsistent { get; init; }

    /// <summary>A failure for people, at most 78 columns: the history as a table, how far the model follows, and what it has instead. Else empty.</summary>
    public required string Text { get; init; }

    internal static Judgement Explained(long steps) => new() { Kind = JudgementKind.Linearizable, Steps = steps, Text = "" };
}
