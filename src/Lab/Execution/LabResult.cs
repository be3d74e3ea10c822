using Lab.Oracles;
using Lab.Seeds;
using Lab.Traces;

namespace Lab.Execution;

/// <summary>What one execution showed.</summary>
public sealed record LabResult
{
    /// <summary>What the oracles judged; <see cref="Verdict.IsFailure"/> says which way.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The execution's own seed.</summary>
    public required Seed Seed { get; init; }

    /// <summary>The strategy that answered, as text.</summary>
    public required string Strategy { get; init; }

    /// <summary>Its index in the run, from 0.</summary>
    public long Index { get; init; }

    /// <summary>Steps taken: what one task does between two scheduling points is one.</summary>
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

    /// <summary>What shrinking did; null if it was not tried.</summary>
    public ShrinkingFacts? Shrinking { get; init; }

    /// <summary>Why it failed, as far as a passing execution near it tells; null if none was found, or looked for.</summary>
    public FailureCause? Cause { get; init; }

    /// <summary>Accesses of shared variables that no synchronisation puts in an order; computed from the trace at each call, none without one.</summary>
    public IReadOnlyList<Race> Races => Trace is null ? [] : RaceDetection.In(Trace);

    /// <summary>Where the trace was written; null if it was not.</summary>
    public string? TracePath { get; init; }

    /// <summary>Why the trace could not be written; null if it was, or if nobody asked. A failure is reported nevertheless.</summary>
    public string? TraceError { get; init; }

    /// <summary>In one line. Test runners print the properties of exceptions, and the whole is in the report.</summary>
    public override string ToString() => FormattableString.Invariant($"{Verdict.Name} ({Strategy}, execution {Index}, {Steps} steps)");
}
