namespace Lab.Strategies.Dpor;

/// <summary>
/// Which timers were set, changed, cancelled and fired by which step of the execution at hand: the clock is a process whose next step is the nearest
/// timer's, so what it would do elsewhere is computed from this. Cut back with the execution.
/// </summary>
internal sealed class TimerLog
{
    private readonly List<Entry> _entries = [];
    private readonly List<Pending> _pending = [];

    internal int Count => _entries.Count;

    /// <summary>The timer stands for <paramref name="due"/> from this step on.</summary>
    internal void Set(int step, int timer, long due) => _entries.Add(new Entry(step, timer, due, false));

    /// <summary>The timer stands no more; <paramref name="fired"/>: since it fired.</summary>
    internal void Remove(int step, int timer, bool fired) => _entries.Add(new Entry(step, timer, Gone, fired));

    internal void Cut(int count) => _entries.RemoveRange(count, _entries.Count - count);

    /// <summary>Steps of tasks that took a timer out, or moved it, which stood before one that fires now: without them the clock would have done something else.</summary>
    internal void AddEnablers(int firing, List<int> enablers)
    {
        var at = _entries.Count - 1;
        while (at >= 0 && !(_entries[at].Fired && _entries[at].Step == firing))
        {
            at--;
        }

        if (at < 0 || !TryStanding(at, _entries[at].Timer, out var set))
        {
            return;
        }

        for (var i = 0; i < at; i++)
        {
            var entry = _entries[i];
            if (!entry.Fired && entry.Step != firing && TryStanding(i, entry.Timer, out var other) && ComesFirst(other, set) && !enablers.Contains(entry.Step))
            {
                enablers.Add(entry.Step);
            }
        }
    }

    /// <summary>Calls back for each timer that a task took out or moved before it fired.</summary>
    internal void Removals(List<Removal> removals)
    {
        for (var i = 0; i < _entries.Count; i++)
        {
            if (!_entries[i].Fired && TryStanding(i, _entries[i].Timer, out _))
            {
                removals.Add(new Removal(_entries[i].Step, _entries[i].Timer));
            }
        }
    }

    /// <summary>The timer that would be next after the steps for which <paramref name="isTaken"/> holds; false if there is none.</summary>
    internal bool TryNext(Func<int, bool> isTaken, out int timer, out long due)
    {
        _pending.Clear();
        foreach (var entry in _entries)
        {
            if (!isTaken(entry.Step))
            {
                continue;
            }

            _pending.RemoveAll(pending => pending.Timer == entry.Timer);
            if (entry.Due != Gone)
            {
                _pending.Add(new Pending(entry.Timer, entry.Due));
            }
        }

        (timer, due) = (-1, Gone);
        foreach (var pending in _pending)
        {
            if (pending.Due < due)
            {
                (timer, due) = (pending.Timer, pending.Due);
            }
        }

        return timer >= 0;
    }

    /// <summary>Whether the timer stood just before entry <paramref name="at"/>, and which entry had set it.</summary>
    private bool TryStanding(int at, int timer, out int set)
    {
        for (set = at - 1; set >= 0; set--)
        {
            if (_entries[set].Timer == timer)
            {
                return _entries[set].Due != Gone;
            }
        }

        return false;
    }

    /// <summary>Timers fire in the order of their due times, those with the same one in the order of setting.</summary>
    private bool ComesFirst(int set, int other) => _entries[set].Due != _entries[other].Due ? _entries[set].Due < _entries[other].Due : set < other;

    private const long Gone = long.MaxValue;

    /// <summary>A timer that was taken out, or moved, by this step.</summary>
    internal readonly record struct Removal(int Step, int Timer);

    private readonly record struct Entry(int Step, int Timer, long Due, bool Fired);

    private readonly record struct Pending(int Timer, long Due);
}
