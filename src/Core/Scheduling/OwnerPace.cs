namespace Lab.Core.Scheduling;

/// <summary>
/// How fast the other workers get on, as one worker sees it that searches for work: two looks some microseconds apart. What an owner
/// will have done in a moment is left to it: to fetch a task from another core takes longer than to run a short one, and tasks that wake each other are
/// then on two cores, so that each of their wakes crosses over. What lies there while its owner is in a long step, or is too
/// much for it, is taken; a crowd at once, so that a burst of work spreads over many workers without delay.
/// <para>Unless what was taken there before was not worth it (<see cref="Loot"/>): then that owner is left alone for a while, longer each time, as long as
/// its steps are short or were until some moments ago. Two workers that share very short tasks take twice as long for them as one alone.</para>
/// <para>Tasks that were woken lie in the caches of who wakes them, with all they work on, and those of a long line in order in memory: two workers that share
/// them can take several times as long as one alone. How long they take where they are is seen only while they are left there. So an owner whose woken tasks
/// took their thief longer than that, but not long, is left alone on trial: until it is seen that its steps are not much shorter. So is an owner of tasks that
/// were to begin, for a shorter time: what part of theirs was the fetching depends on how far apart the two cores are.</para>
/// Used by its worker only; natively only, since virtual workers know no time. Times are in nanoseconds.
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

    /// <summary>A step that takes less is a short one; on trial, one that takes twice as long at most.</summary>
    internal const long ShortStep = 200;

    /// <summary>An owner who is left alone is relieved all the same when it has not been seen to make short steps for so long.</summary>
    internal const long SlowAfter = 100_000;

    /// <summary>The same on trial for tasks that are to begin: they bring nothing with them, and a fan-out of them may be over soon.</summary>
    internal const long SlowToBeginAfter = 30_000;

    /// <summary>How long an owner is left alone at first, and at most; it doubles from one loot that was not worth it to the next.</summary>
    internal const long ShortestRest = 200_000;
    internal const long LongestRest = 10_000_000;

    /// <summary>For so long at most one that was found slow is not put on trial again; it doubles as well.</summary>
    internal const long LongestRespite = 8 * ShortestRest;

    private readonly Worker[] _workers;

    /// <summary>By worker.</summary>
    private readonly View[] _views;

    /// <summary>Looks of the present search; more than two count as two.</summary>
    private int _count;

    private Loot _loot;

    internal OwnerPace(Worker[] workers)
    {
        _workers = workers;
        _views = new View[workers.Length];
        Array.Fill(_views, new View { ShortStep = ShortStep });
    }

    /// <summary>The worker goes through what it has stolen, and has to tell when it has nothing left.</summary>
    internal bool HasLoot => _loot.IsOpen;

    internal void Look(long now)
    {
        foreach (var worker in _workers)
        {
            ref var view = ref _views[worker.Index];
            var steps = worker.Steps;
            var count = worker.Waiting;
            view.Since = steps - view.Steps;
            view.Steps = steps;
            view.Fewest = _count == 0 ? count : Math.Min(count, view.Fewest);

            // How long the steps took that it made while nobody looked, nobody knows. If it made none, it is in the step in which it was seen last.
            if (_count == 0)
            {
                view.FastAt = view.Since == 0 ? view.FastAt : now;
            }
            else if (now - view.At < view.Since * view.ShortStep)
            {
                view.FastAt = now;
                view.Respite = 0;
            }

            view.At = now;
        }

        _count = Math.Min(_count + 1, 2);
    }

    /// <summary>The search is over: what was seen in it says nothing about the next.</summary>
    internal void Forget() => _count = 0;

    /// <summary>Whether what waits at this worker, which is not nothing, should be stolen from now.</summary>
    internal bool IsWorthStealing(Worker victim, long now)
    {
        var count = victim.Waiting;
        ref var look = ref _views[victim.Index];
        if (now < look.RestsUntil)
        {
            return _count == 2 && now - look.FastAt >= look.SlowAfter && Relieve(ref look, now);
        }

        return count >= Crowd || (_count == 2 && (count > Patience * look.Since || (count >= Lasting && look.Fewest >= Lasting)));
    }

    /// <summary>So many tasks of that worker were taken.</summary>
    /// <param name="victim">Whose they were.</param>
    /// <param name="count">One or more.</param>
    /// <param name="haveBegun">They had been woken; else they were to begin.</param>
    /// <param name="steps">What the thief has begun so far.</param>
    /// <param name="now">The time.</param>
    internal void HasStolen(Worker victim, int count, bool haveBegun, long steps, long now) => _loot.Add(victim, count, haveBegun, steps, now);

    /// <summary>The worker has nothing left to run, of what it stole or of what came from that.</summary>
    internal void RunsOut(long steps, long now)
    {
        if (!_loot.TryEnd(steps, now, out var victim, out var each))
        {
            return;
        }

        ref var view = ref _views[victim.Index];
        if (each < Loot.Worth)
        {
            LeaveAlone(ref view, ShortStep, SlowAfter, now);
        }
        else if (_loot is { EachStep: >= Loot.Worth } && each < Loot.Long && now >= view.NoTrialUntil)
        {
            // On trial: it is relieved if it makes no such steps soon, and its next trial is the later.
            LeaveAlone(ref view, Math.Min(each * 3 / 4, 2 * ShortStep), _loot.HaveBegun ? SlowAfter : SlowToBeginAfter, now);
        }
        else
        {
            // Not forgotten at once: a fan-out of short tasks has a long one among them, which starts the others.
            view.Rest /= 4;
            view.RestsUntil = 0;
        }
    }

    private static bool Relieve(ref View view, long now)
    {
        view.RestsUntil = now;
        view.Respite = Math.Clamp(2 * view.Respite, ShortestRest, LongestRespite);
        view.NoTrialUntil = now + view.Respite;
        return true;
    }

    private static void LeaveAlone(ref View view, long shortStep, long slowAfter, long now)
    {
        view.ShortStep = shortStep;
        view.SlowAfter = slowAfter;
        view.Rest = Math.Clamp(2 * view.Rest, ShortestRest, LongestRest);
        view.RestsUntil = now + view.Rest;
    }

    private struct View
    {
        /// <summary>Steps that it had begun at the last look, and how many of them since the look before.</summary>
        internal long Steps;
        internal long Since;

        /// <summary>Fewest that waited at the looks of this search.</summary>
        internal int Fewest;

        /// <summary>The last look, and the last of those that ended an interval of short steps.</summary>
        internal long At;
        internal long FastAt;

        /// <summary>A step of this owner that takes less is a short one.</summary>
        internal long ShortStep;

        /// <summary>For so long it must not have been seen to make any, to be relieved.</summary>
        internal long SlowAfter;

        /// <summary>Until when it is not put on trial, and how long that was the last time; 0 once it made short steps.</summary>
        internal long NoTrialUntil;
        internal long Respite;

        /// <summary>Until when it is left alone, and for how long it was the last time.</summary>
        internal long RestsUntil;
        internal long Rest;
    }
}
