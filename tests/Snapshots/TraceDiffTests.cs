using Lab.Reports;
using Lab.Seeds;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Snapshots;

/// <summary>What a person sees of the difference between an execution that went well and one that lost an update.</summary>
[TestFixture]
public sealed class TraceDiffTests
{
    private const string Balance = "shared@0#1";
    private const string Scenario = "Bank.Tests.Deposits_add_up";
    private const string First = "salary";

    [Test]
    public async Task A_lost_update_is_explained_by_one_order() => await Verify(TraceDiffText.Of(TraceDiff.Compare(Good(), Lost())));

    [Test]
    public async Task An_operation_that_only_one_has_is_named() => await Verify(TraceDiffText.Of(TraceDiff.Compare(Good(), Stopped())));

    [Test]
    public async Task Each_side_has_its_own_names_for_its_tasks_and_two_programs_are_called_two() => await Verify(TraceDiffText.Of(TraceDiff.Compare(
        Good(), Lost("Bank.Tests.Fees_add_up", "fee"))));

    private static Trace Good() => Trace(
        execution: 0,
        new TraceVerdict("passed", ""),
        [Choose(1, "read"), Choose(1, "write"), Choose(2, "read"), Choose(2, "write")],
        [Read(1, 1, "-> 0"), Written(2, 1, "= 1"), Read(3, 2, "-> 1"), Written(4, 2, "= 2")]);

    private static Trace Lost(string scenario = Scenario, string first = First) => Trace(
        execution: 17,
        new TraceVerdict(
            "assertion-failed", "  Assert.That(balance, Is.EqualTo(2))\n  Expected: 2\n  But was:  1\nThe deposit of one of the two tasks was overwritten by the other one, which had read before it."),
        [Choose(1, "read"), Choose(2, "read"), Choose(1, "write"), Choose(2, "write")],
        [Read(1, 1, "-> 0"), Read(2, 2, "-> 0"), Written(3, 1, "= 1"), Written(4, 2, "= 1")],
        scenario,
        first);

    private static Trace Stopped() => Trace(
        execution: 3,
        new TraceVerdict("passed", ""),
        [Choose(1, "read"), Choose(1, "write"), Choose(2, "read")],
        [Read(1, 1, "-> 0"), Written(2, 1, "= 1"), Read(3, 2, "-> 1")]);

    private static Trace Trace(
        long execution, TraceVerdict verdict, Decision[] decisions, TraceEvent[] events, string scenario = Scenario, string first = First) => new()
    {
        Scenario = scenario,
        Seed = new Seed(7),
        Strategy = "pct:3,k=4",
        Execution = execution,
        Decisions = decisions,
        Tasks = [new TraceTask("0", ""), new TraceTask("0.1", first), new TraceTask("0.2", "refund")],
        Events = events,
        Verdict = verdict,
    };

    private static Decision Choose(int task, string operation) => new(2, $"0.{task}", operation, Balance);

    private static TraceEvent Read(int step, int task, string detail) => new(step, $"0.{task}", "SharedRead", Balance, detail, 0, "Bank.cs:14");

    private static TraceEvent Written(int step, int task, string detail) => new(step, $"0.{task}", "SharedWritten", Balance, detail, 0, "Bank.cs:15");
}
