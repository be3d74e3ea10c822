using Lab.Seeds;

namespace Lab.Strategies;

/// <summary><see cref="SpawnerFirst"/> in half of the executions; the text of an execution says in which.</summary>
internal sealed class SpawnerCoin(Strategy inner) : Decorator(inner)
{
    /// <summary>What stands after <c>+spawner-first=</c>.</summary>
    internal const string Value = "coin";

    private readonly SpawnerFirst _heads = new(inner);
    private bool _isHeads;

    internal override Strategy Answering => _isHeads ? _heads.Answering : Inner.Answering;

    private protected override string Suffix => $"+{SpawnerFirst.Name}={Value}";

    internal override void Begin(Seed seed, long index)
    {
        _isHeads = (new Prng(seed.Stream(SeedStream.Coin)).Next() >> 63) != 0;
        if (_isHeads)
        {
            _heads.Begin(seed, index);
        }
        else
        {
            Inner.Begin(seed, index);
        }
    }

    internal override int Choose(ChoicePoint point) => _isHeads ? _heads.Choose(point) : Inner.Choose(point);

    private protected override Strategy Around(Strategy other) => new SpawnerCoin(other);
}
