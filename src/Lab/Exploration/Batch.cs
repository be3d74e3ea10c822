using Lab.Execution;
using Lab.Oracles;
using Lab.Strategies;

namespace Lab.Exploration;

/// <summary>What is kept of every execution until it is counted.</summary>
internal readonly record struct Executed(UInt128 Fingerprint, ulong Outcome, long Steps, bool IsFailure);

/// <summary>A failure of one execution of a batch, re-executed and recorded.</summary>
internal readonly record struct Finding(int Position, LabResult Result);

/// <summary>Consecutive executions that one worker ran; counted later, in the order of all.</summary>
/// <param name="first">Which of this run's own executions is the first one, from 0.</param>
/// <param name="wanted">How many there should be. Fewer: the run ends with this batch.</param>
internal sealed class Batch(long first, int wanted)
{
    /// <summary>More would be thrown away at a failure, and take up memory.</summary>
    internal const int MaxSize = 1024;

    private readonly Executed[] _executed = new Executed[wanted];

    internal long First => first;

    internal int Wanted => wanted;

    internal int Count { get; private set; }

    internal ReadOnlySpan<Executed> Executed => _executed.AsSpan(0, Count);

    /// <summary>In the order of their executions.</summary>
    internal List<Finding> Findings { get; } = [];

    /// <summary>What was taught, in the order of executions.</summary>
    internal List<object> Lessons { get; } = [];

    /// <summary>What each live oracle judged in these executions, re-executions included.</summary>
    internal long[] Judged { get; } = new long[LiveOracles.Names.Count];

    /// <summary>What the strategy decided in these executions; null if it does not count.</summary>
    internal StrategyMetrics? Metrics { get; set; }

    /// <summary>The search had no schedule left after this.</summary>
    internal bool IsExhausted { get; set; }

    /// <summary>The execution after the last never ended, and its thread was given up.</summary>
    internal Verdict? GivenUp { get; set; }

    internal bool IsShort => Count < wanted;

    internal void Add(Executed executed) => _executed[Count++] = executed;
}
