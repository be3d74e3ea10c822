namespace Lab.Execution;

/// <summary>What shrinking did to a failure.</summary>
public sealed record ShrinkingFacts
{
    /// <summary>Steps of the execution that was found.</summary>
    public long FoundSteps { get; init; }

    /// <summary>The first line of its message, which may differ in numbers from what the shrunk one says.</summary>
    public string FoundMessage { get; init; } = "";

    /// <summary>Its switches from one task to another.</summary>
    public int FoundSwitches { get; init; }

    /// <summary>Its switches away from a task that could have continued.</summary>
    public int FoundPreemptions { get; init; }

    /// <summary>How often its clock moved while a task was ready.</summary>
    public int FoundEarlyAdvances { get; init; }

    /// <summary>Executions that shrinking took.</summary>
    public long Executions { get; init; }

    /// <summary>False when the budget ended it: a smaller one may be near.</summary>
    public bool IsComplete { get; init; }

    /// <summary>
    /// True when no failing schedule is smaller, in the order that <c>LabRuntime.Shrink</c> names: all that ask for no more were tried. False when
    /// those were too many for a tenth of the budget, or numbers are drawn: then none is smaller among those that differ in a little.
    /// </summary>
    public bool IsLeast { get; init; }

    /// <summary>Why the failure was left as it was found; null when the result is the shrunk one.</summary>
    public string? NotShrunk { get; init; }
}
