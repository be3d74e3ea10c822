namespace Lab.Strategies;

/// <summary>
/// After n steps the non-pre-emptive default answers: looks for failures near the beginning, and spends nothing on the order of what comes after. Not the
/// step limit, which ends an execution with a verdict.
/// </summary>
internal sealed class StepBound : Restriction
{
    internal const string Name = "steps";

    internal static readonly DecoratorKind Kind = new(Name, "+steps=N", static (given, inner) =>
    {
        ExpectRestrictable(given, inner);
        return new StepBound(inner, given.Leading("n", 1000, 1, int.MaxValue));
    });

    private readonly int _bound;

    internal StepBound(Strategy inner, int bound)
        : base(inner)
    {
        _bound = bound;
        Suffix = FormattableString.Invariant($"+{Name}={bound}");
    }

    private protected override string Suffix { get; }

    private protected override string Within => FormattableString.Invariant($"of the first {_bound} step{(_bound == 1 ? "" : "s")}");

    private protected override int Forced(ChoicePoint point) => point.Step < _bound ? -1 : point.DefaultIndex;

    private protected override Strategy Around(Strategy other) => new StepBound(other, _bound);
}
