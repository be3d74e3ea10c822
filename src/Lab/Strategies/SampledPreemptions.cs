using Lab.Core.Observing;

namespace Lab.Strategies;

/// <summary>
/// At most c pre-emptions (Musuvathi and Qadeer, "Iterative context bounding for systematic testing of multithreaded programs", PLDI 2007): most bugs need
/// one or two.
/// </summary>
/// <remarks>
/// Deviation: the paper enumerates (that is <c>dfs:preemptions=c</c>); here each execution draws its c pre-emptions over the k choices that were measured, and
/// who goes on after one, or after a task that waits, yields or ends, is drawn uniformly. A pre-emption that falls where there is nobody to pre-empt, or
/// together with another, happens at the next choice where it can. Beyond choice k the walk is uniform, so that a polling loop ends.
/// </remarks>
internal sealed class SampledPreemptions : Placing
{
    internal const string Name = "preempt";
    internal const int MaxPreemptions = 64;

    internal static readonly StrategyKind Kind = new(
        Name, "preempt[:C][,k=N]", static given => new SampledPreemptions(given.Leading("c", 2, 0, MaxPreemptions), Length.Of(given)));

    private int _due;

    /// <param name="bound">Pre-emptions in an execution, at most.</param>
    /// <param name="length">Choices in an execution; null to learn it.</param>
    internal SampledPreemptions(int bound, int? length)
        : base(FormattableString.Invariant($"{Name}:{bound}"), bound, length)
    {
    }

    private protected override int Choose(ChoicePoint point, int choice)
    {
        while (TryTake(choice, out _))
        {
            _due++;
        }

        var current = point.CurrentIndex;
        if (current < 0)
        {
            return Choices.Next(point.Count);
        }

        var yields = point[current].Operation == OperationKind.Yield;
        if (!yields && _due == 0)
        {
            return current;
        }

        _due -= yields ? 0 : 1;
        var other = Choices.Next(point.Count - 1);
        return other < current ? other : other + 1;
    }

    private protected override void Begin()
    {
        _due = 0;
    }
}
