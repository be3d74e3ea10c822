namespace Lab.Strategies.Dpor;

/// <summary>
/// Divides a search among machines. At the first places of an execution everybody who does not sleep is tried, whether a race asks for it or not, until that
/// gives <see cref="SubtreesPerPart"/> beginnings for each part: a matter of the path alone, so that all parts cut the tree alike, number the beginnings in
/// the same order and take every n-th. Sleep sets keep any two beginnings from sharing a trace, so the parts together run what one search runs.
/// </summary>
/// <remarks>
/// The price: of the beginnings of others a part runs one execution each, to see what their steps touch; and some beginnings lead only to what another one
/// has. Neither is counted. If the time model comes to hold the clock back in one part only, that part runs more executions than it would have undivided.
/// </remarks>
internal sealed class Parts(SearchPath path)
{
    private const int SubtreesPerPart = 8;

    private int _part;
    private int _parts = 1;

    // How many beginnings have been met, and where the present one ends: the first place at which races decide.
    private long _subtree = -1;
    private int _cut;

    internal bool IsDivided => _parts > 1;

    /// <summary>The present beginning is another part's.</summary>
    internal bool IsForeign => _subtree % _parts != _part;

    /// <summary>Where the present beginning ends.</summary>
    internal int Cut => _cut;

    internal void Divide(int part, int parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(part, parts);
        (_part, _parts) = (part, parts);
    }

    /// <summary>From the beginning.</summary>
    internal void Restart() => (_subtree, _cut) = (-1, 0);

    /// <summary>An execution that repeats <paramref name="kept"/> steps of the one before.</summary>
    internal void Begin(int kept)
    {
        if (IsDivided && (kept < _cut || _subtree < 0))
        {
            _cut = int.MaxValue;
        }
    }

    /// <summary>The execution arrives at a new place. True: everybody is to be tried there.</summary>
    internal bool Opens(SearchStep place, int depth)
    {
        var before = depth == 0 ? 1 : path[depth - 1].Beginnings;
        place.IsOpen = IsDivided && depth < _cut && before < (long)_parts * SubtreesPerPart;
        place.Beginnings = before;
        if (IsDivided && !place.IsOpen && _cut == int.MaxValue)
        {
            (_cut, _subtree) = (depth, _subtree + 1);
        }

        return place.IsOpen;
    }

    /// <summary>The execution has ended, perhaps before anything was cut.</summary>
    internal void End(int depth)
    {
        if (IsDivided && _cut == int.MaxValue)
        {
            (_cut, _subtree) = (depth, _subtree + 1);
        }
    }

    internal void Save(BinaryWriter to)
    {
        to.Write(_part);
        to.Write(_parts);
        to.Write(_subtree);
        to.Write(_cut);
    }

    internal void Restore(BinaryReader from)
    {
        Divide(from.ReadInt32(), Math.Max(1, from.ReadInt32()));
        (_subtree, _cut) = (from.ReadInt64(), from.ReadInt32());
    }
}
