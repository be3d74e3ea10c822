namespace Lab.Core.Time;

/// <summary>
/// Timers that come in the order of their due times, as equal limits do: a few runs, each a linked list that is sorted because only what is due no
/// earlier than its youngest is appended. Appending and removing cost O(1), wherever in the run. What fits no run is for the <see cref="TimerHeap"/>.
/// The caller holds the gate.
/// </summary>
/// <remarks>
/// An entry goes to the run whose youngest is due last among those that it fits, else to an empty one: so each length of limit finds its own run, and
/// a few timers in the far future do not block all of them.
/// </remarks>
internal sealed class TimerRuns
{
    internal const int Count = 4;

    /// <summary>Before every due time.</summary>
    private const long Empty = -1;

    private readonly TimerEntry?[] _first = new TimerEntry?[Count];
    private readonly TimerEntry?[] _last = new TimerEntry?[Count];

    /// <summary>When the youngest of each run is due, beside each other.</summary>
    private readonly long[] _lastDue = [Empty, Empty, Empty, Empty];

    /// <summary>The first of all by (due, order of setting); null when there is none.</summary>
    internal TimerEntry? First
    {
        get
        {
            TimerEntry? first = null;
            foreach (var candidate in _first)
            {
                if (candidate is not null && (first is null || candidate.IsBefore(first)))
                {
                    first = candidate;
                }
            }

            return first;
        }
    }

    /// <summary>Appends the entry, which was set after all others; its place is its run from now on. False: it fits none.</summary>
    internal bool TryAppend(TimerEntry entry)
    {
        var (run, due) = (-1, long.MinValue);
        for (var i = 0; i < Count; i++)
        {
            var last = _lastDue[i];
            if (last <= entry.Due && last > due)
            {
                (run, due) = (i, last);
            }
        }

        if (run < 0)
        {
            return false;
        }

        if (_last[run] is { } youngest)
        {
            youngest.Next = entry;
            entry.Previous = youngest;
        }
        else
        {
            _first[run] = entry;
        }

        _last[run] = entry;
        _lastDue[run] = entry.Due;
        entry.Place = TimerEntry.InRun(run);
        return true;
    }

    internal void Remove(TimerEntry entry)
    {
        var run = TimerEntry.InRun(entry.Place);
        var (previous, next) = (entry.Previous, entry.Next);
        if (previous is null)
        {
            _first[run] = next;
        }
        else
        {
            previous.Next = next;
        }

        if (next is null)
        {
            _last[run] = previous;
            _lastDue[run] = previous?.Due ?? Empty;
        }
        else
        {
            next.Previous = previous;
        }

        (entry.Previous, entry.Next, entry.Place) = (null, null, TimerEntry.NotQueued);
    }

    /// <summary>Takes everything out.</summary>
    internal void Clear()
    {
        for (var run = 0; run < Count; run++)
        {
            while (_first[run] is { } entry)
            {
                Remove(entry);
            }
        }
    }
}
