using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Linearizability;
using Lab.Oracles;
using Lab.Seeds;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Linearizability;

/// <summary>Both directions: an object that breaks its promise is caught, by calls that were given and by calls that are drawn, and the right one passes.</summary>
[TestFixture]
public sealed class BuggyObjectTests
{
    private const int Executions = 2_000;

    [Test]
    public void A_queue_that_loses_an_item_is_caught()
    {
        var hasty = SharedQueue.Specify(isHasty: true);
        Assert.That(Found(cx => hasty.CheckAsync(cx, "enq(1)", "enq(2); deq(); deq()")).Kind, Is.EqualTo(VerdictKind.NotLinearizable));
        Assert.That(Found(cx => hasty.CheckAsync(cx)).Kind, Is.EqualTo(VerdictKind.NotLinearizable));
        Passes(cx => SharedQueue.Specify(isHasty: false).CheckAsync(cx));
    }

    [Test]
    public void An_old_value_after_a_new_one_is_caught()
    {
        // The task's own increment is over, and the copy that it reads is the other's older one, which was written last.
        var cached = CachedCounter.Specify(isCached: true);
        var verdict = Found(cx => cached.CheckAsync(cx, "increment()", "increment(); read()"));
        Assert.That(verdict.Kind, Is.EqualTo(VerdictKind.NotLinearizable));
        Passes(cx => CachedCounter.Specify(isCached: false).CheckAsync(cx));
    }

    [Test]
    public void A_lost_wake_up_is_caught_where_nothing_can_run()
    {
        var verdict = Found(cx => SharedEvent.Specify(isLossy: true).CheckAsync(cx, "wait()", "set()"));
        Assert.That(verdict.FirstLine, Is.EqualTo("not linearizable: a call waits for ever that the model lets go on"));
        Assert.That(verdict.Notes, Has.Some.Contains("can never run again"), "the deadlock itself is a note");
        Passes(cx => SharedEvent.Specify(isLossy: false).CheckAsync(cx));
    }

    [Test]
    public void A_lost_wake_up_is_caught_on_virtual_workers_and_with_timers_that_fire_at_will()
    {
        LabOptions[] hosts = [new() { Dispatch = DispatchKind.WorkStealing, Workers = 3 }, new() { Time = TimeModel.Free }];
        foreach (var options in hosts)
        {
            Assert.That(Found(cx => SharedEvent.Specify(isLossy: true).CheckAsync(cx, "wait()", "set()"), options).Kind, Is.EqualTo(VerdictKind.NotLinearizable));
            Passes(cx => SharedEvent.Specify(isLossy: false).CheckAsync(cx), options);
        }
    }

    [TestCase("dfs")]
    [TestCase("dpor")]
    public void An_exhaustive_search_finds_it_and_exhausts_the_right_one(string strategy)
    {
        var buggy = Explorer.Explore(cx => SharedEvent.Specify(isLossy: true).CheckAsync(cx, "wait()", "set()"), Options());
        var right = Explorer.Explore(cx => SharedEvent.Specify(isLossy: false).CheckAsync(cx, "wait()", "set()"), Options());
        Assert.That(buggy.Failure?.Verdict.Kind, Is.EqualTo(VerdictKind.NotLinearizable));
        Assert.That((right.Failure?.Verdict.ToString(), right.End), Is.EqualTo(((string?)null, ExplorationEnd.Exhausted)));

        ExploreOptions Options() => new() { Strategy = strategy, Executions = 10_000 };
    }

    // Nobody sets the event: that both wait for ever is what it promises.
    [Test]
    public void A_call_that_waits_for_ever_as_it_should_is_no_deadlock() =>
        Passes(cx => SharedEvent.Specify(isLossy: false).CheckAsync(cx, "wait()", "wait()"));

    [Test]
    public void Barging_breaks_a_model_with_a_line_and_not_one_without()
    {
        string[] calls = ["acquire()", "acquire()", "release()"];
        Assert.That(Found(cx => BargingSemaphore.SpecifyWithLine().CheckAsync(cx, calls)).Kind, Is.EqualTo(VerdictKind.NotLinearizable));
        Passes(cx => BargingSemaphore.Specify().CheckAsync(cx, calls));
    }

    [Test]
    public void Cancelled_and_yet_it_took_the_item()
    {
        var verdict = Found(cx => LeakyMailbox.Specify().CheckAsync(cx, "take()", "put(1); cancel(A); take()"));
        Assert.That(verdict.Kind, Is.EqualTo(VerdictKind.NotLinearizable));
    }

    [Test]
    public void A_budget_that_is_too_small_is_a_failure_and_says_that_nothing_is_known()
    {
        var verdict = Found(cx => SharedQueue.Specify(isHasty: false).WithBudget(1).CheckAsync(cx, "enq(1); enq(2)", "deq()"));
        Assert.That((verdict.Kind, verdict.FirstLine.Split(':')[0]), Is.EqualTo((VerdictKind.Inconclusive, "inconclusive")));
    }

    [Test]
    public void What_a_call_throws_is_its_answer_and_the_reason_when_the_model_has_none()
    {
        var specification = Linearizable.Of(() => new Stack<int>(), Sequence<int>.Empty)
            .On("push", (stack, item) => stack.Push(item), 1).Does((model, item) => model.Add(item))
            .On("pop", stack => stack.Pop()).Does(model => model.IsEmpty ? Step.Throws<InvalidOperationException, Sequence<int>>(model) : (model.Last, model.RemoveLast()))
            .On("peek", stack => stack.Peek()).Does(model => model.IsEmpty ? (0, model) : (model.Last, model));
        Passes(cx => specification.CheckAsync(cx, "push(1); pop()", "pop()"));
        var error = Assert.Throws<LabFailureException>(() => LabRuntime.Run(Schedule.Default, cx => specification.CheckAsync(cx, "peek()")))!;
        Assert.That(error.Message, Does.Contain("peek() -> throws InvalidOperationException").And.Contain("because of System.InvalidOperationException"));
    }

    [Test]
    public void A_failure_replays_with_the_same_table()
    {
        Func<Cx, Task> program = cx => SharedQueue.Specify(isHasty: true).CheckAsync(cx);
        var found = Explorer.Explore(program, new ExploreOptions { Executions = Executions, Seed = new Seed(1) }).Failure!;
        var again = LabRuntime.Replay(found.Trace!, program);
        Assert.That(again.Verdict.Text, Is.EqualTo(found.Verdict.Text));
        Assert.That(TraceFile.ToText(again.Trace!), Is.EqualTo(TraceFile.ToText(found.Trace!)));
    }

    [Test]
    public async Task The_right_ones_pass_natively()
    {
        await using var runtime = new Runtime(new RuntimeOptions { Workers = 4 });
        var specification = SharedQueue.Specify(isHasty: false);
        for (var i = 0UL; i < 50; i++)
        {
            await runtime.RunAsync(cx => specification.CheckAsync(cx, specification.Draw(new Seed(i)))).WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    [Test]
    public void A_specification_that_is_not_complete_says_what_is_missing()
    {
        var empty = Linearizable.Of(() => new object(), 0);
        Assert.That(() => empty.CheckAsync(null!), Throws.ArgumentNullException);
        Assert.That(LabRuntime.TryRun(Schedule.Default, cx => empty.CheckAsync(cx)).Verdict.Message, Does.Contain("no commands"));
        empty.On("poke", _ => { });
        Assert.That(LabRuntime.TryRun(Schedule.Default, cx => empty.CheckAsync(cx)).Verdict.Message, Does.Contain("'poke' has no model"));
    }

    private static Verdict Found(Func<Cx, Task> program, LabOptions? options = null)
    {
        var result = Explorer.Explore(program, new ExploreOptions { Executions = Executions, Seed = new Seed(1), Lab = options ?? new LabOptions() });
        Assert.That(result.Failure, Is.Not.Null, $"not found in {result.Executions} executions");
        return result.Failure!.Verdict;
    }

    private static void Passes(Func<Cx, Task> program, LabOptions? options = null)
    {
        // Some of the objects have plain fields; that these are not declared is another verdict than the one that is asked for here.
        var result = Explorer.Explore(
            program, new ExploreOptions { Executions = 300, Seed = new Seed(2), LinearisationSamples = 0, Lab = options ?? new LabOptions() });
        Assert.That(result.Failure?.Verdict.ToString(), Is.Null);
        Assert.That(result.Executions, Is.EqualTo(300));
    }
}
