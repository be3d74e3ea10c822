using Lab.Core.Observing;

namespace Lab.Strategies;

/// <summary>
/// Delay-bounded scheduling (Emmi, Qadeer and Rakamaric, "Delay-bounded scheduling", POPL 2011): a deterministic scheduler, from which an execution deviates
/// by at most d delays; a delay passes over the task whose turn it is.
/// </summary>
/// <remarks>
/// Deviations. Randomised: where the paper enumerates all placings, each execution draws its d delays, independently, over the k choices that were measured;
/// of those that fall beyond its end nothing is seen, hence "at most". The scheduler goes on with a task until it cannot or yields, then takes turns in the
/// order of creation; the clock comes last and has its turn only by a delay or when no task can go on. Beyond choice k the walk is uniform, so that a
/// polling loop ends.
/// </remarks>
internal sealed class DelayBound : Placing
{
    internal const string Name = "delay";
    internal const int MaxDelays = 64;

    internal static readonly StrategyKind Kind = new(
        Name, "delay[:D][,k=N]", static given => new DelayBound(given.Leading("d", 2, 0, MaxDelays), Length.Of(given)));

    private int _last;

    /// <param name="delays">Delays in an execution, at most.</param>
    /// <param name="length">Choices in an execution; null to learn it.</param>
    internal DelayBound(int delays, int? length)
        : base(FormattableString.Invariant($"{Name}:{delays}"), delays, length)
    {
    }

    private protected override int Choose(ChoicePoint point, int choice)
    {
        var index = Undelayed(point);
        while (TryTake(choice, out _))
        {
            index = After(point, NumberOf(point, index), withClock: true);
        }

        _last = index == point.ClockIndex ? _last : NumberOf(point, index);
        return index;
    }

    private protected override void Begin()
    {
        _last = -1;
    }

    private int Undelayed(ChoicePoint point)
    {
        var current = point.CurrentIndex;
        if (current >= 0 && point[current].Operation != OperationKind.Yield)
        {
            return current;
        }

        var next = After(point, current >= 0 ? NumberOf(point, current) : _last, withClock: false);

        // A task that yields and is alone waits for what the clock brings.
        return next < 0 || (next == current && point.HasClock) ? point.ClockIndex : next;
    }

    /// <summary>The alternative whose number is the next above, round to the lowest; -1 if there is none.</summary>
    private static int After(ChoicePoint point, int number, bool withClock)
    {
        var count = withClock ? point.Count : point.TaskCount;
        var next = -1;
        var distance = uint.MaxValue;
        for (var i = 0; i < count; i++)
        {
            // Modulo 2^32: lower numbers come after all higher ones.
            var ahead = unchecked((uint)(NumberOf(point, i) - number - 1));
            if (ahead < distance || next < 0)
            {
                next = i;
                distance = ahead;
            }
        }

        return next;
    }

    private static int NumberOf(ChoicePoint point, int index) => index == point.ClockIndex ? int.MaxValue : point[index].Shadow.Number;
}
