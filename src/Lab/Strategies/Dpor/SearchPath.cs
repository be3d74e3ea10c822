using System.Runtime.InteropServices;

namespace Lab.Strategies.Dpor;

/// <summary>
/// The execution at hand as steps with their happens-before (vector clocks), and the races that end in each new step. What an execution has in common
/// with the one before it is kept: <see cref="Cut"/> takes back the rest.
/// </summary>
/// <remarks>
/// A step comes after its process's last one, after what enabled it (spawn, wake, unlock), and after every step that touched one of its objects unless
/// both only read it. O(processes) for each of those.
/// </remarks>
internal sealed class SearchPath
{
    private readonly List<SearchStep> _steps = [];
    private readonly List<Touch> _touches = [];
    private readonly List<WakeEntry> _wakes = [];
    private readonly List<Candidate> _before = [];
    private int[] _lastTouch = new int[64];
    private int[] _lastWake = new int[16];
    private int[] _lastStep = new int[16];

    // By process: a step that its first one comes after, which made it; and the last look in which it was met.
    private int[] _born = [];
    private long[] _met = [];
    private long _look;

    internal SearchPath()
    {
        _lastTouch.AsSpan().Fill(-1);
        _lastWake.AsSpan().Fill(-1);
        _lastStep.AsSpan().Fill(-1);
    }

    /// <summary>Steps that are closed, plus the one that is open.</summary>
    internal int Count { get; private set; }

    internal TimerLog Timers { get; } = new();

    internal SearchStep this[int index] => _steps[index];

    /// <summary>The place after the last step: its state of the search may be there from earlier executions.</summary>
    internal SearchStep Next => At(Count);

    /// <summary>A place, also one that no execution has come to.</summary>
    internal SearchStep At(int index)
    {
        while (index >= _steps.Count)
        {
            _steps.Add(new SearchStep());
        }

        return _steps[index];
    }

    /// <summary>The place after the last step gets its step.</summary>
    internal SearchStep Open(int process)
    {
        var step = Next;
        Reserve(ref _lastStep, process);
        Reserve(ref _lastWake, process);
        step.Process = process;
        step.Previous = _lastStep[process];
        step.Ordinal = step.Previous < 0 ? 1 : _steps[step.Previous].Ordinal + 1;
        _lastStep[process] = Count;
        step.Target = step.EnablingObject = step.Joined = step.Flag = step.Acquired = step.Released = -1;
        step.ReadySince = 0;
        step.Enablers.Clear();
        step.TouchesBefore = _touches.Count;
        step.WakesBefore = _wakes.Count;
        step.TimersBefore = Timers.Count;
        Count++;
        return step;
    }

    /// <summary>The open step, or the last closed one, made it possible for this process to go on.</summary>
    internal void Wake(int process)
    {
        Reserve(ref _lastWake, process);
        _wakes.Add(new WakeEntry(process, Count - 1, _lastWake[process]));
        _lastWake[process] = _wakes.Count - 1;
    }

    /// <summary>The steps after <paramref name="since"/> and before <paramref name="before"/> that made it possible for this process to go on.</summary>
    internal void AddWakers(int process, int since, int before, List<int> wakers)
    {
        for (var i = process < _lastWake.Length ? _lastWake[process] : -1; i >= 0 && _wakes[i].Step > since; i = _wakes[i].Previous)
        {
            if (_wakes[i].Step < before && !wakers.Contains(_wakes[i].Step))
            {
                wakers.Add(_wakes[i].Step);
            }
        }
    }

    internal int LastStepOf(int process) => process < _lastStep.Length ? _lastStep[process] : -1;

    /// <summary>What the open step touched is known: what happens before it follows, and the races that end in it.</summary>
    internal void Close(Footprint footprint, int processes)
    {
        var index = Count - 1;
        var step = _steps[index];
        step.Footprint = footprint;
        step.Races.Clear();
        AddWakers(step.Process, step.Previous, index, step.Enablers);
        if (step.Process == Processes.Clock)
        {
            Timers.AddEnablers(this, index, step);
        }

        Collect(step, index);
        FindRaces(step, index);
        Join(step, index, processes);
    }

    /// <summary>All steps were closed without something that they touched.</summary>
    internal void CloseAgain(Footprint[] footprints, int processes)
    {
        foreach (var touch in _touches)
        {
            _lastTouch[touch.Object] = -1;
        }

        _touches.Clear();
        var count = Count;
        for (Count = 1; Count <= count; Count++)
        {
            _steps[Count - 1].TouchesBefore = _touches.Count;
            _steps[Count - 1].Enablers.Clear();
            Close(footprints[Count - 1], processes);
        }

        Count = count;
    }

    /// <summary>Only the first <paramref name="count"/> steps have been taken.</summary>
    internal void Cut(int count)
    {
        if (count >= Count)
        {
            return;
        }

        for (var i = Count - 1; i >= count; i--)
        {
            _lastStep[_steps[i].Process] = _steps[i].Previous;
        }

        var first = _steps[count];
        for (var i = _touches.Count - 1; i >= first.TouchesBefore; i--)
        {
            _lastTouch[_touches[i].Object] = _touches[i].Previous;
        }

        for (var i = _wakes.Count - 1; i >= first.WakesBefore; i--)
        {
            _lastWake[_wakes[i].Process] = _wakes[i].Previous;
        }

        CollectionsMarshal.SetCount(_touches, first.TouchesBefore);
        CollectionsMarshal.SetCount(_wakes, first.WakesBefore);
        Timers.Cut(first.TimersBefore);
        Count = count;
    }

    /// <summary>The step that last took this model object before step <paramref name="before"/>; -1 if there is none.</summary>
    internal int LastAcquired(int target, int before)
    {
        for (var i = target < _lastTouch.Length ? _lastTouch[target] : -1; i >= 0; i = _touches[i].Previous)
        {
            if (_touches[i].Step < before && _steps[_touches[i].Step].Acquired == target)
            {
                return _touches[i].Step;
            }
        }

        return -1;
    }

    /// <summary>A step that wrote this and does not need <paramref name="first"/>; -1 if there is none.</summary>
    internal int WriterWithout(int target, int first)
    {
        for (var i = target < _lastTouch.Length ? _lastTouch[target] : -1; i >= 0; i = _touches[i].Previous)
        {
            var step = _touches[i].Step;
            if (_touches[i].IsWrite && step != first && (step < first || !Knows(step, first)))
            {
                return step;
            }
        }

        return -1;
    }

    /// <summary>Whether a step from <paramref name="since"/> on does not come after <paramref name="first"/>, which is before it. After <see cref="CountRunners"/>.</summary>
    internal bool HasBeside(int first, int since)
    {
        _look++;
        var left = _steps[since - 1].Runners;
        for (var i = since; i < Count && left > 0; i++)
        {
            if (!Knows(i, first))
            {
                return true;
            }

            left -= _born[_steps[i].Process] < since && IsMet(i) ? 1 : 0;
        }

        return false;
    }

    /// <summary>The steps after <paramref name="first"/> that do not come after it. After <see cref="CountRunners"/>.</summary>
    internal void AddBeside(int first, List<int> steps)
    {
        _look++;
        var left = _steps[first].Runners;
        for (var i = first + 1; i < Count && left > 0; i++)
        {
            if (!Knows(i, first))
            {
                steps.Add(i);
                left += _steps[i].Births - (_lastStep[_steps[i].Process] == i ? 1 : 0);
            }
            else if (_born[_steps[i].Process] is var born && (born <= first || !Knows(born, first)) && IsMet(i))
            {
                left--;
            }
        }
    }

    /// <summary>
    /// The execution is over: who still runs after each step is known now. Once a step of a process comes after some other step, all its later ones do, and
    /// so does whatever they spawn: when that is so of all that still run, nothing beside that other step is to be found further on.
    /// </summary>
    internal void CountRunners()
    {
        var processes = Math.Max(_lastStep.Length, _lastWake.Length);
        Array.Resize(ref _born, processes);
        Array.Resize(ref _met, processes);
        _born.AsSpan().Fill(-1);
        foreach (var wake in _wakes)
        {
            _born[wake.Process] = _born[wake.Process] < 0 ? wake.Step : _born[wake.Process];
        }

        for (var i = 0; i < Count; i++)
        {
            var step = _steps[i];
            step.Births = 0;
            if (step.Previous < 0)
            {
                // The clock and the first task were always there.
                ref var born = ref _born[step.Process];
                born = born >= 0 && born < i ? born : 0;
                _steps[born].Births++;
            }
        }

        var runners = 0;
        for (var i = 0; i < Count; i++)
        {
            runners += _steps[i].Births - (_lastStep[_steps[i].Process] == i ? 1 : 0);
            _steps[i].Runners = runners;
        }
    }

    /// <summary>The step is the first of its process that is met in this look.</summary>
    private bool IsMet(int step)
    {
        ref var met = ref _met[_steps[step].Process];
        var isFirst = met != _look;
        met = _look;
        return isFirst;
    }

    /// <summary>What was done to this object before step <paramref name="place"/>.</summary>
    internal ObjectVersion VersionBefore(int target, int place)
    {
        // From the end and from the place at once: whichever is nearer.
        var at = target < _lastTouch.Length ? _lastTouch[target] : -1;
        for (var near = (place < Count ? _steps[place].TouchesBefore : _touches.Count) - 1; at >= 0 && _touches[at].Step >= place; near--)
        {
            if (near < 0 || _touches[near].Object == target)
            {
                at = near;
                break;
            }

            at = _touches[at].Previous;
        }

        return at < 0 ? default : _touches[at].Version;
    }

    internal int LastStepBefore(int process, int place)
    {
        // From the end and from the place at once: whichever is nearer.
        var step = LastStepOf(process);
        for (var near = place - 1; step >= place; near--)
        {
            if (near < 0 || _steps[near].Process == process)
            {
                return near;
            }

            step = _steps[step].Previous;
        }

        return step;
    }

    /// <summary>Whether a step that is to come after these could have come before <paramref name="first"/>, as far as what it needs to be there goes.</summary>
    internal bool IsAvailableBefore(int first, int process, int previous, List<int> enablers, int released)
    {
        if (previous >= 0 && Knows(previous, first))
        {
            return false;
        }

        foreach (var enabler in enablers)
        {
            if (_steps[enabler].Released != released && Knows(enabler, first))
            {
                return false;
            }
        }

        return _steps[first].Process != process;
    }

    /// <summary>Whether <paramref name="earlier"/> happens before <paramref name="later"/>, or is it.</summary>
    internal bool Knows(int later, int earlier) => _steps[later].Knows(_steps[earlier].Process, earlier);

    private void Collect(SearchStep step, int index)
    {
        _before.Clear();
        if (step.Previous >= 0)
        {
            _before.Add(new Candidate(step.Previous, -1));
        }

        foreach (var enabler in step.Enablers)
        {
            _before.Add(new Candidate(enabler, -1));
        }

        var objects = step.Footprint.Objects;
        var hash = new StepHash(step.Process, step.Previous < 0 ? 0 : _steps[step.Previous].Hash);
        for (var i = 0; i < objects.Length; i++)
        {
            var target = objects[i];
            Reserve(ref _lastTouch, target);
            var isWrite = step.Footprint.IsWrite(i);
            var last = _lastTouch[target];
            var (version, lastWrite) = last < 0 ? (default, -1) : (_touches[last].Version, _touches[last].LastWrite);
            hash.Add(target, isWrite, version);

            // A read comes after the last write alone; the reads before it may be as many as there are steps.
            for (var at = isWrite ? last : lastWrite; at >= 0; at = _touches[at].IsWrite ? -1 : _touches[at].Previous)
            {
                Collect(step, _touches[at].Step, target);
            }

            _touches.Add(new Touch(target, index, isWrite, version, last, isWrite ? _touches.Count : lastWrite));
            _lastTouch[target] = _touches.Count - 1;
        }

        step.Hash = hash.Value;
        foreach (ref var touch in CollectionsMarshal.AsSpan(_touches)[step.TouchesBefore..])
        {
            touch.Version = touch.Version.After(step.Hash, touch.IsWrite);
        }
    }

    private void Collect(SearchStep step, int earlier, int target)
    {
        if (_steps[earlier].Process == step.Process)
        {
            return;
        }

        if (target == step.EnablingObject)
        {
            step.Enablers.Add(earlier);
            _before.Add(new Candidate(earlier, -1));
        }
        else if (!step.Enablers.Contains(earlier))
        {
            _before.Add(new Candidate(earlier, target));
        }
        else if (step.Acquired == target && _steps[earlier].Released == target)
        {
            AddAcquireRace(step, earlier, target);
        }
    }

    private void FindRaces(SearchStep step, int index)
    {
        foreach (var candidate in _before)
        {
            if (candidate.Object < 0)
            {
                continue;
            }

            if (candidate.Object == step.Acquired && _steps[candidate.Step].Released == candidate.Object)
            {
                AddAcquireRace(step, candidate.Step, candidate.Object);
            }
            else if (IsDirect(candidate.Step) && !step.Enablers.Contains(candidate.Step))
            {
                Add(step, new Race(candidate.Step, index, step.Process, step.Footprint));
            }
        }
    }

    /// <summary>
    /// Between a release and the acquire before it nobody else can acquire. So whoever acquires after the release races with that acquire, unless it was
    /// not there yet (Abdulla et al. 2017, section on operations that disable others).
    /// </summary>
    private void AddAcquireRace(SearchStep step, int release, int target)
    {
        var acquire = LastAcquired(target, release);
        if (acquire >= 0 && IsAvailableBefore(acquire, step.Process, step.Previous, step.Enablers, target))
        {
            Add(step, new Race(acquire, Count - 1, step.Process, step.Footprint));
        }
    }

    private static void Add(SearchStep step, Race race)
    {
        if (step.Races.Count == 0 || step.Races[^1] != race)
        {
            step.Races.Add(race);
        }
    }

    /// <summary>Nothing else that the step comes after comes after the candidate.</summary>
    private bool IsDirect(int candidate)
    {
        foreach (var other in _before)
        {
            if (other.Step != candidate && Knows(other.Step, candidate))
            {
                return false;
            }
        }

        return true;
    }

    private void Join(SearchStep step, int index, int processes)
    {
        if (step.Clock.Length < processes)
        {
            step.Clock = new int[Math.Max(processes, Math.Max(8, step.Clock.Length * 2))];
        }

        var clock = step.Clock;
        clock.AsSpan().Clear();
        foreach (var before in _before)
        {
            var other = _steps[before.Step].Clock;
            for (var p = 0; p < other.Length && p < processes; p++)
            {
                clock[p] = Math.Max(clock[p], other[p]);
            }
        }

        clock[step.Process] = index + 1;
    }

    private static void Reserve(ref int[] array, int index)
    {
        if (index >= array.Length)
        {
            var before = array.Length;
            Array.Resize(ref array, Math.Max(index + 1, before * 2));
            array.AsSpan(before).Fill(-1);
        }
    }

    /// <param name="Object">What was touched.</param>
    /// <param name="Step">By which step.</param>
    /// <param name="IsWrite">How.</param>
    /// <param name="Version">What was done to the object, this included.</param>
    /// <param name="Previous">The touch of the same object before.</param>
    /// <param name="LastWrite">The last that wrote it, up to this one; -1 if none did.</param>
    private record struct Touch(int Object, int Step, bool IsWrite, ObjectVersion Version, int Previous, int LastWrite);

    private readonly record struct WakeEntry(int Process, int Step, int Previous);

    /// <param name="Step">A step that the new one comes after.</param>
    /// <param name="Object">On account of which object; -1 if nothing could change that.</param>
    private readonly record struct Candidate(int Step, int Object);
}
