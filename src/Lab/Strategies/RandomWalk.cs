using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>Uniform over the alternatives of each point. Unbiased draws; k equal tasks run in all k! orders equally often.</summary>
internal sealed class RandomWalk : Strategy
{
    internal const string Name = "random";

    private Prng _choices;
    private Prng _draws;

    public override string ToString() => Name;

    internal override void Begin(Seed seed, long index)
    {
        _choices = new Prng(seed.Stream(SeedStream.Strategy));
        _draws = new Prng(seed.Stream(SeedStream.Random));
    }

    internal override int Choose(ChoicePoint point) => _choices.Next(point.Count);

    internal override ulong Draw(ulong bound) => Draws.Below(ref _draws, bound);

    internal override int Pick(int count, bool isVictim) => _choices.Next(count);
}
