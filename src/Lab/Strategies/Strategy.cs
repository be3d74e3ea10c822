using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>
/// Answers decisions. A pure function of its parameters and the execution's own seed: execution i of a run is reproducible alone.
/// </summary>
internal abstract class Strategy
{
    /// <summary>The text that <see cref="StrategySpec"/> parses back to an equal strategy.</summary>
    public abstract override string ToString();

    /// <summary>Set by a replay when the program asked something else than was recorded; ends the execution.</summary>
    internal string? Diverged { get; private protected set; }

    /// <summary>Before each execution.</summary>
    /// <param name="seed">The execution's own seed.</param>
    /// <param name="index">The execution's index in its run, from 0.</param>
    internal abstract void Begin(Seed seed, long index);

    /// <summary>Which alternative proceeds; asked only when there are at least two.</summary>
    internal abstract int Choose(ChoicePoint point);

    /// <summary>A number in [0, <paramref name="bound"/>) for the program; asked only when <paramref name="bound"/> is at least 2.</summary>
    internal abstract ulong Draw(ulong bound);

    /// <summary>Virtual workers: a number in [0, <paramref name="count"/>): which worker steps, or which is stolen from.</summary>
    internal abstract int Pick(int count, bool isVictim);
}
