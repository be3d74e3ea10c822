namespace Lab.Core.Time;

/// <summary>
/// Timers that come in the order of their due times, as equal limits do: a few runs, each sorted because only what fires after its youngest is appended.
/// Appending and removing cost O(1), wherever in the run. What fits no run is for the <see cref="TimerHeap"/>. The caller holds the gate.
/// </summary>
/// <remarks>
/// An entry goes to the run whose youngest is due last among those that it fits, else to an empty one: so each length of limit finds its own run, and
/// a few timers in the far future do not block all of them.
/// </remarks>
internal sealed class TimerRuns
{
    private const int Runs = 4;

    private readonly TimerRun[] _runs = [new(0), new(1), new(2), new(3)];

    /// <summary>When the youngest of each run is due, beside each other.</summary>
    private readonly long[] _lastDue = [TimerRun.Empty, TimerRun.Empty, TimerRun.Empty, TimerRun.Empty];

    internal int Count => _runs[0].Count + _runs[1].Count + _runs[2].Count + _runs[3].Count;

    /// <summary>Slots that the runs hold now, used or not.</summary>
    internal int Capacity => _runs[0].Capacity + _runs[1].Capacity + _runs[2].Capacity + _runs[3].Capacity;

    /// <summary>The first of all by (due, order of setting); null when there is none.</summary>
    internal TimerEntry? First
    {
        get
        {
            var first = _runs[0];
            for (var i = 1; i < Runs; i++)
            {
                var run = _runs[i];
                if (run.FirstDue < first.FirstDue || (run.FirstDue == first.FirstDue && run.First is { } entry && entry.IsBefore(first.First!)))
                {
                    first = run;
                }
            }

            return first.First;
        }
    }

    /// <summary>Appends the entry. False: it fits no run.</summary>
    internal bool TryAppend(TimerEntry entry)
    {
        var (run, due) = (-1, long.MinValue);
        for (var i = 0; i < Runs; i++)
        {
            var last = _lastDue[i];
            if (last <= entry.Due && last > due && (last != entry.Due || _runs[i].Last!.IsBefore(entry)))
            {
                (run, due) = (i, last);
            }
        }

        if (run < 0)
        {
            return false;
        }

        _runs[run].Append(entry);
        _lastDue[run] = entry.Due;
        return true;
    }

    /// <summary>The entry in this place is here no more; what it says of its place is left to the caller.</summary>
    internal void RemoveAt(TimerPlace place)
    {
        var index = place.Run;
        var run = _runs[index];
        run.RemoveAt(place.Index);
        _lastDue[index] = run.LastDue;
    }

    /// <summary>Takes everything out.</summary>
    internal void Clear()
    {
        foreach (var run in _runs)
        {
            while (run.First is { } entry)
            {
                RemoveAt(entry.Look());
                entry.PutLocked(TimerHome.None);
            }
        }
    }
}
