using Lab.Core.Observing;

namespace Lab.Strategies.Dpor;

/// <summary>
/// Steps that an execution made impossible, and that could have come before what did: a timer that was cancelled, a model object that was taken for good.
/// Nobody skips them silently. And whether the clock could come where a race would have it.
/// </summary>
internal sealed class Impossible(SearchPath path, Processes processes, FootprintTable footprints, StepObserver observer)
{
    private readonly List<TimerLog.Removal> _removals = [];
    private readonly List<int> _enablers = [];

    /// <summary>As <see cref="ChoicePoint.Slack"/>.</summary>
    internal long Slack { get; set; }

    /// <summary>Adds the races of an execution that ended with steps that could not be taken any more.</summary>
    internal void Add(ChoicePoint? point, List<Race> races, bool isComplete)
    {
        if (path.Timers.Count > 0)
        {
            AddTimers(races);
        }

        for (var i = 0; isComplete && point is not null && i < point.DisabledCount; i++)
        {
            ref readonly var disabled = ref point.Disabled(i);
            if (disabled.Operation is OperationKind.Lock or OperationKind.Acquire)
            {
                AddAcquire(processes.NumberOf(disabled.Id), footprints.NumberOf(disabled.Target), races);
            }
        }
    }

    /// <summary>
    /// False when the second step of the race is the clock's and could not come before the first. If it could it fires <paramref name="timer"/>, which is -1
    /// for the step of a task.
    /// </summary>
    internal bool CanCome(in Race race, out int timer)
    {
        timer = -1;
        if (race.Process != Processes.Clock)
        {
            return race.Second < 0 || CanEnd(path[race.Second], race.First);
        }

        var first = race.First;
        if (!path.Timers.TryNext(path, first, out timer, out var due))
        {
            return false;
        }

        return (race.Second >= 0 || race.Footprint == observer.Firing(timer)) && (!observer.HoldsClock || IsFree(first, due));
    }

    /// <summary>A join that was cancelled can do without this canceller if another one came, or what it waits for.</summary>
    private bool CanEnd(SearchStep join, int first) =>
        join.Joined < 0 || join.EnablingObject >= 0 || path.WriterWithout(join.Flag, first) >= 0 || path.WriterWithout(join.Joined, first) >= 0;

    private void AddTimers(List<Race> races)
    {
        _removals.Clear();
        path.Timers.Removals(_removals);
        foreach (var removal in _removals)
        {
            if (path[removal.Step].Process != Processes.Clock)
            {
                races.Add(new Race(removal.Step, -1, Processes.Clock, observer.Firing(removal.Timer)));
            }
        }
    }

    private void AddAcquire(int process, int target, List<Race> races)
    {
        var acquire = path.LastAcquired(target, path.Count);
        var last = path.LastStepOf(process);
        _enablers.Clear();
        path.AddWakers(process, last, path.Count, _enablers);
        if (acquire >= 0 && path.IsAvailableBefore(acquire, process, last, _enablers, target))
        {
            races.Add(new Race(acquire, -1, process, observer.Taking(target)));
        }
    }

    /// <summary>Whether the time model lets the clock move to <paramref name="due"/> in place of step <paramref name="first"/>, with what comes after that step not taken.</summary>
    private bool IsFree(int first, long due)
    {
        if (Slack < 0)
        {
            return false;
        }

        for (var i = first; i < path.Count; i++)
        {
            var step = path[i];
            if (step.Process != Processes.Clock && path.Knows(i, first) && IsReadyWithout(i, first) && due - step.ReadySince > Slack)
            {
                return false;
            }
        }

        return true;
    }

    private bool IsReadyWithout(int step, int first)
    {
        if (path[step].Previous >= 0 && path.Knows(path[step].Previous, first))
        {
            return false;
        }

        foreach (var enabler in path[step].Enablers)
        {
            if (path.Knows(enabler, first))
            {
                return false;
            }
        }

        return true;
    }
}
