using Lab.Causality;
using Lab.Core.Observing;

namespace Lab.Strategies;

/// <summary>
/// Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi and Nagarakatte, "A randomized scheduler with probabilistic guarantees of finding
/// bugs", ASPLOS 2010): tasks have random distinct priorities and the highest runs; at d - 1 random choices out of k its priority drops below all
/// others. A bug of depth d in a program of n tasks and at most k choices is found with a probability of at least 1 / (n k^(d-1)) per execution.
/// </summary>
/// <remarks>
/// Deviations. Change points lie at choices, not at steps: where only one can go on, a drop shows no earlier than at the next choice, and k is smaller. So
/// that nothing is lost by it, several may fall on one choice, and then as many tasks drop there. There are no more than k (d is clamped). The clock is a
/// task. A yield drops its task's priority unless the task has spawned since its last yield, and beyond
/// choice k the walk is uniform (Coyote's "fair PCT"): a strict priority would run a polling loop for ever.
/// </remarks>
internal sealed class Pct : Placing
{
    internal const string Name = "pct";
    internal const int MaxDepth = 64;

    // Three bands: as drawn, then dropped at a change point, then dropped by a yield, each of these below all that came before it.
    private const ulong Initial = 1UL << 63;
    private const ulong Dropped = 1UL << 62;

    internal static readonly StrategyKind Kind = new(
        Name, "pct[:D][,k=N]", static given => new Pct(given.Leading("d", 3, 1, MaxDepth), Length.Of(given)));

    private readonly Slots<State> _tasks = new();
    private ulong _lowest;

    /// <param name="depth">Depth of the bug that is aimed at: one more than the change points.</param>
    /// <param name="length">Choices in an execution; null to learn it.</param>
    internal Pct(int depth, int? length)
        : base(FormattableString.Invariant($"{Name}:{depth}"), depth - 1, length)
    {
    }

    private protected override int Choose(ChoicePoint point, int choice)
    {
        var highest = Highest(point);
        while (TryTake(choice, out var rank))
        {
            ref var dropped = ref _tasks.Of(point, highest).Priority;

            // The i-th point drawn gives priority i: of two tasks that dropped, either may be the lower one.
            dropped = dropped > Dropped ? Dropped + 1 + (ulong)rank : --_lowest;
            highest = Highest(point);
        }

        if (highest < point.TaskCount && point[highest].Operation == OperationKind.Yield)
        {
            Yielded(point[highest].Shadow);
        }

        return highest;
    }

    private protected override void Begin()
    {
        _tasks.Clear();
        _lowest = Dropped;
    }

    private int Highest(ChoicePoint point)
    {
        var best = 0;
        var highest = 0UL;
        for (var i = 0; i < point.Count; i++)
        {
            ref var priority = ref _tasks.Of(point, i).Priority;
            if (priority == 0)
            {
                priority = Choices.Next() | Initial;
            }

            if (priority > highest)
            {
                best = i;
                highest = priority;
            }
        }

        return best;
    }

    private void Yielded(TaskShadow task)
    {
        ref var state = ref _tasks[task];
        var spawned = task.Children;
        if (state.Spawned == spawned)
        {
            state.Priority = --_lowest;
        }

        state.Spawned = spawned;
    }

    private struct State
    {
        /// <summary>0: not drawn yet.</summary>
        internal ulong Priority;

        /// <summary>Children at its last yield.</summary>
        internal int Spawned;
    }
}
