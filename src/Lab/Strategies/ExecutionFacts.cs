using Lab.Causality;

namespace Lab.Strategies;

/// <summary>What a strategy is told of an execution that ended; valid during the call.</summary>
internal readonly ref struct ExecutionFacts
{
    /// <summary>The execution's index in its run.</summary>
    internal required long Index { get; init; }

    /// <summary>Steps, forced ones included.</summary>
    internal required long Steps { get; init; }

    /// <summary>Decisions with at least two alternatives.</summary>
    internal required int Decisions { get; init; }

    /// <summary>Those of them that chose who proceeds: random draws and whom a worker steals from are not among them.</summary>
    internal required int Choices { get; init; }

    internal required bool IsFailure { get; init; }

    internal required UInt128 Fingerprint { get; init; }

    /// <summary>The tasks in order of creation; <c>Cx.Task.Polls</c> counts the steps of each.</summary>
    internal required ReadOnlySpan<TaskShadow> Tasks { get; init; }
}
