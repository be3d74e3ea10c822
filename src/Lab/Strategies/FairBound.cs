using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>
/// No enabled task is passed over more than n times in a row: at the next choice it proceeds, whatever the strategy says; of several, the one that has been
/// ready longest. For programs that poll, where a strict strategy would never let those run who are polled for. The clock has a bound of its own, the lag.
/// </summary>
internal sealed class FairBound : Decorator
{
    internal const string Name = "fair";

    internal static readonly DecoratorKind Kind = new(Name, "+fair=N", static (given, inner) =>
    {
        RefuseSearch(given, inner);
        return new FairBound(inner, given.Leading("n", 100, 1, int.MaxValue));
    });

    private readonly int _bound;
    private readonly Slots<Wait> _waits = new();
    private long _choice;

    internal FairBound(Strategy inner, int bound)
        : base(inner)
    {
        _bound = bound;
        Suffix = FormattableString.Invariant($"+{Name}={bound}");
    }

    private protected override string Suffix { get; }

    internal override void Begin(Seed seed, long index)
    {
        base.Begin(seed, index);
        _waits.Clear();
        _choice = 0;
    }

    internal override int Choose(ChoicePoint point)
    {
        // Asked in any case: its draws and its count of choices do not depend on the bound.
        var chosen = Inner.Choose(point);
        var oldest = -1;
        for (var i = 0; i < point.TaskCount; i++)
        {
            if (PassedOver(point[i]) >= _bound && (oldest < 0 || point[i].ReadySequence < point[oldest].ReadySequence))
            {
                oldest = i;
            }
        }

        _choice++;
        return oldest >= 0 ? oldest : chosen;
    }

    private protected override Strategy Around(Strategy other) => new FairBound(other, _bound);

    /// <summary>Choices since it became ready in which it did not proceed.</summary>
    private long PassedOver(in Alternative alternative)
    {
        ref var wait = ref _waits[alternative.Shadow];
        if (wait.Ready != alternative.ReadySequence)
        {
            wait.Ready = alternative.ReadySequence;
            wait.Since = _choice;
        }

        return _choice - wait.Since;
    }

    private struct Wait
    {
        /// <summary>Which time of being ready it is; 0 for none.</summary>
        internal long Ready;

        /// <summary>The first choice at which it was.</summary>
        internal long Since;
    }
}
