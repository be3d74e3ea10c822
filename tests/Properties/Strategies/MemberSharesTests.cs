using Lab.Seeds;
using Lab.Strategies;
using NUnit.Framework;

namespace Lab.Properties.Strategies;

/// <summary>How a portfolio divides its budget.</summary>
public sealed class MemberSharesTests
{
    [Test]
    public void Shares_are_equal_before_anything_is_known() =>
        Assert.That(new MemberShares(4).Shares.ToArray(), Is.EqualTo(new long[] { 1500, 1500, 1500, 1500 }));

    /// <summary>
    /// Member 0 finds something new in each of 3 executions, member 1 in 1 of 3 (the other two were known), member 2 never answered. With one more of each:
    /// rates 4/4, 2/4 and 1/1. A third of 6,000 is divided equally: 666 each; of 4,000 they get 2/5, 1/5 and 2/5.
    /// </summary>
    [Test]
    public void Two_thirds_go_by_the_rate_of_new_fingerprints()
    {
        var shares = new MemberShares(3);
        shares.Learn([Of(0, 1), Of(1, 1), Of(0, 2), Of(1, 2), Of(0, 3), Of(1, 4), Of(-1, 9)]);
        Assert.That(shares.Shares.ToArray(), Is.EqualTo(new long[] { 666 + 1600, 666 + 800, 666 + 1600 }));
    }

    [Test]
    public void What_was_found_in_an_earlier_block_is_not_new()
    {
        var shares = new MemberShares(2);
        shares.Learn([Of(0, 1), Of(0, 2)]);
        shares.Learn([Of(1, 1), Of(0, 3)]);

        // Rates (1 + 1) / (1 + 1) and (0 + 1) / (1 + 1).
        Assert.That(shares.Shares.ToArray(), Is.EqualTo(new long[] { 1000 + 2666, 1000 + 1333 }));
    }

    [Test]
    public void Members_are_drawn_by_their_shares()
    {
        var shares = new MemberShares(2);
        shares.Learn([Of(0, 1), Of(1, 1), Of(1, 1), Of(1, 1)]);

        // Rates 2/2 and 1/4: 1,000 + 3,200 and 1,000 + 800 of 6,000.
        var prng = new Prng(new Seed(1));
        var first = Enumerable.Range(0, 6_000).Count(_ => shares.Draw(ref prng) == 0);
        Assert.That(first, Is.EqualTo(4_200).Within(110), "three standard deviations are 106");
    }

    private static Lesson Of(int member, ulong fingerprint) => new() { Choices = 1, Fingerprint = fingerprint, Member = member };
}
