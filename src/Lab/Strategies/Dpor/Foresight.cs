namespace Lab.Strategies.Dpor;

/// <summary>
/// Goes on from a place of the execution at hand without running anything: takes steps of which it is known what they touch, and says of the next one what
/// it would touch there, if the search has ever seen it with the same causal past.
/// </summary>
internal sealed class Foresight(SearchPath path, KnownSteps known)
{
    private readonly Dictionary<int, ObjectVersion> _versions = [];
    private readonly Dictionary<int, (ulong Hash, int Ordinal)> _processes = [];
    private int _place;

    /// <summary>Before step <paramref name="place"/> of the execution at hand.</summary>
    internal void Begin(int place)
    {
        _place = place;
        _versions.Clear();
        _processes.Clear();
    }

    internal void Take(int process, Footprint footprint)
    {
        var (before, ordinal) = Last(process);
        var hash = HashOf(process, before, footprint);
        _processes[process] = (hash, ordinal + 1);
        for (var i = 0; i < footprint.Objects.Length; i++)
        {
            var target = footprint.Objects[i];
            _versions[target] = Version(target).After(hash, footprint.IsWrite(i));
        }
    }

    /// <summary>What the process's next step would touch; null: it was never seen in this past. A step of the clock fires <paramref name="timer"/>.</summary>
    internal Footprint? Next(int process, int timer)
    {
        var (before, ordinal) = Last(process);
        foreach (var footprint in known.Footprints(process, ordinal + 1))
        {
            if ((timer < 0 || footprint.Writes(timer)) && known.Contains(HashOf(process, before, footprint)))
            {
                return footprint;
            }
        }

        return null;
    }

    private ulong HashOf(int process, ulong before, Footprint footprint)
    {
        var hash = new StepHash(process, before);
        for (var i = 0; i < footprint.Objects.Length; i++)
        {
            var target = footprint.Objects[i];
            hash.Add(target, footprint.IsWrite(i), Version(target));
        }

        return hash.Value;
    }

    private ObjectVersion Version(int target) => _versions.TryGetValue(target, out var version) ? version : path.VersionBefore(target, _place);

    private (ulong Hash, int Ordinal) Last(int process)
    {
        if (_processes.TryGetValue(process, out var last))
        {
            return last;
        }

        var step = path.LastStepBefore(process, _place);
        return step < 0 ? (0, 0) : (path[step].Hash, path[step].Ordinal);
    }
}
