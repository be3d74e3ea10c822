namespace Lab.Strategies.Dpor;

/// <summary>
/// Turns a race round: the steps that do not come after its first, then its second, are to be tried in place of the first, unless that leads only to what
/// was seen or what is planned (Abdulla, Aronis, Jonsson, Sagonas, "Source Sets: A Foundation for Optimal Dynamic Partial Order Reduction",
/// JACM 64, 2017, algorithm 2 and definition 5.3).
/// </summary>
/// <remarks>
/// The paper takes it that what the second step touches is known. It ran after the first; before it, it may see another value and go another way. So what
/// it touches is asked of <see cref="Foresight"/>: had a sleeping process led to the same trace, then that step was taken there, with the same past, and
/// is known. Is it unknown, the trace is new. As for branches that are only planned, it may be too early to tell: then the sequence is planned, and asked
/// about again when its turn has come and what was planned before it was seen (<see cref="Prune"/>).
/// <para>That a sleeping process is independent of the whole sequence is reason enough to leave it out, since what follows on it and does depend on that
/// process is planned when it is met behind it. Not so behind a place where everybody is tried (<see cref="Sleeper.IsOfOpen"/>).</para>
/// </remarks>
internal sealed class Reversal(SearchPath path, Foresight foresight)
{
    private readonly List<Item> _sequence = [];
    private readonly List<int> _beside = [];
    private readonly List<int> _enablers = [];
    private readonly List<WakeupNode> _way = [];
    private Race _race;
    private int _timer;
    private bool _isForeseen;
    private Footprint? _second;
    private bool _isUnsure;

    /// <summary>Plans the other order of this race if it is new. <paramref name="timer"/>: what the clock would fire, if the second step is its.</summary>
    internal void Plan(in Race race, int timer)
    {
        (_race, _timer) = (race, timer);
        _isForeseen = _isUnsure = false;
        Write(race);
        var place = path[race.First];
        foreach (var sleeper in place.Sleep)
        {
            if (IsWeakInitial(sleeper.Process, sleeper.Footprint, out var at) && (at >= 0 || !sleeper.IsOfOpen))
            {
                return;
            }
        }

        Insert(ref place.Pending);
    }

    /// <summary>
    /// Takes out of a branch at a place, the present end of the execution at hand, what turns out to lead only where a sleeping process has led. True when
    /// nothing is left of it.
    /// </summary>
    internal bool Prune(int place, WakeupNode branch, List<Sleeper> sleepers)
    {
        _way.Add(branch);
        var isEmpty = branch.IsUnsure ? IsPrunedUnsure(place, branch, sleepers) : branch.After.Count > 0 && IsPruned(place, branch, sleepers);
        _way.RemoveAt(_way.Count - 1);
        return isEmpty;
    }

    private bool IsPruned(int place, WakeupNode branch, List<Sleeper> sleepers)
    {
        for (var i = branch.After.Count - 1; i >= 0; i--)
        {
            if (Prune(place, branch.After[i], sleepers))
            {
                branch.After.RemoveAt(i);
            }
        }

        return branch.After.Count == 0;
    }

    private bool IsPrunedUnsure(int place, WakeupNode branch, List<Sleeper> sleepers)
    {
        var isSeen = false;
        foreach (var sleeper in sleepers)
        {
            switch (Begins(place, sleeper))
            {
                case Beginning.Of:
                    return true;
                case Beginning.Beside:
                    isSeen = true;
                    break;
            }
        }

        // What was left to it may still lead elsewhere.
        branch.IsUnsure = !isSeen;
        return isSeen && IsPruned(place, branch, sleepers);
    }

    /// <summary>Whether the way could as well begin with this sleeper's step.</summary>
    private Beginning Begins(int place, in Sleeper sleeper)
    {
        var last = _way[^1];
        foreach (var node in _way)
        {
            if (node.Process == sleeper.Process)
            {
                return Beginning.Of;
            }

            if (!ReferenceEquals(node, last) && node.Footprint.ConflictsWith(sleeper.Footprint))
            {
                return Beginning.None;
            }
        }

        if (sleeper.IsOfOpen)
        {
            return Beginning.None;
        }

        if (!last.IsExact)
        {
            foresight.Begin(place);
            for (var i = 0; i < _way.Count - 1; i++)
            {
                foresight.Take(_way[i].Process, _way[i].Footprint);
            }

            if (foresight.Next(last.Process, last.Timer) is { } footprint)
            {
                (last.Footprint, last.IsExact) = (footprint, true);
            }
        }

        return last.IsExact && !last.Footprint.ConflictsWith(sleeper.Footprint) ? Beginning.Beside : Beginning.None;
    }

    /// <summary>The steps after the race's first that do not come after it, and the second.</summary>
    private void Write(in Race race)
    {
        _sequence.Clear();
        _beside.Clear();
        path.AddBeside(race.First, _beside);
        foreach (var step in _beside)
        {
            _sequence.Add(new Item(step, path[step].Process, path[step].Footprint));
        }

        _enablers.Clear();
        if (race.Second >= 0)
        {
            var second = path[race.Second];
            _enablers.AddRange(second.Enablers);
            if (second.Joined >= 0 && path.WriterWithout(second.Joined, race.First) is >= 0 and var end)
            {
                _enablers.Add(end);
            }
        }
        else
        {
            path.AddWakers(race.Process, path.LastStepOf(race.Process), path.Count, _enablers);
        }

        _sequence.Add(new Item(-1, race.Process, race.Footprint));
    }

    private void Insert(ref WakeupBranches branches)
    {
        for (var i = 0; i < branches.Count; i++)
        {
            var branch = branches[i];
            if (!IsWeakInitial(branch.Process, branch.IsExact ? branch.Footprint : null, out var at))
            {
                continue;
            }

            if (at >= 0)
            {
                _sequence.RemoveAt(at);
            }

            // A leaf leaves the rest to the search; one that may yet turn out to be no way to go does not.
            if (_sequence.Count > 0 && (branch.IsUnsure || branch.After.Count > 0))
            {
                Insert(ref branch.After);
            }

            return;
        }

        Append(ref branches);
    }

    private void Append(ref WakeupBranches branches)
    {
        var isWhole = _sequence[^1].Step < 0;
        for (var i = 0; i < _sequence.Count; i++)
        {
            var isLast = isWhole && i == _sequence.Count - 1;
            var footprint = isLast ? Second() : _sequence[i].Footprint;
            var node = new WakeupNode(_sequence[i].Process, footprint ?? _sequence[i].Footprint)
            {
                IsExact = footprint is not null,
                IsUnsure = isLast && _isUnsure,
                Timer = isLast ? _timer : -1,
            };
            branches.Add(node);
            branches = ref node.After;
        }
    }

    /// <summary>
    /// Whether the sequence could as well begin with this process: its first step there comes after none of the others, or it has none and depends on none.
    /// </summary>
    /// <param name="process">Whose step it is.</param>
    /// <param name="footprint">What its step touches at this place; null if that is not known.</param>
    /// <param name="at">Where in the sequence it is; -1: nowhere.</param>
    private bool IsWeakInitial(int process, Footprint? footprint, out int at)
    {
        at = -1;
        for (var i = 0; i < _sequence.Count; i++)
        {
            if (_sequence[i].Process == process)
            {
                at = i;
                return _sequence[i].Step >= 0 ? IsInitial(i) : IsInitial(i, footprint ?? Second());
            }
        }

        if (footprint is null)
        {
            _isUnsure = true;
            return false;
        }

        foreach (var item in _sequence)
        {
            if (item.Step >= 0 && item.Footprint.ConflictsWith(footprint))
            {
                return false;
            }
        }

        return _sequence[^1].Step >= 0 || (IsSure(Second()) && !_second!.ConflictsWith(footprint));
    }

    private bool IsInitial(int at)
    {
        for (var i = 0; i < at; i++)
        {
            if (path.Knows(_sequence[at].Step, _sequence[i].Step))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>As for the others, of the race's second, which may come after others than it did.</summary>
    private bool IsInitial(int at, Footprint? footprint)
    {
        for (var i = 0; i < at; i++)
        {
            if (_enablers.Contains(_sequence[i].Step) || (footprint?.ConflictsWith(_sequence[i].Footprint) ?? false))
            {
                return false;
            }
        }

        return at == 0 || IsSure(footprint);
    }

    private bool IsSure(Footprint? footprint)
    {
        _isUnsure |= footprint is null;
        return footprint is not null;
    }

    /// <summary>What the race's second touches after the rest of the sequence; null if that was never seen.</summary>
    private Footprint? Second()
    {
        if (_isForeseen)
        {
            return _second;
        }

        // All of the rest, also what was taken out of the sequence since: where that comes first it is the same.
        _isForeseen = true;
        foresight.Begin(_race.First);
        foreach (var step in _beside)
        {
            foresight.Take(path[step].Process, path[step].Footprint);
        }

        return _second = foresight.Next(_race.Process, _timer);
    }

    private enum Beginning
    {
        None,

        /// <summary>Its step is one of the way, and comes after none of the others: so it is of whatever follows.</summary>
        Of,

        /// <summary>Its step is independent of all of them.</summary>
        Beside,
    }

    /// <param name="Step">The step's index in the execution at hand; -1 for the race's second.</param>
    /// <param name="Process">Who runs.</param>
    /// <param name="Footprint">What it touched.</param>
    private readonly record struct Item(int Step, int Process, Footprint Footprint);
}
