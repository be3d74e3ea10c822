using Lab.Core.Observing;
using Lab.Core.Tasks;
using Lab.Execution;

namespace Lab.Exploration;

/// <summary>
/// An exploration that runs on its caller's thread, a slice at a time; made by <see cref="Explorer.InSlices"/>. What it finds, and in which execution, is
/// what <see cref="Explorer.Explore"/> finds, however it is cut.
/// </summary>
/// <remarks>
/// <code>
/// var exploration = Explorer.InSlices(Transfer);
/// while (!exploration.RunFor(TimeSpan.FromMilliseconds(8)))
/// {
///     await NextFrame();
/// }
/// </code>
/// It pauses between any two steps of the program; shrinking, too, is done in slices. Beside steps it does some work of one piece whose length grows with
/// that of an execution: resetting, building the trace of a failure, comparing two. There is no thread to watch it: a step that never returns keeps the
/// caller's thread for ever, and a wait that blocks really blocks it. One thread at a time may call it; which one may change.
/// </remarks>
public sealed class SlicedExploration
{
    private readonly Slices _slices;
    private readonly Func<Task<ExplorationResult>> _work;
    private readonly Func<ExplorationProgress> _progress;
    private Task<ExplorationResult>? _result;
    private bool _isInside;

    internal SlicedExploration(Slices slices, Func<Task<ExplorationResult>> work, Func<ExplorationProgress> progress)
    {
        _slices = slices;
        _work = work;
        _progress = progress;
    }

    /// <summary>It has ended, and there is a <see cref="Result"/>.</summary>
    public bool HasEnded => _result is { IsCompleted: true };

    /// <summary>How far it is.</summary>
    public ExplorationProgress Progress => _progress();

    /// <summary>What it showed.</summary>
    /// <exception cref="InvalidOperationException">It has not ended yet.</exception>
    public ExplorationResult Result => HasEnded ? _result!.GetAwaiter().GetResult() : throw new InvalidOperationException("The exploration has not ended yet.");

    /// <summary>
    /// Goes on until it has ended (true) or <paramref name="budget"/> has passed; the clock is looked at after each step of the program, and one is run in
    /// any case. Back early when the program waits for something outside of the lab, which may need the thread.
    /// </summary>
    /// <param name="budget">In real time; <see cref="Timeout.InfiniteTimeSpan"/>: until it has ended, or waits for something outside.</param>
    /// <exception cref="ArgumentOutOfRangeException">The budget is negative and not infinite.</exception>
    /// <exception cref="InvalidOperationException">Called inside of an execution, this one's or another's.</exception>
    /// <exception cref="IOException">The trace of a failure, or the file of the run, cannot be written.</exception>
    public bool RunFor(TimeSpan budget)
    {
        Duration.CheckedBudget(budget);
        if (_isInside || Instrumentation.Current is not null)
        {
            throw new InvalidOperationException("A slice cannot begin inside of an execution.");
        }

        if (!HasEnded)
        {
            _isInside = true;
            try
            {
                _slices.Run(budget, () => _result = _work());
            }
            finally
            {
                _isInside = false;
            }
        }

        return HasEnded && Result is not null;
    }
}
