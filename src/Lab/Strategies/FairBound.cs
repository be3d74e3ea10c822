using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>
/// No enabled task is passed over more than n times in a row: at the next choice it proceeds, whatever the strategy says; of several, the one that has been
/// ready longest. For programs that poll, where a strict strategy would never let those run who are polled for, and where a search would never end. The
/// clock has a bound of its own, the lag.
/// </summary>
/// <remarks>
/// Around a search: every interleaving that keeps to the bound. Musuvathi and Qadeer ("Fair stateless model checking", PLDI 2008) have a search give way at
/// yields alone, and so miss none that a fair scheduler can show, however long; here no yield is needed, and n says how far to look. As there, a
/// pre-emption that fairness asks for does not count against a bound on pre-emptions.
/// </remarks>
internal sealed class FairBound : Restriction
{
    internal const string Name = "fair";

    internal static readonly DecoratorKind Kind = new(Name, "+fair=N", static (given, inner) =>
    {
        ExpectRestrictable(given, inner);
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

    private protected override string Within => FormattableString.Invariant($"with nobody passed over more than {_bound} time{(_bound == 1 ? "" : "s")} in a row");

    private protected override bool AsksAlways => true;

    private protected override int Forced(ChoicePoint point)
    {
        var oldest = -1;
        for (var i = 0; i < point.TaskCount; i++)
        {
            if (PassedOver(point[i]) >= _bound && (oldest < 0 || point[i].ReadySequence < point[oldest].ReadySequence))
            {
                oldest = i;
            }
        }

        _choice++;
        return oldest;
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
