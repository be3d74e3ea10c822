using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>
/// What searches through every vector of choices have in common: the path, and the program's random draws, which are choices too while they are from
/// few values. A draw from more than <see cref="LargestDraw"/> gets one value, always the same at the same place, and the search says so.
/// </summary>
internal abstract class Exhaustive : Strategy
{
    /// <summary>The most values of a random draw that are all tried.</summary>
    internal const int LargestDraw = 16;

    private Prng _draws;
    private bool _hasLargeDraws;

    internal sealed override bool IsSearch => true;

    internal override bool IsExhausted => Path.IsExhausted;

    internal override bool IsForeign => Path.IsForeign;

    internal override string? Bound => _hasLargeDraws ? FormattableString.Invariant($"for one value of each random draw from more than {LargestDraw}") : null;

    /// <summary>Where the search is.</summary>
    private protected ChoicePath Path { get; } = new();

    internal override string Save() => _hasLargeDraws ? $"draws {Path}" : $"{Path}";

    internal override void Restore(string state)
    {
        var words = state.Split(' ').AsSpan();
        _hasLargeDraws = words is ["draws", ..];
        Path.Restore(_hasLargeDraws ? words[1..] : words);
    }

    internal sealed override bool TryDivide(int part, int parts)
    {
        Path.Divide(part, parts);
        return true;
    }

    internal override void Begin(Seed seed, long index)
    {
        Path.Begin();
        Diverged = null;

        // Not the execution's own seed: what a repeated beginning draws must be what it drew before.
        _draws = new Prng(default(Seed).Stream(SeedStream.Random));
    }

    internal override void End(in ExecutionFacts facts) => Path.Advance();

    internal sealed override ulong Draw(ulong bound)
    {
        if (bound <= LargestDraw)
        {
            return (ulong)Branch((int)bound);
        }

        _hasLargeDraws = true;
        return Draws.Below(ref _draws, bound);
    }

    internal sealed override int Pick(int count, bool isVictim) => Branch(count);

    private protected int Branch(int count)
    {
        var choice = Path.Take(count);
        Diverged ??= Path.Diverged;
        return choice;
    }

    /// <summary>Choice 0 is the non-pre-emptive default, so that what comes first is simple; the others follow in the point's own order.</summary>
    private protected static int IndexOf(ChoicePoint point, int choice)
    {
        var first = point.DefaultIndex;
        return choice == 0 ? first : choice <= first ? choice - 1 : choice;
    }
}
