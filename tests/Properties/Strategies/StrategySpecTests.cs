using FsCheck;
using FsCheck.Fluent;
using Lab.Strategies;
using NUnit.Framework;

namespace Lab.Properties.Strategies;

/// <summary>Texts of strategies: what is printed is parsed back to the same, and what is wrong is said with what is allowed.</summary>
public sealed class StrategySpecTests
{
    [TestCase("random")]
    [TestCase("nonpreemptive")]
    [TestCase("pct:3")]
    [TestCase("pct:1,k=212")]
    public void A_canonical_text_prints_as_it_was_written(string text) => Assert.That(StrategySpec.Parse(text).ToString(), Is.EqualTo(text));

    [TestCase("pct", "pct:3")]
    [TestCase("pct:d=4", "pct:4")]
    [TestCase("pct:k=9,d=2", "pct:2,k=9")]
    public void Other_spellings_print_as_the_canonical_one(string text, string canonical) =>
        Assert.That(StrategySpec.Parse(text).ToString(), Is.EqualTo(canonical));

    [TestCase("", "use one of: random, ")]
    [TestCase("prct:3", "use one of: random, ")]
    [TestCase("pct:0", "d is '0' but must be a whole number from 1 to 64")]
    [TestCase("pct:65", "d is '65' but must be a whole number from 1 to 64")]
    [TestCase("pct:-1", "d is '-1' but")]
    [TestCase("pct:3,k=0", "k is '0' but must be a whole number from 1 to 2147483647")]
    [TestCase("pct:3,k=99999999999", "k is '99999999999' but")]
    [TestCase("pct:3,z=1", "there is no parameter 'z'; write pct[:D][,k=N]")]
    [TestCase("pct:3,4", "'4' is not a parameter; write pct[:D][,k=N]")]
    [TestCase("pct:", "'' is not a parameter")]
    [TestCase("pct:3,", "'' is not a parameter")]
    [TestCase("pct:k=", "'k=' is not a parameter")]
    [TestCase("pct:=3", "'=3' is not a parameter")]
    [TestCase("pct:3,d=3", "'d' is given twice")]
    [TestCase("pct:k=3,k=3", "'k' is given twice")]
    [TestCase("random:1", "'1' is one parameter too many; write random")]
    [TestCase("random+none", "'+none' is not known")]
    public void What_is_wrong_is_named_with_what_is_allowed(string text, string advice) =>
        Assert.That(() => StrategySpec.Parse(text), Throws.ArgumentException.With.Message.Contains(advice));

    [Test]
    public void Every_strategy_has_one_name_and_a_usage_that_begins_with_it()
    {
        Assert.That(StrategySpec.Known, Is.Unique);
        Assert.That(StrategySpec.Kinds.Select(kind => kind.Usage.StartsWith(kind.Name, StringComparison.Ordinal)), Has.All.True);
        Assert.That(StrategySpec.Decorators.Select(kind => kind.Usage.StartsWith("+" + kind.Name, StringComparison.Ordinal)), Has.All.True);
    }

    [FsCheck.NUnit.Property(MaxTest = 300, Replay = "3,7")]
    public void Any_text_is_parsed_to_something_that_prints_to_an_equal_strategy_or_is_refused_in_one_line(string text)
    {
        try
        {
            var printed = StrategySpec.Parse(text ?? "").ToString();
            Assert.That(StrategySpec.Parse(printed).ToString(), Is.EqualTo(printed));
        }
        catch (ArgumentException e)
        {
            Assert.That(e.Message, Does.Contain("is not a strategy"));
        }
    }

    [Test]
    public void Any_parameters_in_range_survive_printing_and_parsing() => Prop.ForAll(
        Gen.Choose(1, Pct.MaxDepth).Zip(Gen.Choose(1, int.MaxValue)).ToArbitrary(),
        static pair => StrategySpec.Parse(new Pct(pair.Item1, pair.Item2).ToString()).ToString() == new Pct(pair.Item1, pair.Item2).ToString())
        .QuickCheckThrowOnFailure();
}
