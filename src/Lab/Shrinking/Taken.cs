namespace Lab.Shrinking;

/// <summary>A decision as it was taken in one execution.</summary>
internal readonly record struct Taken
{
    internal required Moment At { get; init; }

    /// <summary>The id of the task (or clock) that was chosen, or the number that was drawn or picked.</summary>
    internal required ulong Answer { get; init; }

    /// <summary>What the default would have been.</summary>
    internal required ulong Default { get; init; }

    /// <summary>For the lexicographic order: the task's number in the order of spawning, the clock after all tasks; a draw by its value.</summary>
    internal required ulong Rank { get; init; }

    internal bool IsPreemption { get; init; }

    /// <summary>The clock moved although a task was ready.</summary>
    internal bool IsEarly { get; init; }

    /// <summary>Another task than the one that ran before, which could not go on or gave way.</summary>
    internal bool IsStart { get; init; }

    /// <summary>What the task that ran before would do next is on this object; 0 when that is not known, or the task cannot go on.</summary>
    internal ulong PendingTarget { get; init; }

    /// <summary>Where its alternatives stand in the log, and how many they are; 0 for draws and picks.</summary>
    internal int FirstOption { get; init; }
    internal int Options { get; init; }

    internal bool IsDeviation => Answer != Default;
}

/// <summary>One alternative of a choice.</summary>
/// <param name="Strain">What the execution up to and with it asks for.</param>
internal readonly record struct Option(ulong Id, ulong Rank, bool IsPreemption, bool IsEarly, Strain Strain);
