namespace Lab.Linearizability;

/// <summary>Which part of a call takes effect at a point.</summary>
internal enum Phase
{
    Whole,
    Request,
    Complete,
    Cancel,
}

/// <summary>Something that takes effect at one moment: a call, or one phase of a call that waits in line.</summary>
internal sealed class Point<TState>
{
    internal required RecordedCall Of { get; init; }

    internal required Phase Phase { get; init; }

    /// <summary>What the model allows for it in a state.</summary>
    internal required Func<TState, Steps<TState>> Steps { get; init; }

    /// <summary>The answer that was seen; null where any will do.</summary>
    internal required Answer? Seen { get; init; }

    /// <summary>It took effect for sure.</summary>
    internal required bool IsRequired { get; init; }

    /// <summary>It took effect after this stamp.</summary>
    internal required long Start { get; init; }

    /// <summary>It took effect before this stamp, if at all; <see cref="long.MaxValue"/> for "not yet over".</summary>
    internal required long End { get; init; }

    /// <summary>The request that this completes or cancels; null for a call of one phase and for a request.</summary>
    internal Point<TState>? Request { get; init; }
}
