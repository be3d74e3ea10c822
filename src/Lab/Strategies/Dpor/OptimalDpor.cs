using Lab.Causality;
using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Seeds;

namespace Lab.Strategies.Dpor;

/// <summary>
/// Every order of dependent steps exactly once, and no other execution: optimal dynamic partial order reduction (Abdulla, Aronis, Jonsson, Sagonas,
/// "Source Sets: A Foundation for Optimal Dynamic Partial Order Reduction", JACM 64, 2017; first in POPL 2014) with wake-up trees and sleep sets
/// (Godefroid 1996). Two executions that differ only in the order of independent steps are one (a Mazurkiewicz trace), and have one fingerprint.
/// </summary>
/// <remarks>
/// <para>Where we differ. A step is an operation and all that its task does until it suspends again, so it touches a set of objects, known when it has
/// run. Where a race is turned round its second step may touch others than it did: <see cref="Reversal"/> says how it is decided then whether that is new.
/// What a step needs to be possible at all (spawn, wake, unlock) happens before it and is no race; an acquire of a model object that was not to be had races
/// with the acquire that took it. The clock is a process whose next step fires the nearest timer.</para>
/// <para>Random draws are held fixed: a draw depends on the task, its step and its place there, and on the seed of the run's first execution. If the time
/// model holds the clock back for tasks that are ready (<c>Lag</c> and <c>WhenIdle</c>, seen as soon as it happens) every step of the clock is ordered with every
/// step of a task: who may be held back is no matter of what steps touch, and two orders of independent steps need not both be possible. That is complete, but
/// executions with equal fingerprints may be run: 2.5 for each on random programs whose delays are as long as the lag.</para>
/// <para>"Every interleaving" means: up to what is declared to be shared. Of objects of the BCL a step shows only that it resumed a task by them: who comes
/// second (two that set the sources of one WhenAny) does nothing that could be seen. From then on the search does not say that it has seen everything
/// (<see cref="Gap"/>).</para>
/// </remarks>
internal sealed class OptimalDpor : Strategy
{
    internal const string Name = "dpor";

    internal static readonly StrategyKind Kind = new(Name, Name, static _ => new OptimalDpor());

    private readonly Processes _processes = new();
    private readonly FootprintTable _footprints = new();
    private readonly SearchPath _path = new();
    private readonly KnownSteps _known = new();
    private readonly List<Race> _races = [];
    private readonly StepObserver _observer;
    private readonly Reversal _reversal;
    private readonly Impossible _impossible;
    private readonly DisabledTasks _disabled;
    private readonly Parts _parts;
    private readonly SearchState _state;

    // Steps of this execution so far, and how many of them are those of the execution before it.
    private int _depth;
    private int _kept;

    // The branch to take at _kept; later the branches below the one taken last.
    private WakeupNode? _branch;
    private WakeupBranches _after;
    private bool _isOpen;
    private bool _isFirst = true;
    private bool _isExhausted;

    // From this step on the execution shows only what was seen; -1: it shows something new.
    private int _blockedAt;
    private bool _mustRestart;

    // The steps that the next execution repeats were run before the search was interrupted: to be looked at again.
    private bool _isResumed;
    private bool _isForeign;
    private ChoicePoint? _point;
    private ulong? _drawSeed;
    private int _drawn;
    private bool _hasDraws;

    internal OptimalDpor()
    {
        _observer = new StepObserver(_footprints, _processes, _path);
        _reversal = new Reversal(_path, new Foresight(_path, _known));
        _impossible = new Impossible(_path, _processes, _footprints, _observer);
        _disabled = new DisabledTasks(_path, _processes);
        _parts = new Parts(_path);
        _state = new SearchState(_processes, _footprints, _known, _path);
    }

    /// <summary>Executions that showed nothing new: 0, unless more steps were seen than <see cref="KnownSteps"/> holds.</summary>
    internal long Redundant { get; private set; }

    /// <summary>Planned steps that were not possible when their turn came; as <see cref="Redundant"/>.</summary>
    internal long Dropped { get; private set; }

    internal override bool IsSearch => true;

    /// <summary>
    /// It runs one of many equivalent schedules, and a bound may forbid that one and allow another: to be complete within a bound it would have to add
    /// schedules (Coons, Musuvathi, McKinley, "Bounded partial-order reduction", OOPSLA 2013), and be no longer optimal.
    /// </summary>
    internal override bool MayBeRestricted => false;

    /// <summary>Said where somebody asks for this search and for virtual workers.</summary>
    internal static string NeedsExplored =>
        $"The strategy {Name} needs the explored dispatch: what virtual workers pick is no step of a task. Use dfs or random with work-stealing.";

    internal override bool IsExhausted => _isExhausted;

    internal override bool IsForeign => _isForeign;

    internal override string? Bound => _hasDraws ? "for one value of each random draw" : null;

    internal override string? Gap => _observer.HasMetTheBcl
        ? "A task was resumed by what another one, or a timer, set in the BCL; who else came too late for that is not seen. The search `dfs` runs those orders too."
        : null;

    internal override bool WantsEvents => true;

    public override string ToString() => Name;

    internal override void Begin(Seed seed, long index)
    {
        _drawSeed ??= seed.Stream(SeedStream.Random).Value;
        _depth = 0;
        _blockedAt = -1;
        _isOpen = false;
        _after = default;
        _disabled.Begin();
        Diverged = null;
        _isForeign = false;
        _parts.Begin(_kept);
        if (_kept == 0)
        {
            _observer.Restart();
        }
    }

    internal override int Choose(ChoicePoint point)
    {
        _point = point;
        Close();
        _disabled.Look(point, isNew: _depth > _kept || _isResumed);
        HoldClock(point);
        _drawn = 0;
        if (_depth < _kept)
        {
            return Repeat(point);
        }

        var place = _path.Next;
        if (_depth > _kept || _branch is null)
        {
            Arrive(point, place);
            _branch = place.Pending.TakeFirst();
        }

        var index = _branch is null ? Free(point, place) : Follow(point, place);
        _after = _branch is null or { IsUnsure: true } ? default : _branch.After;
        _branch = null;
        Open(point, index);
        return index;
    }

    internal override void OnEvent(EventKind kind, TaskShadow task, ObjectShadow? target, AccessKind access, long a, long b)
    {
        if (_isOpen)
        {
            _observer.OnEvent(kind, target, access, a);
        }
    }

    internal override ulong Draw(ulong bound)
    {
        // The number is the task's own: no step of another task changes it.
        _hasDraws = true;
        var (process, ordinal) = _depth == 0 ? (0, 0UL) : (_path[_depth - 1].Process, (ulong)_path[_depth - 1].Ordinal);
        var prng = new Prng(new Seed(SplitMix64.Mix(_drawSeed!.Value ^ _processes.IdOf(process)) + SplitMix64.Mix((ordinal << 20) + (ulong)_drawn++)));
        return Draws.Below(ref prng, bound);
    }

    internal override int Pick(int count, bool isVictim) => throw new InvalidOperationException(NeedsExplored);

    internal override void End(in ExecutionFacts facts)
    {
        Close();
        _isFirst = _isResumed = false;
        _parts.End(_depth);
        if (_mustRestart)
        {
            Restart();
            return;
        }

        _isForeign = _parts.IsDivided && (_blockedAt >= 0 || _parts.IsForeign);
        if (_blockedAt >= 0)
        {
            _path.Cut(_blockedAt);
        }

        if (_parts.IsDivided && _parts.IsForeign)
        {
            _path.Cut(_parts.Cut);
        }
        else
        {
            PlanReversals();
        }

        Backtrack();
    }

    /// <summary>
    /// Races of the steps that were repeated count again: between their two steps goes what is new and independent of the first. Without anything new between
    /// them they are planned already.
    /// </summary>
    private void PlanReversals()
    {
        _path.CountRunners();
        for (var i = 0; i < _path.Count; i++)
        {
            foreach (var race in _path[i].Races)
            {
                if (i >= _kept || _path.HasBeside(race.First, _kept))
                {
                    Plan(race);
                }
            }
        }

        _races.Clear();
        _impossible.Add(_point, _races, isComplete: _blockedAt < 0);
        foreach (var race in _races)
        {
            Plan(race);
        }
    }

    private void Plan(in Race race)
    {
        if (!_path[race.First].IsOpen && _impossible.CanCome(in race, out var timer))
        {
            _reversal.Plan(in race, timer);
        }
    }

    internal override bool TryDivide(int part, int parts)
    {
        _parts.Divide(part, parts);
        return true;
    }

    internal override string Save()
    {
        using var bytes = new MemoryStream();
        using var to = new BinaryWriter(bytes);
        to.Write(_drawSeed ?? 0);
        to.Write(_hasDraws);
        to.Write(_observer.HoldsClock);
        to.Write(_observer.HasMetTheBcl);
        to.Write(_isFirst);
        to.Write(_isExhausted);
        to.Write(Redundant);
        to.Write(Dropped);
        _parts.Save(to);
        _state.Save(to, _kept, _branch);
        to.Flush();
        return Convert.ToBase64String(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    internal override void Restore(string state)
    {
        try
        {
            using var from = new BinaryReader(new MemoryStream(Convert.FromBase64String(state)));
            var drawSeed = from.ReadUInt64();
            _hasDraws = from.ReadBoolean();
            _observer.HoldsClock = from.ReadBoolean();
            _observer.HasMetTheBcl = from.ReadBoolean();
            _isFirst = from.ReadBoolean();
            _drawSeed = _isFirst ? null : drawSeed;
            _isExhausted = from.ReadBoolean();
            Redundant = from.ReadInt64();
            Dropped = from.ReadInt64();
            _parts.Restore(from);
            (_kept, _branch) = _state.Restore(from);
            _isResumed = true;
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            throw new FormatException($"the state of a search by {Name} is damaged: {e.Message}", e);
        }
    }

    /// <summary>The deepest place where something is left to do; what was done there sleeps from now on.</summary>
    private void Backtrack()
    {
        for (var i = _path.Count - 1; i >= 0; i--)
        {
            var place = _path[i];
            place.Sleep.Add(new Sleeper(place.Process, place.Footprint, place.IsOpen));
            if (place.Pending.Count == 0)
            {
                continue;
            }

            _observer.CutTo(place);
            _path.Cut(i);
            do
            {
                _branch = place.Pending.TakeFirst();
            }
            while (_branch is not null && _reversal.Prune(i, _branch, place.Sleep));

            if (_branch is not null)
            {
                _kept = i;
                return;
            }
        }

        _isExhausted = true;
    }

    private int Repeat(ChoicePoint point)
    {
        var index = _processes.Find(point, _path.At(_depth).Process);
        if (index < 0)
        {
            Diverged ??= FormattableString.Invariant($"whoever ran in step {_depth + 1} of the execution before cannot run there now");
            return Math.Max(point.DefaultIndex, 0);
        }

        if (_isResumed)
        {
            Open(point, index);
        }
        else
        {
            _depth++;
        }

        return index;
    }

    /// <summary>A place that is new: who sleeps there, and what is planned.</summary>
    private void Arrive(ChoicePoint point, SearchStep place)
    {
        place.Reset();
        place.Pending = _after;
        if (_depth > 0)
        {
            var before = _path[_depth - 1];
            foreach (var sleeper in before.Sleep)
            {
                if (sleeper.Process != before.Process && !sleeper.Footprint.ConflictsWith(before.Footprint))
                {
                    place.Sleep.Add(sleeper);
                }
            }
        }

        if (_parts.Opens(place, _depth))
        {
            TryAll(point, place);
        }
    }

    /// <summary>Everybody who does not sleep is planned, the default first.</summary>
    private void TryAll(ChoicePoint point, SearchStep place)
    {
        var first = point.DefaultIndex;
        for (var i = -1; i < point.Count; i++)
        {
            if (i != first && !IsAsleep(point, i < 0 ? first : i, place))
            {
                place.Pending.Add(new WakeupNode(ProcessAt(point, i < 0 ? first : i), Footprint.Empty) { IsExact = false });
            }
        }

        place.Beginnings *= Math.Max(1, place.Pending.Count);
    }

    private int Follow(ChoicePoint point, SearchStep place)
    {
        var index = _processes.Find(point, _branch!.Process);
        if (index >= 0)
        {
            return index;
        }

        Dropped++;
        _branch = null;
        return Free(point, place);
    }

    /// <summary>Nothing is planned here: anybody who does not sleep, the default if possible.</summary>
    private int Free(ChoicePoint point, SearchStep place)
    {
        var chosen = point.DefaultIndex;
        if (place.Sleep.Count > 0 && IsAsleep(point, chosen, place))
        {
            chosen = 0;
            while (chosen < point.Count && IsAsleep(point, chosen, place))
            {
                chosen++;
            }
        }

        if (chosen == point.Count)
        {
            chosen = point.DefaultIndex;
            Redundant += _blockedAt < 0 ? 1 : 0;
            _blockedAt = _blockedAt < 0 ? _depth : _blockedAt;
        }

        if (place.Pending.Count > 0 && place.Pending.IndexOf(ProcessAt(point, chosen)) is >= 0 and var planned)
        {
            _branch = place.Pending.TakeAt(planned);
        }

        return chosen;
    }

    private bool IsAsleep(ChoicePoint point, int index, SearchStep place)
    {
        var process = ProcessAt(point, index);
        foreach (var sleeper in place.Sleep)
        {
            if (sleeper.Process == process)
            {
                return true;
            }
        }

        return false;
    }

    private int ProcessAt(ChoicePoint point, int index) => index == point.ClockIndex ? Processes.Clock : _processes.NumberOf(point[index].Id);

    private void Open(ChoicePoint point, int index)
    {
        var step = _path.Open(ProcessAt(point, index));
        RuntimeTask? task = null;
        step.Operation = OperationKind.Clock;
        if (index != point.ClockIndex)
        {
            task = point[index].Task;
            step.Operation = point[index].Operation;
            step.ReadySince = point[index].ReadySince;
        }

        _observer.Begin(step, task);
        _impossible.Slack = point.Slack;
        _isOpen = true;
        _depth++;
    }

    private void Close()
    {
        if (_isOpen)
        {
            _isOpen = false;
            _path.Close(_observer.End(), _processes.Count);
            _known.Add(_path[_depth - 1]);
        }
    }

    /// <summary>From the moment when the clock is seen to be held back, it is a process that depends on everybody.</summary>
    private void HoldClock(ChoicePoint point)
    {
        if (_observer.HoldsClock || !(point.IsClockHeld || point.Slack < 0))
        {
            return;
        }

        if (!_isFirst)
        {
            _mustRestart = true;
            return;
        }

        // The first execution: nothing was decided yet on the strength of the steps before.
        _observer.HoldsClock = true;
        var footprints = new Footprint[_path.Count];
        for (var i = 0; i < footprints.Length; i++)
        {
            footprints[i] = _observer.WithClock(_path[i]);
        }

        _path.CloseAgain(footprints, _processes.Count);
        _known.Clear();
        for (var i = 0; i < footprints.Length; i++)
        {
            _known.Add(_path[i]);
        }
    }

    private void Restart()
    {
        _mustRestart = false;
        _observer.HoldsClock = true;
        _path.Cut(0);
        _known.Clear();
        _parts.Restart();
        _kept = 0;
        _branch = null;
    }
}
