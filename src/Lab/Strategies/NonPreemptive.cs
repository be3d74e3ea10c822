using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>
/// Never switches away from a task that can go on; otherwise first come, first served; the clock when nobody can. Random draws come from the
/// execution's seed. What fails here fails with the simplest of traces.
/// </summary>
internal sealed class NonPreemptive : Strategy
{
    internal const string Name = "nonpreemptive";

    internal static readonly StrategyKind Kind = new(Name, Name, static _ => new NonPreemptive());

    private Prng _draws;

    public override string ToString() => Name;

    internal override void Begin(Seed seed, long index) => _draws = new Prng(seed.Stream(SeedStream.Random));

    internal override int Choose(ChoicePoint point) => point.DefaultIndex;

    internal override ulong Draw(ulong bound) => Draws.Below(ref _draws, bound);

    internal override int Pick(int count, bool isVictim) => 0;
}
