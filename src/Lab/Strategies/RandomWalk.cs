namespace Lab.Strategies;

/// <summary>Uniform over the alternatives of each point. Unbiased draws; k equal tasks run in all k! orders equally often.</summary>
internal sealed class RandomWalk : Randomized
{
    internal const string Name = "random";

    internal static readonly StrategyKind Kind = new(Name, Name, static _ => new RandomWalk());

    public override string ToString() => Name;

    internal override int Choose(ChoicePoint point) => Choices.Next(point.Count);

    internal override bool TryForesee(int count, Span<int> answers)
    {
        var choices = Choices;
        foreach (ref var answer in answers)
        {
            answer = choices.Next(count);
        }

        return true;
    }
}
