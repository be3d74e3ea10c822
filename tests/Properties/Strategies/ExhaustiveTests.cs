using Lab.Classics;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Properties.Classics;
using Lab.Strategies;
using NUnit.Framework;

namespace Lab.Properties.Strategies;

/// <summary>Depth-first search and its bounded form: exact counts, no interleaving twice, stopped, resumed, divided.</summary>
[TestFixture]
internal sealed class ExhaustiveTests
{
    private static readonly Classic s_two = TracePrograms.Independent(2, 5);

    // Two tasks of n operations in r blocks of turns need r - 2 pre-emptions, for who ends first gives way for free; there are
    // 2 C(n-1, ceil(r/2)-1) C(n-1, floor(r/2)-1) of them. For n = 5: 2, 8, 32, 48, 72, ... and 252 in all.
    [TestCase(0, 2)]
    [TestCase(1, 10)]
    [TestCase(2, 42)]
    [TestCase(3, 90)]
    [TestCase(8, 252)]
    public void A_bound_on_preemptions_admits_exactly_the_interleavings_below_it(int bound, int count)
    {
        var search = new PreemptionBounded(bound, bound);
        Assert.That(InterleavingCounts.Of(s_two, search).All, Is.EqualTo(count));
        Assert.That(search.Bound is null, Is.EqualTo(count == 252), "whatever leaves something out says so");
    }

    [Test]
    public void A_rising_bound_counts_each_interleaving_once_and_ends_with_all()
    {
        var search = new PreemptionBounded(0, 100);
        Assert.That(InterleavingCounts.Of(s_two, search).All, Is.EqualTo(252));
        Assert.That(search.Bound, Is.Null);
    }

    // Without pre-emptions a deadlock of opposite locks is out of reach: each task goes through. One is enough.
    [Test]
    public void A_bug_of_one_preemption_is_missed_by_bound_0_and_found_by_bound_1()
    {
        Assert.That(InterleavingCounts.Of(CountedPrograms.Deadlock, new PreemptionBounded(0, 0)), Is.EqualTo((2, 0)));
        Assert.That(InterleavingCounts.Of(CountedPrograms.Deadlock, new PreemptionBounded(1, 1)).Failing, Is.EqualTo(2));
    }

    [Test]
    public void A_search_that_is_saved_and_restored_after_every_execution_runs_the_same_number([Values("dfs", "dfs:preemptions=2", "dfs:preemptions=0..2")] string text)
    {
        var whole = InterleavingCounts.Of(CountedPrograms.Reorder(2, 1), StrategySpec.Parse(text));
        var engine = new LabEngine(Classic.Options(Spawning.AllAtOnce));
        var program = CountedPrograms.Reorder(2, 1).Program(Spawning.AllAtOnce);
        var (all, failing) = (0L, 0L);
        var state = StrategySpec.Parse(text).Save()!;
        for (var isOver = false; !isOver;)
        {
            var search = StrategySpec.Parse(text);
            search.Restore(state);
            var verdict = engine.Run(program, search, default, 0).Verdict;
            all += search.IsForeign ? 0 : 1;
            failing += !search.IsForeign && verdict.IsFailure ? 1 : 0;
            state = search.Save()!;
            isOver = search.IsExhausted;
        }

        Assert.That((all, failing), Is.EqualTo(whole));
        var over = StrategySpec.Parse(text);
        over.Restore(state);
        Assert.That(over.IsExhausted);
    }

    [Test]
    public void The_parts_of_a_search_are_together_the_whole([Values("dfs", "dfs:preemptions=2", "dfs:preemptions=0..4")] string text, [Values(2, 3, 7)] int parts)
    {
        var classic = CountedPrograms.Reorder(2, 1);
        var whole = InterleavingCounts.Of(classic, StrategySpec.Parse(text));
        var (all, failing) = (0L, 0L);
        var most = 0L;
        for (var part = 0; part < parts; part++)
        {
            var search = StrategySpec.Parse(text);
            Assert.That(search.TryDivide(part, parts));
            var counted = InterleavingCounts.Of(classic, search);
            all += counted.All;
            failing += counted.Failing;
            most = Math.Max(most, counted.All);
        }

        Assert.That((all, failing), Is.EqualTo(whole));
        Assert.That(most, Is.LessThan(whole.All), "no part has it all");
    }

    [Test]
    public void A_random_draw_from_few_values_is_a_choice_like_any_other()
    {
        var seen = new HashSet<(int, int)>();
        var result = Explorer.Explore(
            cx =>
            {
                seen.Add((cx.Random.Next(3), cx.Random.Next(2)));
                return Task.CompletedTask;
            },
            new ExploreOptions { Strategy = "dfs" });
        Assert.That((result.End, seen.Count), Is.EqualTo((ExplorationEnd.Exhausted, 6)));
    }

    [Test]
    public void A_random_draw_from_many_values_has_one_and_the_search_says_so()
    {
        var search = new DepthFirst();
        var engine = new LabEngine(new LabOptions());
        engine.Run(
            cx =>
            {
                cx.Random.Next(1_000_000);
                return Task.CompletedTask;
            },
            search,
            default,
            0);
        Assert.That((search.IsExhausted, search.Bound), Is.EqualTo((true, "for one value of each random draw from more than 16")));
    }

    [Test]
    public void A_program_that_does_not_repeat_itself_is_told_so()
    {
        var runs = 0;
        Task Program(Cx cx)
        {
            var tasks = runs++ % 2 == 0 ? 2 : 3;
            return cx.ScopeAsync(scope =>
            {
                for (var i = 0; i < tasks; i++)
                {
                    scope.Spawn(async c => await c.YieldAsync());
                }

                return Task.CompletedTask;
            });
        }

        var engine = new LabEngine(new LabOptions());
        var search = new DepthFirst();
        engine.Run(Program, search, default, 0);
        var verdict = engine.Run(Program, search, default, 1).Verdict;
        Assert.That(verdict.Kind, Is.EqualTo(VerdictKind.Nondeterministic));
        Assert.That(verdict.ToString(), Does.Contain("when the same choices led there before"));
    }

    // Two tasks of two steps each on one virtual worker: the worker's own queue decides, and nothing is left to choose. With two workers it is open who steps.
    [Test]
    public void Virtual_workers_are_searched_too()
    {
        long Executions(int workers) => Explorer.Explore(
            cx => cx.ScopeAsync(scope =>
            {
                scope.Spawn(async c => await c.YieldAsync());
                scope.Spawn(async c => await c.YieldAsync());
                return Task.CompletedTask;
            }),
            new ExploreOptions { Strategy = "dfs", Lab = new LabOptions { Dispatch = DispatchKind.WorkStealing, Workers = workers } }) switch
        {
            { End: ExplorationEnd.Exhausted } result => result.Executions,
            var other => throw new AssertionException($"{other.End}"),
        };

        Assert.That(Executions(1), Is.EqualTo(1));
        Assert.That(Executions(2), Is.GreaterThan(2));
    }

    [TestCase("")]
    [TestCase("0/1")]
    [TestCase("1/1 0")]
    [TestCase("0/1 0 3")]
    [TestCase("0/1 0 3/3")]
    [TestCase("0/1 x 1/3")]
    public void A_state_that_no_search_wrote_is_refused(string state) =>
        Assert.That(() => new DepthFirst().Restore(state), Throws.InstanceOf<FormatException>());
}
