namespace Lab.Core.Tasks;

/// <summary>How a task ended; a worse ending has a greater value.</summary>
public enum OutcomeKind
{
    /// <summary>It returned.</summary>
    Ok,

    /// <summary>It acknowledged a cancellation.</summary>
    Canceled,

    /// <summary>An exception left it.</summary>
    Faulted,
}
