using System.Globalization;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Generators;
using Lab.Oracles;
using Lab.Seeds;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Shrinking;

/// <summary>A failing schedule shrinks to the smallest one with the same verdict, always to the same, and that replays.</summary>
[TestFixture]
public sealed class ShrinkerTests
{
    // No limit of real time: what is asserted must not depend on the machine.
    private static readonly ShrinkOptions s_untimed = new() { Time = null };

    private static readonly (string Name, Func<Cx, Task> Program, int Preemptions, int Steps)[] s_known =
    [
        // Steps: the program's two, two tasks' starts, and one for each access.
        ("lost update", ShrinkPrograms.LostUpdate(0), 1, 8),
        ("lost update in noise", ShrinkPrograms.LostUpdate(20), 1, 88),
        ("blink", ShrinkPrograms.Blink, 2, 8),

        // The program's two, three starts and twelve accesses, whatever the sum is in the end.
        ("a sum that is told", ShrinkPrograms.Sum, 1, 17),
        ("wrong order", ShrinkPrograms.WrongOrder, 0, 6),

        // The end is not reached: a start and one lock each, then one wait each.
        ("two locks", ShrinkPrograms.TwoLocks, 1, 7),
    ];

    private static IEnumerable<TestCaseData> Known => s_known.Select(static known => new TestCaseData(known.Program, known.Preemptions, known.Steps).SetArgDisplayNames(known.Name));

    [TestCaseSource(nameof(Known))]
    public void Every_failing_schedule_shrinks_to_the_known_minimum(Func<Cx, Task> program, int preemptions, int steps)
    {
        for (var seed = 1UL; seed <= 5; seed++)
        {
            var found = Failure(program, seed);
            var shrunk = LabRuntime.Shrink(found.Trace!, program, s_untimed);
            Assert.That(shrunk.Verdict.IsLike(found.Verdict), shrunk.Verdict.ToString());
            Assert.That((Preemptions(shrunk), shrunk.Steps), Is.EqualTo((preemptions, steps)), $"seed {seed}");
            Assert.That(shrunk.Shrinking, Has.Property("NotShrunk").Null.And.Property("IsComplete").True);
            Assert.That(shrunk.Shrinking!.FoundPreemptions, Is.EqualTo(Preemptions(found)));
        }
    }

    [TestCaseSource(nameof(Known))]
    public void All_failing_schedules_of_a_program_shrink_to_one(Func<Cx, Task> program, int preemptions, int steps)
    {
        var decisions = Enumerable.Range(1, 5).Select(seed => LabRuntime.Shrink(Failure(program, (ulong)seed).Trace!, program, s_untimed).Trace!)
            .Select(static trace => string.Join('\n', trace.Decisions)).Distinct().ToList();
        Assert.That(decisions, Has.Count.EqualTo(1), $"{preemptions} pre-emptions, {steps} steps");
    }

    [TestCaseSource(nameof(Known))]
    public void Shrinking_again_changes_nothing_and_shrinking_twice_gives_the_same_bytes(Func<Cx, Task> program, int preemptions, int steps)
    {
        var found = Failure(program, 3).Trace!;
        var once = LabRuntime.Shrink(found, program, s_untimed).Trace!;
        Assert.That(TraceFile.ToText(LabRuntime.Shrink(found, program, s_untimed).Trace!), Is.EqualTo(TraceFile.ToText(once)));
        Assert.That(TraceFile.ToText(LabRuntime.Shrink(once, program, s_untimed).Trace!), Is.EqualTo(TraceFile.ToText(once)), $"{preemptions}, {steps}");
    }

    [Test]
    public void What_was_shrunk_replays_exactly()
    {
        var shrunk = LabRuntime.Shrink(Failure(ShrinkPrograms.Blink, 1).Trace!, ShrinkPrograms.Blink, s_untimed).Trace!;
        Assert.That(ReplayComparison.Of(shrunk, LabRuntime.Replay(shrunk, ShrinkPrograms.Blink)).Agreement, Is.EqualTo(ReplayAgreement.Exact));
    }

    [Test]
    public void Draws_shrink_towards_0()
    {
        // None of them can be lower alone: the sum is just what it takes.
        var shrunk = LabRuntime.Shrink(Failure(ShrinkPrograms.Draws, 1).Trace!, ShrinkPrograms.Draws, s_untimed);
        var draws = shrunk.Trace!.Decisions.Where(static d => d.Operation == "random").Select(static d => int.Parse(d.Choice, CultureInfo.InvariantCulture)).ToList();
        Assert.That(draws, Has.Count.EqualTo(3));
        Assert.That(draws.Sum(), Is.EqualTo(50));
    }

    [Test]
    public void An_exploration_shrinks_what_it_finds_unless_told_not_to()
    {
        var program = ShrinkPrograms.LostUpdate(10);
        var options = new ExploreOptions { First = 1, Shrink = null };
        var found = Explorer.Explore(program, options).Failure!;
        var shrunk = Explorer.Explore(program, options with { Shrink = s_untimed }).Failure!;
        Assert.That((found.Shrinking, shrunk.Index, shrunk.Strategy), Is.EqualTo(((ShrinkingFacts?)null, found.Index, found.Strategy)));
        Assert.That(Preemptions(shrunk), Is.EqualTo(1).And.LessThan(Preemptions(found)));
    }

    [Test]
    public void What_the_oracles_judged_is_counted_without_the_executions_of_shrinking()
    {
        var program = ShrinkPrograms.LostUpdate(3);
        var options = new ExploreOptions { First = 1, Shrink = null };
        Assert.That(Explorer.Explore(program, options with { Shrink = s_untimed }).Oracles, Is.EqualTo(Explorer.Explore(program, options).Oracles));
    }

    [Test]
    public void Run_throws_the_shrunk_failure()
    {
        var program = ShrinkPrograms.LostUpdate(10);
        var seed = Enumerable.Range(1, 1000).Select(static i => new Seed((ulong)i)).First(seed => LabRuntime.TryRun(program, seed: seed).Verdict.IsFailure);
        var error = Assert.Throws<LabFailureException>(() => LabRuntime.Run(program, seed: seed))!;
        Assert.That(error.Message, Does.Contain("1 pre-emption\n").And.Contain("shrunk from "));
    }

    [Test]
    public void What_says_another_number_than_the_one_that_was_found_tells_both()
    {
        var seeds = Enumerable.Range(1, 1000).Select(static i => new Seed((ulong)i)).Where(static seed => LabRuntime.TryRun(ShrinkPrograms.Sum, seed: seed).Verdict.IsFailure);
        var said = seeds.Take(10).Select(static seed => Assert.Throws<LabFailureException>(() => LabRuntime.Run(ShrinkPrograms.Sum, seed: seed))!.Message).ToArray();
        Assert.That(said, Has.Some.Matches(@"the sum is (\d+)[\s\S]*it was found as: [^\n]*the sum is (?!\1\b)\d+\n"));
    }

    [Test]
    public void Virtual_workers_shrink_to_the_same_verdict()
    {
        var lab = new LabOptions { Dispatch = DispatchKind.WorkStealing, Workers = 3 };
        Func<Cx, Task> program = ShrinkPrograms.GivesWay;
        var found = Explorer.Explore(program, new ExploreOptions { First = 1, Shrink = null, Lab = lab }).Failure!;
        var shrunk = LabRuntime.Shrink(found.Trace!, program, s_untimed);
        Assert.That(shrunk.Verdict.IsSameAs(found.Verdict) && shrunk.Shrinking is { NotShrunk: null }, shrunk.Verdict.ToString());
        Assert.That(Deviating(shrunk), Is.LessThanOrEqualTo(Deviating(found)));
    }

    [Test]
    public void Tasks_that_start_at_once_shrink_to_the_same_minimum()
    {
        var found = Explorer.Explore(ShrinkPrograms.LostUpdate(5), new ExploreOptions { First = 1, Shrink = null, Lab = new LabOptions { Start = StartMode.Eager } }).Failure!;
        Assert.That(Preemptions(LabRuntime.Shrink(found.Trace!, ShrinkPrograms.LostUpdate(5), s_untimed)), Is.EqualTo(1));
    }

    [Test]
    public void A_failure_that_does_not_repeat_is_left_as_it_is_and_says_so()
    {
        var trace = Failure(ShrinkPrograms.LostUpdate(1), 1).Trace!;
        var result = LabRuntime.Shrink(trace, ShrinkPrograms.LostUpdate(2), s_untimed);
        Assert.That(result.Verdict.Kind, Is.EqualTo(VerdictKind.Nondeterministic));
        Assert.That(result.Shrinking!.NotShrunk, Does.Contain("replayed, it is not what was recorded"));
    }

    [Test]
    public void Without_a_budget_the_failure_stays_and_is_confirmed()
    {
        var program = ShrinkPrograms.LostUpdate(5);
        var found = Failure(program, 2);
        var shrunk = LabRuntime.Shrink(found.Trace!, program, new ShrinkOptions { Executions = 1 });
        Assert.That(shrunk.Trace!.Decisions, Is.EqualTo(found.Trace!.Decisions));
        Assert.That(shrunk.Shrinking!.IsComplete, Is.False);
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(LabArbitraries)], MaxTest = 25, StartSize = 5, EndSize = 60)]
    public void Any_failing_schedule_of_any_program_shrinks_to_the_same_verdict(LabProgram program, Seed seed)
    {
        // A program that nobody cancels may deadlock; one that runs to its end fails here.
        Func<Cx, Task> fails = async cx =>
        {
            await (program with { Patience = null }).Run(cx);
            ShrinkPrograms.Require(false);
        };
        var found = LabRuntime.TryRun(fails, seed: seed);
        var shrunk = LabRuntime.Shrink(found.Trace!, fails, s_untimed with { Executions = 150 });
        Assert.That(shrunk.Verdict.IsSameAs(found.Verdict) && shrunk.Shrinking is { NotShrunk: null }, $"{found.Verdict}\n{shrunk.Shrinking}\n{shrunk.Verdict}");
        Assert.That(Preemptions(shrunk), Is.LessThanOrEqualTo(Preemptions(found)));
        Assert.That(ReplayComparison.Of(shrunk.Trace!, LabRuntime.Replay(shrunk.Trace!, fails)).Agreement, Is.EqualTo(ReplayAgreement.Exact));
    }

    /// <summary>The first failing execution of a random walk, as it was found.</summary>
    internal static LabResult Failure(Func<Cx, Task> program, ulong seed) =>
        Explorer.Explore(program, new ExploreOptions { Seed = new Seed(seed), First = 1, Shrink = null }).Failure!;

    private static int Preemptions(LabResult result) => result.Trace!.Events.Count(static e => e.Kind == "TaskPreempted");

    private static int Deviating(LabResult result) => result.Trace!.Decisions.Count(static d => d.Choice is not "worker:0");
}
