using System.Globalization;
using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>
/// Every interleaving with at most c pre-emptions, for c from one bound to another (Musuvathi and Qadeer, "Iterative context bounding for systematic
/// testing of multithreaded programs", PLDI 2007). Switches where the running task cannot go on, ended or yielded are free. For n tasks of k steps
/// that is O((n^2 k)^c n!) executions: polynomial in the length.
/// </summary>
/// <remarks>
/// Deviation: the paper keeps the work of the next bound in a queue; here each bound walks the tree again, which needs no memory, and executions that an
/// earlier bound has counted are run but not counted. A bound under which nothing was left out ends the search: then it is complete.
/// </remarks>
internal sealed class PreemptionBounded : Exhaustive
{
    internal const int Most = 1_000;

    private readonly int _first;
    private readonly int _last;
    private int _bound;
    private int _preemptions;
    private bool _leavesOut;
    private bool _isRepeated;
    private bool _isOver;

    /// <param name="first">The bound to begin with.</param>
    /// <param name="last">The bound to end with.</param>
    internal PreemptionBounded(int first, int last)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        _first = _bound = first;
        _last = last;
    }

    internal override bool IsExhausted => _isOver;

    internal override bool IsForeign => _isRepeated || base.IsForeign;

    internal override string? Bound
    {
        get
        {
            var most = _leavesOut ? string.Create(CultureInfo.InvariantCulture, $"with at most {_bound} pre-emption{(_bound == 1 ? "" : "s")}") : null;
            return most is null ? base.Bound : base.Bound is { } other ? $"{most} and {other}" : most;
        }
    }

    public override string ToString() => _first == _last
        ? string.Create(CultureInfo.InvariantCulture, $"{DepthFirst.Name}:preemptions={_last}")
        : string.Create(CultureInfo.InvariantCulture, $"{DepthFirst.Name}:preemptions={_first}..{_last}");

    /// <summary>What stands after <c>preemptions=</c>: one bound, or the first and the last.</summary>
    internal static PreemptionBounded Of(string bounds, StrategyParameters given)
    {
        var ends = bounds.Split("..", 2);
        var first = given.Parse("preemptions", ends[0], 0, Most);
        return new PreemptionBounded(first, given.Parse("preemptions", ends[^1], first, Most));
    }

    internal override string Save() => string.Create(CultureInfo.InvariantCulture, $"{_bound} {(_leavesOut ? "partial" : "whole")} {base.Save()}");

    internal override void Restore(string state)
    {
        if (state.Split(' ', 3) is not [var bound, var extent, var path] || !TryBound(bound, out _bound) || extent is not ("partial" or "whole"))
        {
            throw new FormatException("the state of a search with bounded pre-emptions begins with the bound and 'partial' or 'whole'");
        }

        _leavesOut = extent == "partial";
        base.Restore(path);
        _isOver = Path.IsExhausted;
    }

    internal override void Begin(Seed seed, long index)
    {
        base.Begin(seed, index);
        _preemptions = 0;
        _isRepeated = false;
    }

    internal override int Choose(ChoicePoint point)
    {
        var current = point.CurrentIndex;
        if (current < 0 || !point.WouldPreempt(current == 0 ? 1 : 0))
        {
            return IndexOf(point, Branch(point.Count));
        }

        if (_preemptions == _bound)
        {
            _leavesOut = true;
            return current;
        }

        var index = IndexOf(point, Branch(point.Count));
        _preemptions += index == current ? 0 : 1;
        return index;
    }

    internal override void End(in ExecutionFacts facts)
    {
        _isRepeated = _bound > _first && _preemptions < _bound;
        base.End(facts);
        if (!Path.IsExhausted)
        {
            return;
        }

        // A part that left nothing out may have to go on all the same: under the next bound the tree is cut into other parts.
        if (_bound == _last || (!_leavesOut && !Path.IsDivided))
        {
            _isOver = true;
            return;
        }

        _bound++;
        _leavesOut = false;
        Path.Restart();
    }

    private static bool TryBound(string text, out int bound) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out bound) && bound <= Most;
}
