using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>
/// What strategies that draw have in common: one stream of the execution's seed for the choices, another for the program's own random numbers.
/// Virtual workers, of which no strategy knows more than their number, are chosen uniformly.
/// </summary>
internal abstract class Randomized : Strategy
{
    /// <summary>A mutable struct: used in place only.</summary>
    private protected Prng Choices;

    // Most programs never draw: made at the first draw.
    private Prng _draws;
    private Seed _drawsSeed;
    private bool _hasDraws;

    internal sealed override void Begin(Seed seed, long index)
    {
        Choices = new Prng(seed.Stream(SeedStream.Strategy));
        _drawsSeed = seed;
        _hasDraws = false;
        Begin(index);
    }

    internal override ulong Draw(ulong bound)
    {
        if (!_hasDraws)
        {
            _draws = new Prng(_drawsSeed.Stream(SeedStream.Random));
            _hasDraws = true;
        }

        return Draws.Below(ref _draws, bound);
    }

    internal override int Pick(int count, bool isVictim) => Choices.Next(count);

    /// <summary>Before each execution; <see cref="Choices"/> is at its beginning.</summary>
    private protected virtual void Begin(long index)
    {
    }
}
