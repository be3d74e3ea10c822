using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>Draws an index with a probability proportional to its weight: whole numbers, so it is the same on every machine. Allocates nothing in steady state.</summary>
internal sealed class WeightedDraw
{
    private ulong[] _weights = new ulong[16];
    private ulong _total;
    private int _count;

    internal void Clear()
    {
        _total = 0;
        _count = 0;
    }

    /// <summary>The weight of the next index; those below 0 count as 0.</summary>
    internal void Add(long weight)
    {
        if (_count == _weights.Length)
        {
            Array.Resize(ref _weights, _count * 2);
        }

        _weights[_count] = (ulong)Math.Max(weight, 0);
        _total += _weights[_count++];
    }

    /// <summary>One of the indices added; -1 if all weigh nothing.</summary>
    internal int Draw(ref Prng prng)
    {
        if (_total == 0)
        {
            return -1;
        }

        var draw = Draws.Below(ref prng, _total);
        var index = 0;
        while (draw >= _weights[index])
        {
            draw -= _weights[index++];
        }

        return index;
    }
}
