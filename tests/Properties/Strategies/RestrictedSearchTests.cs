using Lab.Classics;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Properties.Classics;
using Lab.Sharing;
using Lab.Strategies;
using NUnit.Framework;

namespace Lab.Properties.Strategies;

/// <summary>Decorators around an exhaustive search: exactly the interleavings that they leave, and what was left out is said.</summary>
[TestFixture]
internal sealed class RestrictedSearchTests
{
    private const int Operations = 5;

    [Test]
    public void A_bound_on_fairness_leaves_exactly_the_interleavings_within_it([Range(1, Operations)] int bound)
    {
        // Words of two letters, 5 of each, in which no letter stands more than so often in a row while the other is still to come: 252 words in all.
        var words = Words("", Operations, Operations).ToList();
        Assert.That(words, Has.Count.EqualTo(252));
        var search = StrategySpec.Parse($"dfs+fair={bound}");
        Assert.That(InterleavingCounts.Of(TracePrograms.Independent(2, Operations), search).All, Is.EqualTo(words.Count(word => IsWithin(word, bound))));
        Assert.That(search.Bound, bound == Operations ? Is.Null : Is.EqualTo($"with nobody passed over more than {bound} time{(bound == 1 ? "" : "s")} in a row"));
    }

    // The setter has 3 operations; before each of them the poller, which reads once more after the last, reads 0 to n times: (n + 1)^3. For n below 3 without
    // those in which the setter passes the poller over more than n times: for 2 the 3 in which it does 3 in a row; for 1 it waits between any two.
    [TestCase(1, 2)]
    [TestCase(2, 24)]
    [TestCase(3, 64)]
    [TestCase(4, 125)]
    public void A_search_of_a_program_that_polls_ends_within_a_bound_on_fairness(int bound, int count)
    {
        var search = StrategySpec.Parse($"dfs+fair={bound}");
        Assert.That(CountPolling(search, limit: 1_000), Is.EqualTo((count, false)));
        Assert.That(search.Bound, Is.Not.Null);
    }

    [Test]
    public void Without_one_it_does_not_end() => Assert.That(CountPolling(StrategySpec.Parse("dfs"), limit: 1_000), Is.EqualTo((1_000, true)));

    // At most c pre-emptions by choice; those that fairness asks for are none. Two tasks of 5 operations without any by choice, taking turns of 2: who begins
    // is all there is to choose.
    [Test]
    public void What_fairness_asks_for_is_no_preemption() =>
        Assert.That(InterleavingCounts.Of(TracePrograms.Independent(2, Operations), StrategySpec.Parse("dfs:preemptions=0+fair=2")).All, Is.EqualTo(2));

    // Three steps are over before the first choice: the program's own, and the beginnings of the two tasks. Of the 10 operations that follow, the order of
    // those is free that come within the bound: 2^(n - 3) beginnings.
    [TestCase(3, 1)]
    [TestCase(4, 2)]
    [TestCase(6, 8)]
    [TestCase(8, 32)]
    [TestCase(100, 252)]
    public void A_bound_on_steps_leaves_exactly_the_beginnings(int steps, int count)
    {
        var search = StrategySpec.Parse($"dfs+steps={steps}");
        Assert.That(InterleavingCounts.Of(TracePrograms.Independent(2, Operations), search).All, Is.EqualTo(count));
        Assert.That(search.Bound, count == 252 ? Is.Null : Does.StartWith("of the first "));
    }

    [TestCase("dfs+fair=2")]
    [TestCase("dfs:preemptions=1+fair=2+metrics")]
    [TestCase("dfs+steps=4")]
    public void It_is_saved_and_restored_with_what_it_says(string text)
    {
        var whole = StrategySpec.Parse(text);
        var expected = InterleavingCounts.Of(TracePrograms.Independent(2, Operations), whole).All;
        var engine = new LabEngine(Classic.Options(Spawning.AllAtOnce));
        var program = TracePrograms.Independent(2, Operations).Program(Spawning.AllAtOnce);
        var search = StrategySpec.Parse(text);
        var executions = 0;
        while (!search.IsExhausted)
        {
            var state = search.Save()!;
            search = StrategySpec.Parse(text);
            search.Restore(state);
            engine.Run(program, search, default, 0);
            executions += search.IsForeign ? 0 : 1;
        }

        Assert.That((executions, search.Bound), Is.EqualTo((expected, whole.Bound)));
    }

    [TestCase("dpor+fair=5", "use dfs with this")]
    [TestCase("dpor+metrics+steps=5", "use dfs with this")]
    [TestCase("dpor+spawner-first", "use dfs with this")]
    [TestCase("dfs+spawner-first=coin", "tosses no coin")]
    public void A_search_that_would_not_be_complete_is_refused_and_told_what_to_use(string text, string message) =>
        Assert.That(() => StrategySpec.Parse(text), Throws.ArgumentException.With.Message.Contains(message));

    private static IEnumerable<string> Words(string word, int a, int b) =>
        a + b == 0 ? [word] : [.. a > 0 ? Words(word + 'a', a - 1, b) : [], .. b > 0 ? Words(word + 'b', a, b - 1) : []];

    private static bool IsWithin(string word, int bound)
    {
        var run = 0;
        for (var i = 0; i < word.Length; i++)
        {
            run = i > 0 && word[i] == word[i - 1] ? run + 1 : 1;
            if (run > bound && word.AsSpan(i).ContainsAnyExcept(word[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static (int Executions, bool IsOver) CountPolling(Strategy search, int limit)
    {
        var engine = new LabEngine(Classic.Options(Spawning.AllAtOnce) with { StepLimit = 50 });
        var executions = 0;
        var isOver = false;
        while (!search.IsExhausted && executions < limit)
        {
            isOver |= engine.Run(Polling, search, default, executions++).Verdict.Kind == VerdictKind.StepLimit;
        }

        return (executions, isOver);
    }

    private static Task Polling(Cx cx)
    {
        var flag = new Shared<int>();
        var own = new Shared<int>();
        return cx.ScopeAsync(scope =>
        {
            scope.Spawn(async c =>
            {
                await own.ReadAsync(c);
                await own.ReadAsync(c);
                await flag.WriteAsync(1, c);
            });
            scope.Spawn(async c =>
            {
                while (await flag.ReadAsync(c) == 0)
                {
                }
            });
            return Task.CompletedTask;
        });
    }
}
