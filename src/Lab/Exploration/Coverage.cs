using System.Numerics;
using Lab.Seeds;

namespace Lab.Exploration;

/// <summary>
/// Which interleavings a run showed. Up to a limit every fingerprint is kept with how often it was seen, what it said and when it came first. Beyond
/// it only those whose hash begins with one more zero bit are kept, as often as need be (Flajolet, "On adaptive sampling", Computing 43, 1990): a fair
/// sample, complete for its members, from which growth and richness are scaled up, while a sketch counts the whole. What is kept depends on the set of
/// executions only, not on their order, so parts of a run can be joined.
/// </summary>
internal sealed class Coverage
{
    /// <summary>Fingerprints that are kept.</summary>
    internal const int ExactLimit = 1 << 20;

    private readonly int _limit;
    private readonly Dictionary<UInt128, Sighting> _seen = [];
    private readonly HyperLogLog _sketch;

    // How many of the kept ones came first in each epoch, and were seen once and twice.
    private readonly long[] _firstSeen = new long[65];
    private long _once;
    private long _twice;

    internal Coverage(int limit = ExactLimit)
        : this(new HyperLogLog(), limit)
    {
    }

    private Coverage(HyperLogLog sketch, int limit)
    {
        _sketch = sketch;
        _limit = limit;
    }

    /// <summary>Different fingerprints; see <see cref="Error"/>.</summary>
    internal long Distinct => IsExact ? _seen.Count : _sketch.Estimate();

    internal bool IsExact => Level == 0;

    /// <summary>Standard error of <see cref="Distinct"/>, as a share of it; 0 when it is exact.</summary>
    internal double Error => IsExact ? 0 : HyperLogLog.StandardError;

    /// <summary>How many zero bits the hash of a kept fingerprint begins with.</summary>
    internal int Level { get; private set; }

    internal HyperLogLog Sketch => _sketch;

    internal IReadOnlyDictionary<UInt128, Sighting> Kept => _seen;

    /// <summary>Adds one execution.</summary>
    /// <param name="ordinal">Its place in the whole run, from 0.</param>
    internal Familiarity Add(UInt128 fingerprint, ulong outcome, bool isFailure, long ordinal)
    {
        var hash = HashOf(fingerprint);
        _sketch.Add(hash);
        if (BitOperations.LeadingZeroCount(hash) < Level)
        {
            return Familiarity.Ordinary;
        }

        ref var sighting = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_seen, fingerprint, out var isKnown);
        var before = sighting;
        sighting = (isKnown ? before : Sighting.First(EpochOf(ordinal))).Counted();
        if (!isFailure && !before.HasPassed)
        {
            sighting = sighting.Passed(outcome);
        }

        if (sighting != before)
        {
            Count(before, -1);
            Count(sighting, 1);
            if (_seen.Count > _limit)
            {
                Thin();
            }
        }

        return !before.HasPassed ? Familiarity.Ordinary
            : isFailure ? Familiarity.PassedBefore
            : before.IsOutcome(outcome) ? Familiarity.Ordinary
            : Familiarity.OtherOutcome;
    }

    /// <summary>Adds what another part of the run covered.</summary>
    /// <returns>False when the two parts saw one fingerprint pass with different outcomes.</returns>
    internal bool Join(Coverage other)
    {
        _sketch.Join(other._sketch);
        Level = Math.Max(Level, other.Level);
        var isConsistent = true;
        foreach (var (fingerprint, sighting) in other._seen)
        {
            var isKnown = _seen.TryGetValue(fingerprint, out var known);
            isConsistent &= !(isKnown && known.HasPassed && sighting.HasPassed && !known.IsOutcome(sighting.Bits));
            _seen[fingerprint] = isKnown ? known.Join(sighting) : sighting;
        }

        Keep();
        return isConsistent;
    }

    /// <summary>Distinct interleavings after 1, 2, 4, ... and all executions. Scaled from the sample when the count is not exact.</summary>
    internal IReadOnlyList<GrowthPoint> Growth(long executions)
    {
        var points = new List<GrowthPoint>();
        var (sum, total) = (0L, Distinct);
        for (var epoch = 0; epoch < 63 && 1L << epoch < executions; epoch++)
        {
            sum += _firstSeen[epoch];
            var n = 1L << epoch;
            points.Add(new GrowthPoint(n, IsExact ? sum : Math.Min(n, (long)(UInt128.CreateChecked(sum) * (ulong)total / (ulong)Math.Max(1, _seen.Count)))));
        }

        points.Add(new GrowthPoint(executions, total));
        return points;
    }

    /// <summary>What the sample says of the interleavings that it did not meet.</summary>
    internal Richness Richness(long executions) => Exploration.Richness.Of(_once, _twice, executions, Math.ScaleB(1, Level));

    /// <summary>As <see cref="Level"/>, <see cref="Sketch"/> and <see cref="Kept"/> of another.</summary>
    /// <exception cref="FormatException">They do not belong together.</exception>
    internal static Coverage Restore(int level, byte[] registers, IEnumerable<KeyValuePair<UInt128, Sighting>> kept)
    {
        var coverage = new Coverage(new HyperLogLog(registers), ExactLimit) { Level = level };
        foreach (var (fingerprint, sighting) in kept)
        {
            if (sighting.Count == 0 || BitOperations.LeadingZeroCount(HashOf(fingerprint)) < level || !coverage._seen.TryAdd(fingerprint, sighting))
            {
                throw new FormatException("not a list of fingerprints");
            }

            coverage.Count(sighting, 1);
        }

        return coverage;
    }

    /// <summary>The first power of two that is larger than the ordinal, as its exponent.</summary>
    internal static int EpochOf(long ordinal) => Math.Min(63, 64 - BitOperations.LeadingZeroCount((ulong)ordinal));

    // The fingerprint is a sum of mixed words; the sketch and the sample need every bit to depend on all of them.
    private static ulong HashOf(UInt128 fingerprint) =>
        SplitMix64.Mix((ulong)fingerprint ^ SplitMix64.MixVariant((ulong)(fingerprint >> 64)));

    private void Count(Sighting sighting, int change)
    {
        if (sighting.Count == 0)
        {
            return;
        }

        _firstSeen[sighting.Epoch] += change;
        _once += sighting.Count == 1 ? change : 0;
        _twice += sighting.Count == 2 ? change : 0;
    }

    private void Thin()
    {
        Level++;
        Keep();
    }

    /// <summary>Drops what does not belong to the level, and raises the level until the rest fits.</summary>
    private void Keep()
    {
        while (true)
        {
            foreach (var fingerprint in _seen.Keys)
            {
                if (BitOperations.LeadingZeroCount(HashOf(fingerprint)) < Level)
                {
                    _seen.Remove(fingerprint);
                }
            }

            if (_seen.Count <= _limit)
            {
                break;
            }

            Level++;
        }

        Array.Clear(_firstSeen);
        _once = _twice = 0;
        foreach (var sighting in _seen.Values)
        {
            Count(sighting, 1);
        }
    }
}
