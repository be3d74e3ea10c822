using Lab.Oracles;
using Lab.Seeds;
using Lab.Traces;

namespace Lab.Execution;

/// <summary>What one execution showed.</summary>
public sealed record LabResult
{
    public required Verdict Verdict { get; init; }

    /// <summary>The execution's own seed.</summary>
    public required Seed Seed { get; init; }

    /// <summary>The strategy that answered, as text.</summary>
    public required string Strategy { get; init; }

    /// <summary>Its index in the run, from 0.</summary>
    public long Index { get; init; }

    public long Steps { get; init; }

    /// <summary>Decisions that had at least two alternatives.</summary>
    public int DecisionCount { get; init; }

    /// <summary>Hash of the happens-before relation: equal for interleavings that differ only in the order of independent operations.</summary>
    public UInt128 Fingerprint { get; init; }

    /// <summary>Hash of what the program said with <c>cx.Note</c>, each task's notes in their order: with equal fingerprints it is equal too.</summary>
    internal ulong Outcome { get; init; }

    /// <summary>How far the virtual clock went.</summary>
    public TimeSpan VirtualTime { get; init; }

    /// <summary>The full trace; only of recorded executions (failing ones are re-executed to get it).</summary>
    public Trace? Trace { get; init; }

    /// <summary>Where the trace was written; null if it was not.</summary>
    public string? TracePath { get; init; }
}
