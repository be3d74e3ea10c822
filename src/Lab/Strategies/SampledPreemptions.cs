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
internal sealed class SampledPreemptions : Randomized
{
    internal const string Name = "preempt";
    internal const int MaxPreemptions = 64;

    internal static readonly StrategyKind Kind = new(
        Name, "preempt[:C][,k=N]", static given => new SampledPreemptions(given.Leading("c", 2, 0, MaxPreemptions), Length.Of(given)));

    private readonly int _bound;
    private readonly Length _length;
    private readonly ChangePoints _points;
    private string _text;
    private int _choice;
    private int _due;

    /// <param name="bound">Pre-emptions in an execution, at most.</param>
    /// <param name="length">Choices in an execution; null to learn it.</param>
    internal SampledPreemptions(int bound, int? length)
    {
        _bound = bound;
        _length = new Length(length);
        _points = new ChangePoints(bound);
        _text = $"{Prefix}{_length.Suffix}";
    }

    internal override bool Learns => _length.IsLearnt;

    private string Prefix => FormattableString.Invariant($"{Name}:{_bound}");

    public override string ToString() => _text;

    internal override object? Teach(in ExecutionFacts facts) => Lesson.Of(facts);

    internal override void Learn(IReadOnlyList<object> lessons)
    {
        _length.Learn(lessons);
        _text = $"{Prefix}{_length.Suffix}";
    }

    internal override int Choose(ChoicePoint point)
    {
        var choice = _choice++;
        while (_points.TryTake(choice, out _))
        {
            _due++;
        }

        var current = point.CurrentIndex;
        if (choice >= _length.Value || current < 0)
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

    private protected override void Begin(long index)
    {
        _points.Draw(ref Choices, _length.Value);
        _choice = 0;
        _due = 0;
    }
}
