namespace Lab.Oracles;

/// <summary>
/// No lane of a virtual worker starves a lower one: at most 16 cancel steps in a row while anything else could run, at most 16 timed steps while a
/// ready task could, at most 3 from the LIFO slot while the queues have some, and apart from these at most 1,024 for joins. A step of a lower lane ends a
/// streak, a step of a higher one does not; one of joins ends, too, where nothing else is ready.
/// It counts on its own, from the tasks that were chosen; the worker's counters are what it checks.
/// </summary>
internal sealed class FairnessBound(Breach breach) : LiveOracle("fairness-bound", breach)
{
    internal const int LongestCancelStreak = 16;
    internal const int LongestTimedStreak = 16;
    internal const int LongestSlotStreak = 3;
    internal const int LongestJoinStreak = 1024;

    private Streaks[] _workers = [];

    internal void Begin() => Array.Clear(_workers);

    /// <summary>Whether the next step of this worker depends on what waits in lower lanes; only then the queues need to be looked at.</summary>
    internal bool IsAtBound(int worker)
    {
        if (worker >= _workers.Length)
        {
            Array.Resize(ref _workers, worker + 1);
        }

        ref var streaks = ref _workers[worker];
        return streaks.Cancel >= LongestCancelStreak || streaks.Timed >= LongestTimedStreak || streaks.Slot >= LongestSlotStreak
            || streaks.Join >= LongestJoinStreak;
    }

    /// <summary>The worker chose a task; the arguments say what was there before the choice, and matter only at a bound.</summary>
    internal void Dispatched(int worker, Lane lane, bool timedWaits, bool readyWaits, bool queuedWaits)
    {
        ref var streaks = ref _workers[worker];
        switch (lane)
        {
            case Lane.Cancel:
                Check(++streaks.Cancel > LongestCancelStreak && (timedWaits || readyWaits), worker, streaks.Cancel, "cancel");
                break;
            case Lane.Timed:
                streaks.Cancel = 0;
                Check(++streaks.Timed > LongestTimedStreak && readyWaits, worker, streaks.Timed, "timed");
                break;
            case Lane.Slot:
                streaks.Cancel = streaks.Timed = 0;
                Check(++streaks.Slot > LongestSlotStreak && queuedWaits, worker, streaks.Slot, "slot");
                break;
            case Lane.Joined:
                streaks.Cancel = streaks.Timed = 0;
                Check(++streaks.Join > LongestJoinStreak && queuedWaits, worker, streaks.Join, "join");
                streaks.Join = streaks.Join > LongestJoinStreak ? 1 : streaks.Join;
                break;
            default:
                streaks = default;
                break;
        }
    }

    private void Check(bool isBroken, int worker, int streak, string lane)
    {
        Judged++;
        if (isBroken)
        {
            Break($"worker {worker} took {streak} tasks in a row from its {lane} lane while others waited");
        }
    }

    private struct Streaks
    {
        internal int Cancel;
        internal int Timed;
        internal int Slot;
        internal int Join;
    }
}
