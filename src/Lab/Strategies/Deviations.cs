using Lab.Seeds;
using Lab.Traces;

namespace Lab.Strategies;

/// <summary>
/// A sparse schedule: at the listed decisions (by index) the given choice modulo the number of alternatives, everywhere else the non-pre-emptive
/// default. Valid for every program; empty is the simplest.
/// </summary>
internal sealed class Deviations(Schedule schedule) : Strategy
{
    internal const string Name = "deviations";

    private Prng _draws;
    private int _next;

    public override string ToString() => Name;

    internal override void Begin(Seed seed, long index)
    {
        _draws = new Prng(seed.Stream(SeedStream.Random));
        _next = 0;
    }

    internal override int Choose(ChoicePoint point) => TryTake(point.DecisionIndex, out var choice) ? choice % point.Count : point.DefaultIndex;

    internal override ulong Draw(ulong bound) => Draws.Below(ref _draws, bound);

    internal override int Pick(int count, bool isVictim) => 0;

    private bool TryTake(int index, out int choice)
    {
        var items = schedule.Items;
        while (_next < items.Count && items[_next].Index < index)
        {
            _next++;
        }

        var hit = _next < items.Count && items[_next].Index == index;
        choice = hit ? items[_next].Choice : 0;
        return hit;
    }
}
