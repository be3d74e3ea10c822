using System.Runtime.InteropServices;

namespace Lab.Strategies.Dpor;

/// <summary>
/// Every step that was ever taken, with its causal past, as one word each (<see cref="SearchStep.Hash"/>): what a step touches is a function of that past, so
/// the same step in the same past touches the same again. A step that is not here has shown itself in no execution.
/// </summary>
/// <remarks>
/// Memory: 16 bytes for each step and past, of which there are about as many as executions, often far fewer. Beyond <see cref="Most"/> nothing is taken in any
/// more; then steps count as never seen, and executions may be run twice, but none is missed.
/// </remarks>
internal sealed class KnownSteps
{
    /// <summary>The most that are kept: 256 MB.</summary>
    internal const int Most = 1 << 24;

    // By process, then by the ordinal of the step: the footprints that it has had, which are few.
    private readonly List<List<List<Footprint>>> _footprints = [];

    // Open addressing, linear probing, at most half full; 0 is empty.
    private ulong[] _hashes = new ulong[1024];

    internal int Count { get; private set; }

    internal void Clear()
    {
        _footprints.Clear();
        _hashes.AsSpan().Clear();
        Count = 0;
    }

    internal void Add(SearchStep step)
    {
        if (Count == Most || !TryAdd(step.Hash))
        {
            return;
        }

        var known = Slot(Slot(_footprints, step.Process), step.Ordinal);
        if (!known.Contains(step.Footprint))
        {
            known.Add(step.Footprint);
        }
    }

    internal bool Contains(ulong hash) => _hashes[Find(hash)] == hash;

    /// <summary>What the process's step of this ordinal has touched, in whatever past.</summary>
    internal ReadOnlySpan<Footprint> Footprints(int process, int ordinal) =>
        process < _footprints.Count && ordinal < _footprints[process].Count ? CollectionsMarshal.AsSpan(_footprints[process][ordinal]) : [];

    internal void Save(BinaryWriter to, FootprintTable footprints)
    {
        to.Write(Count);
        foreach (var hash in _hashes)
        {
            if (hash != 0)
            {
                to.Write(hash);
            }
        }

        to.Write(_footprints.Count);
        foreach (var ofProcess in _footprints)
        {
            to.Write(ofProcess.Count);
            foreach (var ofStep in ofProcess)
            {
                to.Write(ofStep.Count);
                ofStep.ForEach(footprint => footprints.Save(to, footprint));
            }
        }
    }

    internal void Restore(BinaryReader from, FootprintTable footprints)
    {
        for (var count = from.ReadInt32(); count > 0; count--)
        {
            TryAdd(from.ReadUInt64());
        }

        for (var processes = from.ReadInt32(); processes > 0; processes--)
        {
            List<List<Footprint>> ofProcess = [];
            _footprints.Add(ofProcess);
            for (var steps = from.ReadInt32(); steps > 0; steps--)
            {
                List<Footprint> ofStep = [];
                ofProcess.Add(ofStep);
                for (var count = from.ReadInt32(); count > 0; count--)
                {
                    ofStep.Add(footprints.RestoreFootprint(from));
                }
            }
        }
    }

    private bool TryAdd(ulong hash)
    {
        var at = Find(hash);
        if (_hashes[at] == hash)
        {
            return false;
        }

        _hashes[at] = hash;
        if (++Count * 2 > _hashes.Length)
        {
            Grow();
        }

        return true;
    }

    private void Grow()
    {
        var before = _hashes;
        _hashes = new ulong[before.Length * 2];
        foreach (var hash in before)
        {
            if (hash != 0)
            {
                _hashes[Find(hash)] = hash;
            }
        }
    }

    private int Find(ulong hash)
    {
        var mask = _hashes.Length - 1;
        var at = (int)hash & mask;
        while (_hashes[at] != 0 && _hashes[at] != hash)
        {
            at = (at + 1) & mask;
        }

        return at;
    }

    private static T Slot<T>(List<T> list, int index)
        where T : new()
    {
        while (list.Count <= index)
        {
            list.Add(new T());
        }

        return list[index];
    }
}
