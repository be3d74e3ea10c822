namespace Lab.Execution;

/// <summary>What shrinking did to a failure.</summary>
public sealed record ShrinkingFacts
{
    /// <summary>Steps of the execution that was found.</summary>
    public long FoundSteps { get; init; }

    /// <summary>Its switches from one task to another.</summary>
    public int FoundSwitches { get; init; }

    /// <summary>Its switches away from a task that could have continued.</summary>
    public int FoundPreemptions { get; init; }

    /// <summary>Executions that shrinking took.</summary>
    public long Executions { get; init; }

    /// <summary>False when the budget ended it: a smaller one may be near.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Why the failure was left as it was found; null when the result is the shrunk one.</summary>
    public string? NotShrunk { get; init; }
}
