namespace Lab.Strategies;

/// <summary>
/// A decorator that answers in place of the inner strategy now and then. An exhaustive search is not asked there, and so searches what is left: it says
/// what that is as soon as something was left out.
/// </summary>
internal abstract class Restriction(Strategy inner) : Decorator(inner)
{
    /// <summary>Stands before the saved state of a search of which something was left out.</summary>
    private const string Mark = "restricted ";

    private bool _leavesOut;

    internal override string? Bound => !_leavesOut ? base.Bound : base.Bound is { } other ? $"{other} and {Within}" : Within;

    /// <summary>What is left, as it stands after "every interleaving".</summary>
    private protected abstract string Within { get; }

    /// <summary>Whether a strategy that is no search is asked in any case, so that its draws and its count of choices do not depend on the restriction.</summary>
    private protected virtual bool AsksAlways => false;

    internal override string? Save() => base.Save() is not { } state ? null : _leavesOut ? Mark + state : state;

    internal override void Restore(string state)
    {
        _leavesOut = state.StartsWith(Mark, StringComparison.Ordinal);
        base.Restore(_leavesOut ? state[Mark.Length..] : state);
    }

    internal sealed override int Choose(ChoicePoint point)
    {
        var chosen = AsksAlways && !Inner.IsSearch ? Inner.Choose(point) : -1;
        var forced = Forced(point);
        if (forced < 0)
        {
            return chosen < 0 ? Inner.Choose(point) : chosen;
        }

        _leavesOut = true;
        return forced;
    }

    /// <summary>The only alternative that is allowed; -1 if all are. Asked once at each choice.</summary>
    private protected abstract int Forced(ChoicePoint point);

    /// <exception cref="ArgumentException">The strategy is a search that counts on its own answers being followed.</exception>
    private protected static void ExpectRestrictable(StrategyParameters given, Strategy inner)
    {
        if (!inner.MayBeRestricted)
        {
            throw given.Error($"{inner} reverses the orders that it sees, and must be allowed to; use {DepthFirst.Name} with this, or a random strategy");
        }
    }
}
