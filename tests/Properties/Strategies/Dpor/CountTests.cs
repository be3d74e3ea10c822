using Lab.Classics;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using NUnit.Framework;

namespace Lab.Properties.Strategies.Dpor;

/// <summary>
/// One execution per Mazurkiewicz trace: the closed forms that stand at each program, with all tasks live at the start (as in the papers) and with starts
/// that are chosen, which depend on nothing.
/// </summary>
[TestFixture(StartMode.Eager)]
[TestFixture(StartMode.Chosen)]
internal sealed class CountTests(StartMode start)
{
    private readonly LabOptions _options = Classic.Options(Spawning.AllAtOnce) with { Start = start };

    private static readonly Classic[] s_programs =
    [
        TracePrograms.Readers(2), TracePrograms.Readers(6), TracePrograms.Writers(3), TracePrograms.Writers(4), TracePrograms.Independent(3, 5),
        TracePrograms.Increments(2, 2), TracePrograms.Increments(2, 4), TracePrograms.Increments(3, 2),
        TracePrograms.LockedIncrements(2, 2), TracePrograms.LockedIncrements(2, 4), TracePrograms.LockedIncrements(3, 2),
        TracePrograms.LastZero(2), TracePrograms.LastZero(3), TracePrograms.LastZero(5),
        TracePrograms.Indexer(11), TracePrograms.Indexer(12), TracePrograms.Indexer(13),
        TracePrograms.FileSystem(14), TracePrograms.FileSystem(16), TracePrograms.FileSystem(18), TracePrograms.FileSystem(19),
    ];

    [TestCaseSource(nameof(s_programs))]
    public void Each_trace_is_run_once(Classic program)
    {
        var search = Search.Dpor(program.Program(Spawning.AllAtOnce), _options);
        Assert.That(search.IsComplete);
        Assert.That(search.Executions, Is.EqualTo(program.Traces));
        Assert.That(search.Fingerprints, Has.Count.EqualTo(program.Traces));
        Assert.That(search.Failures, Is.Zero);
        Assert.That(search.Waste, Is.Zero);
    }

    [Test]
    public void Of_the_4_orders_of_a_lost_update_2_lose_it()
    {
        // Both reads before both writes, and the writes in either order.
        var search = Search.Dpor(LostUpdate, new LabOptions { Start = start });
        Assert.That((search.Executions, search.Failures), Is.EqualTo((4, 2)));
    }

    [Test]
    public void A_lock_that_never_came_is_turned_round_too()
    {
        // First one task, first the other, and the deadlock, in which neither second lock ever happens.
        var search = Search.Dpor(CountedPrograms.Deadlock.Program(Spawning.AllAtOnce), _options);
        Assert.That(search.Verdicts, Is.EquivalentTo(new[] { "passed", "deadlock" }));
        Assert.That((search.Executions, search.Failures), Is.EqualTo((3, 1)));
    }

    [Test]
    public void The_explorer_says_when_every_interleaving_was_explored()
    {
        var options = new ExploreOptions { Strategy = "dpor", Lab = _options };
        var program = TracePrograms.Readers(3).Program(Spawning.AllAtOnce);
        var all = Explorer.Explore(program, options);
        Assert.That((all.End, all.Executions, all.Distinct), Is.EqualTo((ExplorationEnd.Exhausted, 8L, 8L)));
        var some = Explorer.Explore(program, options with { Executions = 7 });
        Assert.That(some.End, Is.EqualTo(ExplorationEnd.OutOfBudget));
    }

    private static async Task LostUpdate(Cx cx)
    {
        var x = new Lab.Sharing.Shared<int>();
        await cx.ScopeAsync(scope =>
        {
            for (var i = 0; i < 2; i++)
            {
                scope.Spawn(async c => await x.WriteAsync(await x.ReadAsync(c) + 1, c));
            }

            return Task.CompletedTask;
        });
        if (x.Peek() != 2)
        {
            throw new InvalidOperationException("an update was lost");
        }
    }
}
