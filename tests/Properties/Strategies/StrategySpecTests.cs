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
    [TestCase("pos")]
    [TestCase("urw")]
    [TestCase("urw:0=3,0.1=25,0.1.2=7,clock=2")]
    [TestCase("surw")]
    [TestCase("surw:on=shared@0.1#2,0=3,0.1=25")]
    [TestCase("surw:on=shared@x#1")]
    [TestCase("delay:0")]
    [TestCase("delay:2,k=40")]
    [TestCase("preempt:1,k=9")]
    [TestCase("portfolio")]
    [TestCase("random+fair=100")]
    [TestCase("pct:3,k=212+spawner-first+fair=7")]
    [TestCase("pos+fair=7+spawner-first=coin+steps=50+metrics")]
    [TestCase("portfolio+fair=9")]
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
    [TestCase("random+none", "'+none' is not known; after a strategy may stand: +fair=N, ")]
    [TestCase("random+fair=0", "n is '0' but must be a whole number from 1")]
    [TestCase("random+fair=1,2", "'2' is not a parameter; write +fair=N")]
    [TestCase("random+spawner-first=tails", "'tails' is not coin; write +spawner-first[=coin]")]
    [TestCase("random+", "'+' is not known")]
    [TestCase("urw:0.1=0", "0.1 is '0' but must be")]
    [TestCase("urw:worker=1", "'worker' is no task")]
    [TestCase("urw:0.01=1", "'0.01' is no task")]
    [TestCase("surw:0.1=2", "there is no parameter '0.1'")]
    [TestCase("surw:on=it", "'it' is no object")]
    [TestCase("delay:65", "d is '65' but must be a whole number from 0 to 64")]
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

    [FsCheck.NUnit.Property(MaxTest = 300, Replay = "5,11")]
    public void Any_combination_survives_printing_and_parsing(byte kind, byte number, ushort length, byte[] decorators)
    {
        var size = (number % 64) + 1;
        var text = (kind % 8) switch
        {
            0 => "random",
            1 => $"pct:{size},k={length + 1}",
            2 => $"delay:{size}",
            3 => $"preempt:{size},k={length + 1}",
            4 => $"urw:0.{size}={length + 1}",
            5 => $"surw:on=mutex@0.{size}#{length},0={size}",
            6 => "pos",
            _ => "portfolio",
        };
        text += string.Concat((decorators ?? []).Select(d => (d % 5) switch
        {
            0 => $"+fair={d + 1}",
            1 => $"+steps={d + 1}",
            2 => "+spawner-first",
            3 => "+spawner-first=coin",
            _ => "+metrics",
        }));
        Assert.That(StrategySpec.Parse(text).ToString(), Is.EqualTo(text));
    }

    [Test]
    public void Any_parameters_in_range_survive_printing_and_parsing() => Prop.ForAll(
        Gen.Choose(1, Pct.MaxDepth).Zip(Gen.Choose(1, int.MaxValue)).ToArbitrary(),
        static pair => StrategySpec.Parse(new Pct(pair.Item1, pair.Item2).ToString()).ToString() == new Pct(pair.Item1, pair.Item2).ToString())
        .QuickCheckThrowOnFailure();
}
