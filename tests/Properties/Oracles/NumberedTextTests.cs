using Lab.Oracles;
using NUnit.Framework;

namespace Lab.Properties.Oracles;

/// <summary>Which of a program's own messages are one bug to who makes it small.</summary>
[TestFixture]
internal sealed class NumberedTextTests
{
    [TestCase("the balance is 130", "the balance is 150", true)]
    [TestCase("the balance is -5", "the balance is 1,234.5", true)]
    [TestCase("5 of 6", "17 of 6", true)]
    [TestCase("12", "3", true)]
    [TestCase("", "", true)]
    [TestCase("the balance is 130", "the balance is 150 now", false)]
    [TestCase("the balance is 130", "the balance is none", false)]
    [TestCase("at 1.", "at 1", false)]
    [TestCase("a-b 1", "a-c 1", false)]
    [TestCase("-", "-", true)]
    [TestCase("1-", "1", false)]
    public void Texts_that_differ_in_numbers_alone_are_alike(string a, string b, bool alike) =>
        Assert.That((NumberedText.AreAlike(a, b), NumberedText.AreAlike(b, a)), Is.EqualTo((alike, alike)));

    [Test]
    public void What_the_lab_says_has_no_numbers_to_spare()
    {
        var (two, three) = (new Verdict(VerdictKind.Deadlock, "2 tasks can never run again"), new Verdict(VerdictKind.Deadlock, "3 tasks can never run again"));
        Assert.That((two.IsLike(three), two.IsLike(two)), Is.EqualTo((false, true)));
    }
}
