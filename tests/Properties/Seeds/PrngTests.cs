using Lab.Seeds;
using NUnit.Framework;

namespace Lab.Properties.Seeds;

public sealed class PrngTests
{
    // Expected values: the published algorithms, worked out apart from this code.
    private static readonly ulong[] s_splitMixFrom1234567 =
    [
        6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821,
    ];

    private static readonly ulong[] s_xoshiroFrom1234 =
    [
        11520, 0, 1509978240, 1215971899390074240, 1216172134540287360,
        607988272756665600, 16172922978634559625, 8476171486693032832, 10595114339597558777, 2904607092377533576,
    ];

    [Test]
    public void Splitmix64_gives_its_reference_vector()
    {
        var state = 1234567UL;
        Assert.That(s_splitMixFrom1234567.Select(_ => SplitMix64.Next(ref state)), Is.EqualTo(s_splitMixFrom1234567));
    }

    [Test]
    public void Xoshiro256_star_star_gives_its_reference_vector()
    {
        var prng = new Prng(1, 2, 3, 4);
        Assert.That(s_xoshiroFrom1234.Select(_ => prng.Next()), Is.EqualTo(s_xoshiroFrom1234));
    }

    [Test]
    public void A_seed_is_spread_over_the_state_by_splitmix64()
    {
        var state = 42UL;
        var expected = new Prng(SplitMix64.Next(ref state), SplitMix64.Next(ref state), SplitMix64.Next(ref state), SplitMix64.Next(ref state));
        var prng = new Prng(new Seed(42));
        for (var i = 0; i < 100; i++)
        {
            Assert.That(prng.Next(), Is.EqualTo(expected.Next()));
        }
    }

    [Test]
    public void A_state_of_zeros_is_refused() => Assert.That(() => new Prng(0, 0, 0, 0), Throws.ArgumentException);

    [FsCheck.NUnit.Property]
    public bool A_draw_is_below_its_bound_and_never_negative(ulong seed, int bound)
    {
        var positive = (bound & int.MaxValue) | 1;
        var prng = new Prng(new Seed(seed));
        return Enumerable.Range(0, 50).All(_ => prng.Next(positive) is var draw && draw >= 0 && draw < positive);
    }

    [Test]
    public void A_draw_among_one_is_that_one()
    {
        var prng = new Prng(new Seed(7));
        Assert.That(Enumerable.Range(0, 1000).Select(_ => prng.Next(1)), Is.All.Zero);
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(int.MinValue)]
    public void A_draw_among_none_is_refused(int bound)
    {
        var prng = new Prng(new Seed(7));
        Assert.That(() => prng.Next(bound), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Large_bounds_are_unbiased_too()
    {
        // With bound 3 * 2^29 each result covers 2 or 3 of the 2^32 inputs: without the rejection the residues by 3 would come up 3:3:2.
        const int Bound = 3 << 29;
        var counts = new long[3];
        var prng = new Prng(new Seed(7));
        for (var i = 0; i < 300_000; i++)
        {
            counts[prng.Next(Bound) % 3]++;
        }

        Assert.That(ChiSquared.Uniform(counts), Is.LessThan(13.82)); // 2 degrees of freedom, p = 0.001
    }

    [Test]
    public void Doubles_fill_the_unit_interval()
    {
        var prng = new Prng(new Seed(7));
        var counts = new long[10];
        for (var i = 0; i < 100_000; i++)
        {
            counts[(int)(prng.NextDouble() * 10)]++;
        }

        Assert.That(ChiSquared.Uniform(counts), Is.LessThan(27.88)); // 9 degrees of freedom, p = 0.001
    }
}
