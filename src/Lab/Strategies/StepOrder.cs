using Lab.Causality;
using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>
/// Repeats an execution step by step, by who ran: for the same steps in another order. It differs from <see cref="Replay"/>, which repeats decisions:
/// two exchanged steps change how many alternatives the points between them have. Where that cannot be done any more it goes on as it can
/// (<see cref="Strayed"/>), so that what it shows is a whole execution, which replays.
/// </summary>
/// <param name="order">Who runs in step 1, 2, 3, ...</param>
/// <param name="draws">The random draws, in order.</param>
internal sealed class StepOrder(IReadOnlyList<EntityId> order, IReadOnlyList<ulong> draws) : Strategy
{
    internal const string Name = "step-order";

    private int _drawn;

    /// <summary>Where the program first went another way than in the execution that is repeated; null if nowhere.</summary>
    internal string? Strayed { get; private set; }

    public override string ToString() => Name;

    internal override void Begin(Seed seed, long index)
    {
        _drawn = 0;
        Strayed = null;
    }

    internal override int Choose(ChoicePoint point)
    {
        var step = point.Step;
        if (step < order.Count && Find(point, order[(int)step]) is >= 0 and var index)
        {
            return index;
        }

        Strayed ??= FormattableString.Invariant($"whoever ran in step {step + 1} cannot run there now");
        return point.DefaultIndex;
    }

    internal override ulong Draw(ulong bound)
    {
        if (_drawn < draws.Count && draws[_drawn] < bound)
        {
            return draws[_drawn++];
        }

        Strayed ??= FormattableString.Invariant($"draw {_drawn + 1} of a random number was not asked for before");
        return 0;
    }

    internal override int Pick(int count, bool isVictim) => 0;

    private static int Find(ChoicePoint point, EntityId id)
    {
        if (id == EntityId.Clock)
        {
            return point.ClockIndex;
        }

        for (var i = 0; i < point.TaskCount; i++)
        {
            if (point[i].Id == id.Hash)
            {
                return i;
            }
        }

        return -1;
    }
}
