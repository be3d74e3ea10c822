namespace Lab.Core.Scheduling;

/// <summary>
/// How fast the other workers get on, as one worker sees it that searches for work: two looks some microseconds apart. What an owner
/// will have done in a moment is left to it: to fetch a task from another core takes longer than to run a short one, and tasks that wake each other are
/// then on two cores, so that each of their wakes crosses over. What lies there while its owner is in a long step, or is too
/// much for it, is taken; a crowd at once, so that a burst of work spreads over many workers without delay.
/// Used by its worker only; natively only, since virtual workers know no time.
/// </summary>
internal sealed class OwnerPace
{
    /// <summary>A queue is left alone whose owner needs at most so many intervals between looks for as many steps as the queue is long.</summary>
    internal const int Patience = 2;

    /// <summary>So many entries are taken without a look.</summary>
    internal const int Crowd = 16;

    /// <summary>
    /// So many entries at every look are taken, however fast their owner is: that many tasks which are ready again as soon as they have run are work for
    /// more than one.
    /// </summary>
    internal const int Lasting = 8;

    private readonly Worker[] _workers;

    /// <summary>
    /// By worker: the steps that it had begun at the last look, how many of them since the look before, and the fewest entries that were in its queue at
    /// the looks of this search.
    /// </summary>
    private readonly (long Steps, long Since, int Fewest)[] _looks;

    /// <summary>Looks of the present search; more than two count as two.</summary>
    private int _count;

    internal OwnerPace(Worker[] workers)
    {
        _workers = workers;
        _looks = new (long, long, int)[workers.Length];
    }

    internal void Look()
    {
        foreach (var worker in _workers)
        {
            ref var look = ref _looks[worker.Index];
            var steps = worker.Steps;
            var count = worker.Queue.Count;
            look = (steps, steps - look.Steps, _count == 0 ? count : Math.Min(count, look.Fewest));
        }

        _count = Math.Min(_count + 1, 2);
    }

    /// <summary>The search is over: what was seen in it says nothing about the next.</summary>
    internal void Forget() => _count = 0;

    /// <summary>Whether its queue, which is not empty, should be stolen from now.</summary>
    internal bool IsWorthStealing(Worker victim)
    {
        var count = victim.Queue.Count;
        var look = _looks[victim.Index];
        return count >= Crowd || (_count == 2 && (count > Patience * look.Since || (count >= Lasting && look.Fewest >= Lasting)));
    }
}
