using Lab.Exploration;
using Lab.Seeds;
using NUnit.Framework;

namespace Lab.Properties.Exploration;

/// <summary>Counting interleavings: exactly while they fit, from a sample and a sketch beyond, and joined from parts.</summary>
[TestFixture]
internal sealed class CoverageTests
{
    [Test]
    public void Up_to_the_limit_the_count_is_exact([Values(1, 2, 1_000)] int distinct)
    {
        var coverage = new Coverage(limit: 1_000);
        AddAll(coverage, Numbers(distinct).Concat(Numbers(distinct)));
        Assert.That((coverage.Distinct, coverage.IsExact, coverage.Error), Is.EqualTo(((long)distinct, true, 0.0)));
    }

    [Test]
    public void Beyond_the_limit_the_count_is_within_the_error_that_it_states([Values(20_000, 200_000)] int distinct)
    {
        var coverage = new Coverage(limit: 1_000);
        AddAll(coverage, Numbers(distinct));
        Assert.That(coverage.IsExact, Is.False);

        // Four standard errors: the fingerprints are the same each time, so this holds always or never.
        Assert.That((double)coverage.Distinct, Is.EqualTo(distinct).Within(4 * coverage.Error * distinct));
        Assert.That(coverage.Kept, Has.Count.LessThanOrEqualTo(1_000).And.Count.GreaterThan(400));
    }

    [Test]
    public void A_small_sketch_counts_small_sets_almost_exactly()
    {
        var sketch = new HyperLogLog();
        Assert.That(sketch.Estimate(), Is.Zero);
        for (var i = 1UL; i <= 100; i++)
        {
            sketch.Add(SplitMix64.Mix(i));
        }

        Assert.That(sketch.Estimate(), Is.EqualTo(100).Within(1));
    }

    [Test]
    public void What_is_kept_does_not_depend_on_the_order()
    {
        var numbers = Numbers(5_000).Concat(Numbers(2_500)).ToArray();
        var forwards = new Coverage(limit: 1_000);
        var backwards = new Coverage(limit: 1_000);
        AddAll(forwards, numbers);
        AddAll(backwards, numbers.Reverse());
        Assert.That(backwards.Kept.Keys, Is.EquivalentTo(forwards.Kept.Keys));
        Assert.That(backwards.Distinct, Is.EqualTo(forwards.Distinct));
        Assert.That(backwards.Richness(7_500), Is.EqualTo(forwards.Richness(7_500)));
    }

    [Test]
    public void Parts_joined_are_the_whole([Values(100, 3_000)] int distinct, [Values(1, 2, 3)] int parts)
    {
        var numbers = Numbers(distinct).Concat(Numbers(distinct / 2)).ToArray();
        var whole = new Coverage(limit: 1_000);
        AddAll(whole, numbers);
        var joined = new Coverage(limit: 1_000);
        for (var part = 0; part < parts; part++)
        {
            var own = new Coverage(limit: 1_000);
            for (var i = part; i < numbers.Length; i += parts)
            {
                own.Add(numbers[i], 7, isFailure: false, i);
            }

            Assert.That(joined.Join(own), Is.True);
        }

        Assert.That(joined.Kept, Is.EquivalentTo(whole.Kept));
        Assert.That(joined.Growth(numbers.Length), Is.EqualTo(whole.Growth(numbers.Length)));
        Assert.That(joined.Richness(numbers.Length), Is.EqualTo(whole.Richness(numbers.Length)));
    }

    [Test]
    public void Growth_is_what_had_been_seen_after_each_power_of_two()
    {
        var coverage = new Coverage();
        AddAll(coverage, [1, 1, 2, 3, 3, 3, 1, 4, 5]);
        Assert.That(coverage.Growth(9), Is.EqualTo(new GrowthPoint[] { new(1, 1), new(2, 1), new(4, 3), new(8, 4), new(9, 5) }));
    }

    [Test]
    public void Richness_is_that_of_Good_and_Turing_and_of_Chao()
    {
        // Three met once, one twice, one three times: 3 of 8 were alone; 3 * 2 / (2 * (1 + 1)) = 1.5, at least two more.
        var coverage = new Coverage();
        AddAll(coverage, [1, 2, 3, 4, 4, 5, 5, 5]);
        Assert.That(coverage.Richness(8), Is.EqualTo(new Richness(3.0 / 8, 2)));
    }

    [Test]
    public void Of_a_sample_from_a_known_set_the_estimate_is_near_the_truth()
    {
        // 1,000 equally frequent kinds, 1,500 draws: about 223 are not met; Chao1 is nearly unbiased then.
        var coverage = new Coverage();
        var prng = new Prng(new Seed(1));
        for (var i = 0; i < 1_500; i++)
        {
            coverage.Add((UInt128)prng.Next(1_000) + 1, 0, isFailure: false, i);
        }

        Assert.That(coverage.Distinct + coverage.Richness(1_500).Unseen, Is.EqualTo(1_000).Within(60));
    }

    [Test]
    public void One_fingerprint_with_two_outcomes_is_noticed()
    {
        var coverage = new Coverage();
        Assert.That(coverage.Add(1, 0xAB00, isFailure: false, 0), Is.EqualTo(Familiarity.Ordinary));
        Assert.That(coverage.Add(1, 0xAB00, isFailure: false, 1), Is.EqualTo(Familiarity.Ordinary));
        Assert.That(coverage.Add(1, 0xCD00, isFailure: false, 2), Is.EqualTo(Familiarity.OtherOutcome));
        Assert.That(coverage.Add(1, 0, isFailure: true, 3), Is.EqualTo(Familiarity.PassedBefore));
        Assert.That(coverage.Add(2, 0, isFailure: true, 4), Is.EqualTo(Familiarity.Ordinary));
        Assert.That(coverage.Add(2, 0xAB00, isFailure: false, 5), Is.EqualTo(Familiarity.Ordinary), "what a failure would have said is not known");
        Assert.That(coverage.Distinct, Is.EqualTo(2));
    }

    private static IEnumerable<UInt128> Numbers(int count) => Enumerable.Range(1, count).Select(static i => (UInt128)i);

    private static void AddAll(Coverage coverage, IEnumerable<UInt128> fingerprints)
    {
        var ordinal = 0L;
        foreach (var fingerprint in fingerprints)
        {
            coverage.Add(fingerprint, 7, isFailure: false, ordinal++);
        }
    }
}
