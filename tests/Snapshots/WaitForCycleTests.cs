using Lab.Reports;
using NUnit.Framework;

namespace Lab.Snapshots;

/// <summary>The drawn cycle: every kind of edge, and messages that only look like the lab's.</summary>
[TestFixture]
public sealed class WaitForCycleTests
{
    [Test]
    public async Task Every_kind_of_edge() => await Verify(VerdictText.Of(
        "deadlock",
        "4 tasks can never run again\n"
        + "  T0.4 waits to receive from channel@0#4 (0 of 2 buffered) (Queue.cs:7)\n"
        + "  T0 \"main\" waits for the tasks of scope@0#1 (Program.cs:10)\n"
        + "  T0.1 \"a task whose name alone is nearly as wide as the whole of the report is\" waits to lock mutex@0#3, which T0.2 holds (Bank.cs:20)\n"
        + "  T0.2 waits for the end of T0 \"main\" (Bank.cs:30)\n"
        + "  wait-for cycle: T0 \"main\" -> T0.1 \"a task whose name alone is nearly as wide as the whole of the report is\" -> mutex@0#3 -> T0.2 -> T0 \"main\"",
        names: null));

    [Test]
    public async Task A_task_that_waits_for_itself() => await Verify(VerdictText.Of(
        "deadlock",
        "a task can never run again\n  T0 waits to lock mutex@0#1, which T0 holds (Once.cs:5)\n  wait-for cycle: T0 -> mutex@0#1 -> T0",
        names: null));

    // A file may hold anything: what does not read as the lab writes it is shown as it is.
    [TestCase("wait-for cycle: ")]
    [TestCase("wait-for cycle: T0")]
    [TestCase("wait-for cycle: T0 -> T1 -> T0")]
    [TestCase("  T0 waits\n  wait-for cycle: T0 -> T0")]
    [TestCase("  T0 waits for nothing at all\n  wait-for cycle: T0 -> T0")]
    [TestCase("  T0 waits for rain (Sky.cs:1)\n  wait-for cycle: T0 -> T1 -> T0")]
    [TestCase("wait-for cycle: wait-for cycle:")]
    [TestCase("")]
    [TestCase("\n\n")]
    public void A_message_that_names_no_cycle_is_shown_as_it_is(string message) =>
        Assert.That(VerdictText.Of("deadlock", message, names: null), Is.EqualTo(string.Concat(message.Length == 0 ? [] : message.Split('\n').Select(static line => $"  {line}".TrimEnd() + "\n"))));

    [Test]
    public void What_a_program_says_is_neither_drawn_nor_wrapped()
    {
        var message = "T0 waits for rain (Sky.cs:1)\nwait-for cycle: T0 -> T0\n" + new string('x', 200);
        Assert.That(VerdictText.Of("exception", message, names: null), Is.EqualTo(string.Concat(message.Split('\n').Select(static line => $"  {line}\n"))));
    }
}
