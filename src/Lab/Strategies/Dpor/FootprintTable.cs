using Lab.Seeds;

namespace Lab.Strategies.Dpor;

/// <summary>Numbers objects densely, collects the accesses of the running step, and gives equal footprints one instance.</summary>
internal sealed class FootprintTable
{
    private readonly Dictionary<ulong, int> _numbers = [];
    private readonly List<ulong> _keys = [];
    private readonly Dictionary<ulong, Footprint> _footprints = [];
    private int[] _objects = new int[16];
    private bool[] _writes = new bool[16];
    private int _count;

    /// <summary>The object's number; the same in all executions of a search.</summary>
    internal int NumberOf(ulong key)
    {
        ref var number = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_numbers, key, out var isKnown);
        if (!isKnown)
        {
            number = _keys.Count;
            _keys.Add(key);
        }

        return number;
    }

    /// <summary>Forgets what was collected.</summary>
    internal void Clear() => _count = 0;

    /// <summary>The step touched this; a write takes in a read. Kept in order: steps touch few objects.</summary>
    internal void Add(int number, bool isWrite)
    {
        var at = _count;
        while (at > 0 && _objects[at - 1] > number)
        {
            at--;
        }

        if (at > 0 && _objects[at - 1] == number)
        {
            _writes[at - 1] |= isWrite;
            return;
        }

        if (_count == _objects.Length)
        {
            Array.Resize(ref _objects, _count * 2);
            Array.Resize(ref _writes, _count * 2);
        }

        Array.Copy(_objects, at, _objects, at + 1, _count - at);
        Array.Copy(_writes, at, _writes, at + 1, _count - at);
        _objects[at] = number;
        _writes[at] = isWrite;
        _count++;
    }

    internal void Add(Footprint footprint)
    {
        for (var i = 0; i < footprint.Objects.Length; i++)
        {
            Add(footprint.Objects[i], footprint.IsWrite(i));
        }
    }

    /// <summary>The footprint of what was collected.</summary>
    internal Footprint Take()
    {
        if (_count == 0)
        {
            return Footprint.Empty;
        }

        var objects = _objects.AsSpan(0, _count);
        var writes = _writes.AsSpan(0, _count);
        var hash = 0UL;
        for (var i = 0; i < objects.Length; i++)
        {
            hash = SplitMix64.Mix(hash + ((ulong)objects[i] << 1) + (writes[i] ? 1UL : 0UL) + SplitMix64.Gamma);
        }

        _count = 0;
        while (true)
        {
            if (!_footprints.TryGetValue(hash, out var known))
            {
                return _footprints[hash] = new Footprint(objects.ToArray(), writes.ToArray());
            }

            if (known.Matches(objects, writes))
            {
                return known;
            }

            hash++;
        }
    }

    /// <summary>Which number each object has.</summary>
    internal void Save(BinaryWriter to)
    {
        to.Write(_keys.Count);
        _keys.ForEach(to.Write);
    }

    internal void Restore(BinaryReader from)
    {
        for (var count = from.ReadInt32(); count > 0; count--)
        {
            NumberOf(from.ReadUInt64());
        }
    }

    internal void Save(BinaryWriter to, Footprint footprint)
    {
        to.Write(footprint.Objects.Length);
        for (var i = 0; i < footprint.Objects.Length; i++)
        {
            to.Write((footprint.Objects[i] << 1) + (footprint.IsWrite(i) ? 1 : 0));
        }
    }

    internal Footprint RestoreFootprint(BinaryReader from)
    {
        Clear();
        for (var count = from.ReadInt32(); count > 0; count--)
        {
            var touched = from.ReadInt32();
            Add(touched >> 1, (touched & 1) != 0);
        }

        return Take();
    }
}
