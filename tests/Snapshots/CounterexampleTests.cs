using System.Reflection;
using Lab.Exploration;
using Lab.Linearizability;
using Lab.Reports;
using Lab.Samples;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Snapshots;

/// <summary>What a person reads when no order of the calls explains their answers.</summary>
[TestFixture]
public sealed class CounterexampleTests
{
    [Test]
    public async Task The_report_of_an_execution()
    {
        var root = typeof(CounterexampleTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(item => item.Key == "RepositoryRoot").Value!;
        var result = LabRuntime.Replay(TraceFile.Load(Path.Combine(root, "traces", "torn-snapshot.trace")), TornSnapshot.Buggy);
        await Verify(FailureReport.Of(result with { TracePath = "traces/torn-snapshot.trace" }));
    }

    [Test]
    public async Task Calls_that_overlap_and_one_that_does_not() => await Verify(Text(
        Queue(), false, Call(0, "put(1)", 1, 2, Answer.Done), Call(1, "put(2)", 3, 6, Answer.Done), Call(2, "take()", 4, 7, Answer.Of(2)), Call(2, "take()", 8, 9, Answer.Of(2))));

    [Test]
    public async Task Sequentially_consistent() => await Verify(Text(
        Queue(), false, Call(1, "put(1)", 1, 2, Answer.Done), Call(2, "put(2)", 3, 4, Answer.Done), Call(2, "take()", 5, 6, Answer.Of(2))));

    [Test]
    public async Task A_lost_wake_up() => await Verify(Text(
        Queue(), true, Call(1, "take()", 1, null, default, parked: 2), Call(2, "put(1)", 3, 4, Answer.Done), Call(3, "take()", 5, null, default, parked: 6)));

    [Test]
    public async Task Barging_in_a_line() => await Verify(Text(
        Line(), true, Call(1, "enter()", 1, null, default, parked: 2), Call(2, "enter()", 3, 6, Answer.Done, parked: 4), Call(3, "next()", 5, 7, Answer.Done)));

    [Test]
    public async Task More_tasks_than_columns_fit() => await Verify(Text(
        Queue(), false, [.. Enumerable.Range(1, 10).Select(task => Call(task, "take()", task, 20 + task, Answer.Of(task)))]));

    [Test]
    public async Task Values_that_only_look_alike() => await Verify(Text(
        Queue(), false, Call(1, "put(1)", 1, 2, Answer.Done), Call(1, "take()", 3, 4, Answer.Of(1L))));

    [Test]
    public async Task A_budget_that_ran_out() => await Verify(Text(
        Queue().WithBudget(2), false, Call(0, "put(1)", 1, 4, Answer.Done), Call(1, "put(2)", 2, 5, Answer.Done), Call(2, "take()", 3, 6, Answer.Of(2))));

    private static Specification<object?, Sequence<int>> Queue() => Linearizable.Of<object?, Sequence<int>>(() => null, Sequence<int>.Empty)
        .On("put", static (_, _) => { }, 1, 2, 3).Does((model, item) => model.Add(item))
        .On("take", static _ => 0).Does(model => model.IsEmpty ? Step.Blocked : (model.First, model.RemoveFirst()));

    // How many may enter, and who stands in line.
    private static Specification<object?, Sequence<int>> Line() => Linearizable.Of<object?, Sequence<int>>(() => null, Sequence.Of(0))
        .On("enter", static (_, _) => Task.CompletedTask).Queues(
            (model, ticket) => model.Add(ticket + 1),
            (model, ticket) => model.First > 0 && model[1] == ticket + 1 ? Sequence.Of([model.First - 1, .. model.Skip(2)]) : Step.Blocked,
            (model, ticket) => model.Remove(ticket + 1))
        .On("next", static _ => { }).Does(model => Sequence.Of([model.First + 1, .. model.Skip(1)]));

    private static string Text(
        Specification<object?, Sequence<int>> specification, bool isQuiescent, params Func<Specification<object?, Sequence<int>>, RecordedCall>[] calls) =>
        specification.Judge([.. calls.Select(call => call(specification))], isQuiescent).Text + "\n";

    private static Func<Specification<object?, Sequence<int>>, RecordedCall> Call(int task, string call, long called, long? returned, Answer answer, long? parked = null) =>
        specification => new RecordedCall { Task = task, Call = specification[call], Called = called, Returned = returned, Parked = parked, Answer = answer };
}
