using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using NUnit.Framework;

namespace Lab.Properties.Strategies.Dpor;

/// <summary>
/// One execution per Mazurkiewicz trace: the closed forms of <see cref="CountedPrograms"/>, with tasks that start eagerly (as in the papers) and with starts
/// that are chosen, which depend on nothing.
/// </summary>
[TestFixture(StartMode.Eager)]
[TestFixture(StartMode.Chosen)]
internal sealed class CountTests(StartMode start)
{
    [TestCase(2, 4)]
    [TestCase(8, 256)]
    public void Each_reader_comes_before_or_after_the_one_write(int readers, int count) => Counts(CountedPrograms.Readers(readers), count);

    [TestCase(3, 1, 6)]
    [TestCase(5, 1, 120)]
    [TestCase(2, 2, 6)]
    [TestCase(2, 4, 70)]
    [TestCase(3, 2, 90)]
    public void Writes_of_one_variable_come_in_all_orders(int tasks, int each, int count) => Counts(CountedPrograms.Writers(tasks, each), count);

    [TestCase(2, 2, 6)]
    [TestCase(3, 2, 90)]
    public void Locked_increments_come_in_all_orders(int tasks, int each, int count) => Counts(CountedPrograms.Locked(tasks, each), count);

    [Test]
    public void Independent_tasks_have_one_order() => Counts(CountedPrograms.Independent(3, 5), 1);

    [Test]
    public void Of_the_4_orders_of_a_lost_update_2_lose_it()
    {
        var search = Counts(CountedPrograms.LostUpdate, 4);
        Assert.That(search.Failures, Is.EqualTo(2));
    }

    [Test]
    public void A_lock_that_never_came_is_turned_round_too()
    {
        var search = Counts(CountedPrograms.Abba, 3);
        Assert.That(search.Verdicts, Is.EquivalentTo(new[] { "passed", "deadlock" }));
        Assert.That(search.Failures, Is.EqualTo(1));
    }

    [TestCase(2, 5)]
    [TestCase(3, 12)]
    [TestCase(5, 64)]
    [TestCase(7, 320)]
    public void Lastzero(int n, int count) => Counts(CountedPrograms.LastZero(n), count);

    [TestCase(11, 1)]
    [TestCase(12, 8)]
    [TestCase(13, 64)]
    public void Indexer(int n, int count) => Counts(CountedPrograms.Indexer(n), count);

    [TestCase(14, 2)]
    [TestCase(16, 8)]
    [TestCase(18, 32)]
    [TestCase(19, 64)]
    public void Filesystem(int n, int count) => Counts(CountedPrograms.FileSystem(n), count);

    [Test]
    public void The_explorer_says_when_every_interleaving_was_explored()
    {
        var options = new ExploreOptions { Strategy = "dpor", Lab = new LabOptions { Start = start } };
        var all = Explorer.Explore(CountedPrograms.Readers(3), options);
        Assert.That(all.End, Is.EqualTo(ExplorationEnd.Exhausted));
        Assert.That(all.Executions, Is.EqualTo(8));
        Assert.That(all.Distinct, Is.EqualTo(8));
        var some = Explorer.Explore(CountedPrograms.Readers(3), options with { Executions = 7 });
        Assert.That(some.End, Is.EqualTo(ExplorationEnd.OutOfBudget));
    }

    private Search Counts(Func<Cx, Task> program, int count)
    {
        var search = Search.Dpor(program, new LabOptions { Start = start });
        Assert.That(search.Trouble, Is.Empty);
        Assert.That(search.IsComplete);
        Assert.That(search.Executions, Is.EqualTo(count));
        Assert.That(search.Fingerprints, Has.Count.EqualTo(count));
        return search;
    }
}
