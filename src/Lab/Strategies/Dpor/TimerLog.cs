namespace Lab.Strategies.Dpor;

/// <summary>
/// Which timers were set, changed, cancelled and fired by which step of the execution at hand: the clock is a process whose next step is the nearest
/// timer's, so what it would do elsewhere is computed from this. Cut back with the execution.
/// </summary>
internal sealed class TimerLog
{
    private readonly List<Entry> _entries = [];

    // Of the entries those that took out or moved a timer which stood, before it fired; rising.
    private readonly List<int> _removals = [];

    // By timer: its last entry; and the last look in which it was met, in the whole and in what comes before a step.
    private int[] _last = [];
    private long[] _met = [];
    private long[] _metBefore = [];
    private long _look;

    internal int Count => _entries.Count;

    /// <summary>The timer stands for <paramref name="due"/> from this step on.</summary>
    internal void Set(int step, int timer, long due) => Add(step, timer, due, fired: false);

    /// <summary>The timer stands no more; <paramref name="fired"/>: since it fired.</summary>
    internal void Remove(int step, int timer, bool fired) => Add(step, timer, Gone, fired);

    internal void Cut(int count)
    {
        for (var i = _entries.Count - 1; i >= count; i--)
        {
            _last[_entries[i].Timer] = _entries[i].Previous;
        }

        _entries.RemoveRange(count, _entries.Count - count);
        while (_removals.Count > 0 && _removals[^1] >= count)
        {
            _removals.RemoveAt(_removals.Count - 1);
        }
    }

    /// <summary>
    /// Steps of tasks that took a timer out, or moved it, which stood before one that fires now: without them the clock would have done something else. Not
    /// those of which the clock's step before knows: it comes after that one. Nor those that had set that timer themselves: without them it never stood.
    /// </summary>
    internal void AddEnablers(SearchPath path, int firing, SearchStep step)
    {
        var at = _entries.Count - 1;
        while (at >= 0 && !(_entries[at].Fired && _entries[at].Step == firing))
        {
            at--;
        }

        var set = at < 0 ? -1 : _entries[at].Previous;
        if (set < 0 || _entries[set].Due == Gone)
        {
            return;
        }

        foreach (var removal in _removals)
        {
            var entry = _entries[removal];
            if (removal < at && entry.Step != firing && _entries[entry.Previous].Step != entry.Step && ComesFirst(entry.Previous, set)
                && !(step.Previous >= 0 && path.Knows(step.Previous, entry.Step)) && !step.Enablers.Contains(entry.Step))
            {
                step.Enablers.Add(entry.Step);
            }
        }
    }

    /// <summary>Each timer that a task took out or moved before it fired.</summary>
    internal void Removals(List<Removal> removals)
    {
        foreach (var removal in _removals)
        {
            removals.Add(new Removal(_entries[removal].Step, _entries[removal].Timer));
        }
    }

    /// <summary>The timer that would be next without step <paramref name="first"/> and what comes after it; false if there is none.</summary>
    internal bool TryNext(SearchPath path, int first, out int timer, out long due)
    {
        _look++;
        (timer, due) = (-1, Gone);
        var i = _entries.Count - 1;
        for (; i >= 0 && _entries[i].Step >= first; i--)
        {
            // The last that was done to it counts.
            if (!path.Knows(_entries[i].Step, first) && _met[_entries[i].Timer] != _look)
            {
                _met[_entries[i].Timer] = _look;
                Take(_entries[i], ref timer, ref due);
            }
        }

        // Before that step no more is to be found than stood then.
        for (var left = i < 0 ? 0 : _entries[i].Standing; left > 0; i--)
        {
            var entry = _entries[i];
            if (_metBefore[entry.Timer] == _look)
            {
                continue;
            }

            _metBefore[entry.Timer] = _look;
            left -= entry.Due == Gone ? 0 : 1;
            if (_met[entry.Timer] != _look)
            {
                Take(entry, ref timer, ref due);
            }
        }

        return timer >= 0;
    }

    /// <summary>Looked at from the last to the first: of two that are due at the same time the one that was set first.</summary>
    private static void Take(in Entry entry, ref int timer, ref long due)
    {
        if (entry.Due != Gone && entry.Due <= due)
        {
            (timer, due) = (entry.Timer, entry.Due);
        }
    }

    private void Add(int step, int timer, long due, bool fired)
    {
        if (timer >= _last.Length)
        {
            var before = _last.Length;
            Array.Resize(ref _last, Math.Max(timer + 1, before * 2));
            Array.Resize(ref _met, _last.Length);
            Array.Resize(ref _metBefore, _last.Length);
            _last.AsSpan(before).Fill(-1);
        }

        var stood = _last[timer] >= 0 && _entries[_last[timer]].Due != Gone;
        var standing = (_entries.Count == 0 ? 0 : _entries[^1].Standing) + (due == Gone ? 0 : 1) - (stood ? 1 : 0);
        if (stood && !fired)
        {
            _removals.Add(_entries.Count);
        }

        _entries.Add(new Entry(step, timer, due, fired, _last[timer], standing));
        _last[timer] = _entries.Count - 1;
    }

    /// <summary>Timers fire in the order of their due times, those with the same one in the order of setting.</summary>
    private bool ComesFirst(int set, int other) => _entries[set].Due != _entries[other].Due ? _entries[set].Due < _entries[other].Due : set < other;

    private const long Gone = long.MaxValue;

    /// <summary>A timer that was taken out, or moved, by this step.</summary>
    internal readonly record struct Removal(int Step, int Timer);

    /// <param name="Previous">The entry of the same timer before; -1: none.</param>
    /// <param name="Standing">How many timers stand after it.</param>
    private readonly record struct Entry(int Step, int Timer, long Due, bool Fired, int Previous, int Standing);
}
