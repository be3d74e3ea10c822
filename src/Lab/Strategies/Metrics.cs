using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>Counts what the inner strategy decides, over all executions; changes nothing. The sums of several copies are those of one.</summary>
internal sealed class Metrics : Decorator
{
    internal const string Name = "metrics";

    internal static readonly DecoratorKind Kind = new(Name, "+metrics", static (_, inner) => new Metrics(inner));

    internal Metrics(Strategy inner)
        : base(inner)
    {
    }

    internal StrategyMetrics Counts { get; private set; }

    internal override StrategyMetrics? TakeMetrics()
    {
        var counts = Counts;
        Counts = default;
        return counts;
    }

    private protected override string Suffix => $"+{Name}";

    internal override void Begin(Seed seed, long index)
    {
        base.Begin(seed, index);
        Counts = Counts with { Executions = Counts.Executions + 1 };
    }

    internal override int Choose(ChoicePoint point)
    {
        var index = Inner.Choose(point);
        var isClock = index == point.ClockIndex;
        Counts = new StrategyMetrics
        {
            Executions = Counts.Executions,
            Choices = Counts.Choices + 1,
            Alternatives = Counts.Alternatives + point.Count,
            MostAlternatives = Math.Max(Counts.MostAlternatives, point.Count),
            Switches = Counts.Switches + (index == point.CurrentIndex ? 0 : 1),
            Preemptions = Counts.Preemptions + (point.WouldPreempt(index) ? 1 : 0),
            ClockSteps = Counts.ClockSteps + (isClock ? 1 : 0),
            Draws = Counts.Draws,
        };
        return index;
    }

    internal override ulong Draw(ulong bound)
    {
        Counts = Counts with { Draws = Counts.Draws + 1 };
        return Inner.Draw(bound);
    }

    private protected override Strategy Around(Strategy other) => new Metrics(other);
}
