namespace Lab.Strategies.Dpor;

/// <summary>
/// Turns a race round: the steps that do not come after its first, then its second, are to be tried in place of the first, unless that leads only to what
/// was seen or what is planned (Abdulla, Aronis, Jonsson, Sagonas, "Source Sets: A Foundation for Optimal Dynamic Partial Order Reduction",
/// JACM 64, 2017, algorithm 2 and definition 5.3).
/// </summary>
internal sealed class Reversal(SearchPath path)
{
    private readonly List<Item> _sequence = [];
    private readonly List<int> _enablers = [];

    /// <summary>Plans the other order of this race if it is new.</summary>
    internal void Plan(in Race race)
    {
        Write(race);
        var place = path[race.First];
        foreach (var sleeper in place.Sleep)
        {
            if (IsWeakInitial(sleeper.Process, sleeper.Footprint, isExact: true, out _))
            {
                return;
            }
        }

        Insert(ref place.Pending);
    }

    /// <summary>The steps after the race's first that do not come after it, and the second.</summary>
    private void Write(in Race race)
    {
        _sequence.Clear();
        for (var i = race.First + 1; i < path.Count; i++)
        {
            if (!path.Knows(i, race.First))
            {
                _sequence.Add(new Item(i, path[i].Process, path[i].Footprint));
            }
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
            if (!IsWeakInitial(branch.Process, branch.Footprint, isExact: false, out var at))
            {
                continue;
            }

            if (at >= 0)
            {
                _sequence.RemoveAt(at);
            }

            if (branch.After.Count > 0 && _sequence.Count > 0)
            {
                Insert(ref branch.After);
            }

            return;
        }

        Append(ref branches);
    }

    private void Append(ref WakeupBranches branches)
    {
        var node = new WakeupNode(_sequence[0].Process, _sequence[0].Footprint);
        branches.Add(node);
        for (var i = 1; i < _sequence.Count; i++)
        {
            var next = new WakeupNode(_sequence[i].Process, _sequence[i].Footprint);
            node.After.Add(next);
            node = next;
        }
    }

    /// <summary>
    /// Whether the sequence could as well begin with this process: its first step there comes after none of the others, or it has none and depends on none.
    /// What the last step of the sequence touches is only known of where it was seen, unless the process sleeps: then <paramref name="footprint"/> is exact.
    /// </summary>
    private bool IsWeakInitial(int process, Footprint footprint, bool isExact, out int at)
    {
        at = -1;
        for (var i = 0; i < _sequence.Count; i++)
        {
            if (_sequence[i].Process == process)
            {
                at = i;
                return IsInitial(i, isExact ? footprint : _sequence[i].Footprint);
            }
        }

        foreach (var item in _sequence)
        {
            if (item.Footprint.ConflictsWith(footprint))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsInitial(int at, Footprint footprint)
    {
        var item = _sequence[at];
        for (var i = 0; i < at; i++)
        {
            var earlier = _sequence[i];
            var comesAfter = item.Step < 0
                ? _enablers.Contains(earlier.Step) || earlier.Footprint.ConflictsWith(footprint)
                : path.Knows(item.Step, earlier.Step);
            if (comesAfter)
            {
                return false;
            }
        }

        return true;
    }

    /// <param name="Step">The step's index in the execution at hand; -1 for the race's second.</param>
    /// <param name="Process">Who runs.</param>
    /// <param name="Footprint">What it touched.</param>
    private readonly record struct Item(int Step, int Process, Footprint Footprint);
}
