using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>How likely each member of a portfolio is to answer: by how many fingerprints per execution it was the first to find, in the last block.</summary>
internal sealed class MemberShares
{
    private const long Whole = 6000;
    private readonly int _members;
    private readonly long[] _shares;
    private readonly HashSet<UInt128> _seen = [];
    private readonly WeightedDraw _draw = new();

    /// <param name="members">How many there are.</param>
    internal MemberShares(int members)
    {
        _members = members;
        _shares = new long[members];
        Array.Fill(_shares, Whole / members);
    }

    internal ReadOnlySpan<long> Shares => _shares;

    internal int Draw(ref Prng prng)
    {
        _draw.Clear();
        foreach (var share in _shares)
        {
            _draw.Add(share);
        }

        return _draw.Draw(ref prng);
    }

    /// <summary>A third is divided equally, the rest in proportion to the rate of new fingerprints. In the order of the lessons: the first to find one is credited.</summary>
    internal void Learn(IReadOnlyList<object> lessons)
    {
        var found = new long[_members];
        var executions = new long[_members];
        foreach (Lesson lesson in lessons)
        {
            var isNew = _seen.Add(lesson.Fingerprint);
            if (lesson.Member >= 0)
            {
                executions[lesson.Member]++;
                found[lesson.Member] += isNew ? 1 : 0;
            }
        }

        // One more of each, so that a member which had few turns is neither written off nor overrated; in millionths.
        var rates = new long[_members];
        for (var i = 0; i < _members; i++)
        {
            rates[i] = (found[i] + 1) * 1_000_000 / (executions[i] + 1);
        }

        var sum = rates.Sum();
        for (var i = 0; i < _members; i++)
        {
            _shares[i] = (Whole / 3 / _members) + (Whole * 2 / 3 * rates[i] / sum);
        }
    }
}
