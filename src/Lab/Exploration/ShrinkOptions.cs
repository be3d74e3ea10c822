using Lab.Core.Tasks;
using Lab.Execution;

namespace Lab.Exploration;

/// <summary>How much may be spent on making a failure small.</summary>
public sealed record ShrinkOptions
{
    /// <summary>Executions at most. Default: 10,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Executions { get; init => field = Whole.AtLeast(value, 0, nameof(Executions)); } = 10_000;

    /// <summary>Steps at most, of all executions together. Default: 1,000,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Steps { get; init => field = Whole.AtLeast(value, 0, nameof(Steps)); } = 1_000_000;

    /// <summary>
    /// Real time at most, checked between executions. Where it ends shrinking, the result depends on the machine; small programs are done long before.
    /// </summary>
    /// <value>Null or <see cref="Timeout.InfiniteTimeSpan"/>: no limit. Default: 0.8 seconds.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative and not infinite.</exception>
    public TimeSpan? Time { get; init => field = value is { } time ? Duration.CheckedBudget(time, nameof(Time)) : null; } = TimeSpan.FromSeconds(0.8);
}
