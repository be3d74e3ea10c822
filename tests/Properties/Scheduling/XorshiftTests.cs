using Lab.Core.Scheduling;
using Lab.Properties.Seeds;
using NUnit.Framework;

namespace Lab.Properties.Scheduling;

[TestFixture]
public sealed class XorshiftTests
{
    // The value that the statistic exceeds with probability 0.001, for 2, 5 and 11 degrees of freedom.
    [TestCase(3UL, 13.82)]
    [TestCase(6UL, 20.52)]
    [TestCase(12UL, 31.26)]
    public void Bounded_draws_are_equally_likely(ulong bound, double critical)
    {
        var counts = new long[bound];
        var chance = new Xorshift(1, 0);
        for (var i = 0; i < 60_000; i++)
        {
            counts[chance.Next(bound)]++;
        }

        Assert.That(ChiSquared.Uniform(counts), Is.LessThan(critical));
    }

    [Test]
    public void A_bound_that_does_not_divide_the_range_is_drawn_without_bias()
    {
        // Three quarters of the range: plain multiplication would give even results twice as often as results = 1 (mod 3).
        const ulong Bound = 3UL << 62;
        var chance = new Xorshift(2, 0);
        var counts = new long[3];
        for (var i = 0; i < 30_000; i++)
        {
            counts[chance.Next(Bound) % 3]++;
        }

        Assert.That(ChiSquared.Uniform(counts), Is.LessThan(13.82));
    }

    [Test]
    public void Near_seeds_and_streams_differ_at_once()
    {
        var firsts = from seed in Enumerable.Range(0, 30) from stream in Enumerable.Range(0, 30) select First((ulong)seed, stream);
        Assert.That(firsts.Distinct().Count(), Is.EqualTo(900));
    }

    [Test]
    public void A_bound_of_one_has_one_answer_and_zero_means_the_whole_range()
    {
        var chance = new Xorshift(3, 0);
        Assert.That(Enumerable.Range(0, 100).Max(_ => chance.Next(1)), Is.Zero);
        Assert.That(Enumerable.Range(0, 100).Max(_ => chance.Next(0)), Is.GreaterThan(uint.MaxValue));
    }

    private static ulong First(ulong seed, int stream) => new Xorshift(seed, stream).Next();
}
