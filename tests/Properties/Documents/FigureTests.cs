using Lab.Bench;
using NUnit.Framework;

namespace Lab.Properties.Documents;

/// <summary>What the bench is asked for, and what a row of its table says.</summary>
[TestFixture]
public sealed class FigureTests
{
    [Test]
    public void A_goal_that_is_judged_with_a_tolerance_says_both()
    {
        Assert.That(Row.AtLeast("as fast", 0.9, "x", 1, judgedAt: 0.8), Is.EqualTo(new Row("as fast", 0.9, "x", ">= 1 (for noise, holds from 0.8)", true)));
        Assert.That(Row.AtLeast("as fast", 0.7, "x", 1, judgedAt: 0.8).Holds, Is.False);
        Assert.That(Row.AtMost("as slow", 1.04, "x", 1, judgedAt: 1.05), Is.EqualTo(new Row("as slow", 1.04, "x", "<= 1 (for noise, holds up to 1.05)", true)));
        Assert.That(Row.AtMost("as slow", 1.06, "x", 1, judgedAt: 1.05).Holds, Is.False);
    }

    [Test]
    public void Without_a_tolerance_the_goal_itself_decides()
    {
        Assert.That(Row.AtLeast("fast", 1.4999, "x", 1.5), Is.EqualTo(new Row("fast", 1.4999, "x", ">= 1.5", false)));
        Assert.That(Row.AtMost("small", 0.1, "B", 0), Is.EqualTo(new Row("small", 0.1, "B", "<= 0", false)));
        Assert.That(Row.AtLeast("share", 0.0000012, "", 0.0000012).Goal, Is.EqualTo(">= 0.0000012"));
    }

    [TestCase("orders --json", "orders", true)]
    [TestCase("mutants --part=7 --full", "mutants", false)]
    [TestCase("--json mutants", "mutants", true)]
    public void A_name_takes_the_options_that_it_knows(string line, string name, bool isJson) =>
        Assert.That(Parse(line), Is.EqualTo(new Invocation(name, isJson)));

    [TestCase("", "a name is missing")]
    [TestCase("--json", "a name is missing")]
    [TestCase("orders mutants", "one name at a time, not orders and mutants")]
    [TestCase("order", "there is no order")]
    [TestCase("orders --bogus", "orders has no option --bogus; it has --json")]
    [TestCase("orders --full", "orders has no option --full; it has --json")]
    [TestCase("mutants --part", "mutants has no option --part; it has --part=, --full, --json")]
    public void What_nobody_knows_is_an_error_and_not_ignored(string line, string message) =>
        Assert.That(() => Parse(line), Throws.TypeOf<UsageException>().With.Message.EqualTo(message));

    private static Invocation Parse(string line) =>
        Invocation.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), static name => name switch
        {
            "orders" => [],
            "mutants" => ["--part=", "--full"],
            _ => null,
        });
}
