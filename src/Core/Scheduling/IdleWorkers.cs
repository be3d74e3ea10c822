using Lab.Core.Memory;

namespace Lab.Core.Scheduling;

/// <summary>What a worker that goes to sleep has to wake for by itself.</summary>
internal enum Watch
{
    /// <summary>Nothing: another sleeper watches.</summary>
    Nothing,

    /// <summary>The nearest timer.</summary>
    Timers,

    /// <summary>The nearest timer, and every few milliseconds what a busy worker keeps: a task in its slot, timers that nobody has counted yet.</summary>
    TimersAndSlots,
}

/// <summary>
/// Who sleeps, and how many are searching (awake without a task). Wakers wake one sleeper at a time: while somebody searches nobody else is woken,
/// and a searcher that finds work looks whether there is more and passes the search on. No wake-up is lost: a waker publishes its entry, fences and
/// then reads the two counts; a worker announces its sleep and gives up its search under the gate, fences, and then looks at every queue again. A
/// worker that publishes in its own queue reads the count of sleepers before it fences, and fences only if there are any: the sleeper's fence is one
/// in every thread.
/// Of the sleepers at most one, the watcher, wakes by itself for timers, and for slots as long as somebody is awake.
/// </summary>
internal sealed class IdleWorkers
{
    private const int Nobody = -1;

    private readonly Gate _gate = new();

    /// <summary>Indices of the sleepers, the longest asleep first; [0, count).</summary>
    private readonly int[] _sleepers;

    private int _watcher = Nobody;
    private AtomicInt32 _asleep;
    private AtomicInt32 _searching;
    private AtomicInt32 _watch = new((int)Watch.Nothing);

    /// <summary>Read by every push of a worker while somebody sleeps; written when it changes.</summary>
    private AtomicInt32 _calm;

    internal IdleWorkers(int workers) => _sleepers = new int[workers];

    internal bool IsAnyAsleep => _asleep.Read() != 0;

    internal int Asleep => _asleep.Read();

    internal int Searching => _searching.Read();

    /// <summary>What the sleepers as a whole wake for by themselves.</summary>
    internal Watch Watched => (Watch)_watch.Read();

    /// <summary>
    /// The last search that ended in sleep has seen work, and left it to owners who got on with it. To wake a sleeper for the next such piece would be in
    /// vain as well, and costs more than the piece; until something is stolen, a few that come into a queue are left to the watcher, as a slot is.
    /// A mark of how things went, and no more: whoever acts on an old one wakes a sleeper in vain, or leaves something to the watcher.
    /// </summary>
    internal bool IsCalm => _calm.Read() != 0;

    internal void SetCalm(bool calm)
    {
        if (IsCalm != calm)
        {
            _calm.Write(calm ? 1 : 0);
        }
    }

    internal void BeginSearching() => _searching.Increment();

    /// <summary>A searcher has found work. True: nobody searches any more, and the caller must look whether somebody should.</summary>
    internal bool EndSearching() => _searching.Decrement() == 0;

    /// <summary>A searcher goes to sleep. Afterwards it looks at every queue once more, and then parks.</summary>
    internal Watch Sleep(int worker)
    {
        using (_gate.Enter())
        {
            var asleep = _asleep.Read();
            _sleepers[asleep] = worker;
            _asleep.Write(asleep + 1);
            _searching.Decrement();
            var watch = asleep + 1 < _sleepers.Length ? Watch.TimersAndSlots : Watch.Timers;
            if (_watcher != Nobody && watch <= Watched)
            {
                return Watch.Nothing;
            }

            // A watcher that fell asleep when nobody was awake looks at no slots: with somebody awake again, the newcomer takes over.
            _watcher = worker;
            _watch.Exchange((int)watch);
            return watch;
        }
    }

    /// <summary>A sleeper wakes by itself and searches again. False: a waker has chosen it already, and its permit is on the way.</summary>
    internal bool TryRise(int worker)
    {
        using (_gate.Enter())
        {
            for (var i = 0; i < _asleep.Read(); i++)
            {
                if (_sleepers[i] == worker)
                {
                    RemoveLocked(i);
                    _searching.Increment();
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>There is work. If nobody searches, makes a sleeper a searcher; the caller unparks it. The caller has fenced since it published.</summary>
    internal bool TryWakeOne(out int worker)
    {
        worker = Nobody;
        if (!IsAnyAsleep || _searching.Read() != 0 || !_searching.TryChange(0, 1))
        {
            return false;
        }

        using (_gate.Enter())
        {
            var asleep = _asleep.Read();
            if (asleep == 0)
            {
                // Given up inside the gate: whoever saw it and therefore woke nobody published before the next sleeper's last look.
                _searching.Decrement();
                return false;
            }

            // The one that fell asleep last has the warmest caches; the watcher only if it is alone.
            var chosen = asleep > 1 && _sleepers[asleep - 1] == _watcher ? asleep - 2 : asleep - 1;
            worker = _sleepers[chosen];
            RemoveLocked(chosen);
            return true;
        }
    }

    /// <summary>What is watched for has changed: makes the watcher a searcher, or any sleeper if there is none. The caller unparks it.</summary>
    internal bool TryWakeWatcher(out int worker)
    {
        worker = Nobody;
        if (!IsAnyAsleep)
        {
            return false;
        }

        using (_gate.Enter())
        {
            var asleep = _asleep.Read();
            if (asleep == 0)
            {
                return false;
            }

            var chosen = asleep - 1;
            for (var i = 0; i < asleep; i++)
            {
                chosen = _sleepers[i] == _watcher ? i : chosen;
            }

            worker = _sleepers[chosen];
            RemoveLocked(chosen);
            _searching.Increment();
            return true;
        }
    }

    private void RemoveLocked(int position)
    {
        var worker = _sleepers[position];
        var left = _asleep.Read() - 1;
        Array.Copy(_sleepers, position + 1, _sleepers, position, left - position);
        _asleep.Write(left);
        if (_watcher == worker)
        {
            _watcher = Nobody;
            _watch.Exchange((int)Watch.Nothing);
        }
    }
}
