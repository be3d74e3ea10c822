using System.Globalization;

namespace Lab.Causality;

/// <summary>
/// How many accesses of each task are known: the happens-before relation made comparable (Mattern, "Virtual time and global states of
/// distributed systems", 1989). Tasks are numbered densely from 0; a task beyond the end counts 0. For analyses of finished traces: O(tasks)
/// for each operation, which is why the running lab uses <see cref="Fingerprint"/> instead.
/// </summary>
internal sealed class VectorClock
{
    private int[] _counts;

    public VectorClock() => _counts = [];

    internal VectorClock(VectorClock other) => _counts = (int[])other._counts.Clone();

    internal int this[int task] => (uint)task < (uint)_counts.Length ? _counts[task] : 0;

    /// <summary>One more access of <paramref name="task"/>; returns its ordinal, 1 for the first.</summary>
    internal int Tick(int task)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(task);
        Grow(task + 1);
        return ++_counts[task];
    }

    /// <summary>Takes in everything that <paramref name="other"/> knows.</summary>
    internal void Join(VectorClock other)
    {
        Grow(other._counts.Length);
        for (var task = 0; task < other._counts.Length; task++)
        {
            _counts[task] = Math.Max(_counts[task], other._counts[task]);
        }
    }

    /// <summary>Whether <paramref name="other"/> knows everything that this clock knows.</summary>
    internal bool LessOrEqual(VectorClock other)
    {
        for (var task = 0; task < _counts.Length; task++)
        {
            if (_counts[task] > other[task])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether neither clock knows everything that the other does.</summary>
    internal bool Concurrent(VectorClock other) => !LessOrEqual(other) && !other.LessOrEqual(this);

    public override string ToString() =>
        $"[{string.Join(' ', _counts.Select(count => count.ToString(CultureInfo.InvariantCulture)))}]";

    private void Grow(int length)
    {
        if (length > _counts.Length)
        {
            Array.Resize(ref _counts, length);
        }
    }
}
