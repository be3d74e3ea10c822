using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>Uniform over the alternatives of each point. Unbiased draws; k equal tasks run in all k! orders equally often.</summary>
internal sealed class RandomWalk : Randomized
{
    internal const string Name = "random";

    internal static readonly StrategyKind Kind = new(Name, Name, static _ => new RandomWalk());

    // Begun when somebody first asks what will be chosen: with few tasks nobody does.
    private PrngAhead _ahead;

    public override string ToString() => Name;

    internal override int Choose(ChoicePoint point) => _ahead.IsBegun ? _ahead.Next(ref Choices, point.Count) : Choices.Next(point.Count);

    internal override int Pick(int count, bool isVictim) => _ahead.IsBegun ? _ahead.Next(ref Choices, count) : Choices.Next(count);

    internal override bool TryForesee(int ahead, int count, Span<int> answers)
    {
        if (!_ahead.IsBegun)
        {
            _ahead.Begin(ref Choices);
        }

        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = _ahead.Peek(ahead + i, count);
        }

        return true;
    }

    private protected override void Begin(long index)
    {
        if (_ahead.IsBegun)
        {
            _ahead = default;
        }
    }
}
