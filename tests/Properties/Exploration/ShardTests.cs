using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Exploration;

/// <summary>The parts of a run, joined, are the run.</summary>
[TestFixture]
internal sealed class ShardTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("lab-shards-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void The_parts_of_a_sample_are_the_sample([Values("random", "pct:3", "random+metrics")] string strategy, [Values(1, 2, 3)] int parts, [Values(1, 2)] int workers)
    {
        var options = new ExploreOptions { Shrink = null, Strategy = strategy, Executions = 701, KeepGoing = true, Workers = workers };
        var whole = Explorer.Explore(ExplorerPrograms.TwoBugs, options);
        var merged = ShardMerge.Of(Run(ExplorerPrograms.TwoBugs, options, parts));
        Assert.That(merged.IsWhole, Is.True);
        Assert.That(WorkersTests.Describe(merged.Result), Is.EqualTo(WorkersTests.Describe(whole)));
    }

    [Test]
    public void The_parts_of_a_search_are_the_search([Values("dfs", "dfs:preemptions=0..2", "dpor")] string strategy, [Values(1, 2, 3)] int parts)
    {
        var options = new ExploreOptions { Shrink = null, Strategy = strategy, Executions = long.MaxValue };
        var whole = Explorer.Explore(ExplorerPrograms.ThreeWriters, options);
        var merged = ShardMerge.Of(Run(ExplorerPrograms.ThreeWriters, options, parts));
        Assert.That(Counts(merged.Result), Is.EqualTo(Counts(whole)));
        Assert.That((whole.End, merged.IsWhole), Is.EqualTo((ExplorationEnd.Exhausted, true)));

        static (ExplorationEnd, long, long, long, bool, string?) Counts(ExplorationResult r) => (r.End, r.Executions, r.Steps, r.Distinct, r.IsExhaustive, r.Bound);
    }

    [Test]
    public void The_first_failure_of_all_parts_is_that_of_the_run()
    {
        var options = new ExploreOptions { Shrink = null, Executions = 500 };
        var whole = Explorer.Explore(ExplorerPrograms.TwoBugs, options);
        var merged = ShardMerge.Of(Run(ExplorerPrograms.TwoBugs, options, 3), _folder);
        Assert.That(TraceFile.ToText(merged.Result.Failure!.Trace!), Is.EqualTo(TraceFile.ToText(whole.Failure!.Trace!)));
        Assert.That(File.ReadAllText(merged.Result.Failure.TracePath!), Is.EqualTo(TraceFile.ToText(whole.Failure.Trace!)));
    }

    [Test]
    public void A_missing_part_is_named_and_nothing_is_called_exhaustive()
    {
        var files = Run(ExplorerPrograms.TwoWriters, new ExploreOptions { Shrink = null, Strategy = "dfs", Executions = long.MaxValue }, 3);
        var merged = ShardMerge.Of([files[2], files[0]]);
        Assert.That(merged.Missing, Is.EqualTo(new[] { new Shard(2, 3) }));
        Assert.That((merged.Result.IsExhaustive, merged.Result.End, merged.IsWhole), Is.EqualTo((false, ExplorationEnd.OutOfBudget, false)));
    }

    [Test]
    public void A_part_that_ran_out_of_time_is_named()
    {
        var options = new ExploreOptions { Shrink = null, Executions = 500 };
        var files = Run(ExplorerPrograms.ThreeWriters, options, 2);
        Explorer.Explore(ExplorerPrograms.ThreeWriters, options with { Time = TimeSpan.FromTicks(1), Shard = new Shard(2, 2), RunFile = files[1] });
        Assert.That(ShardMerge.Of(files).Unfinished, Is.EqualTo(new[] { new Shard(2, 2) }));
    }

    [Test]
    public void A_part_that_had_no_time_for_one_execution_did_not_pass()
    {
        // It spends its time on what the executions of the other part teach.
        var options = new ExploreOptions { Shrink = null, Strategy = "portfolio", Executions = 500, Time = TimeSpan.FromTicks(1), Shard = new Shard(2, 2) };
        var result = Explorer.Explore(ExplorerPrograms.ThreeWriters, options);
        Assert.That((result.Executions, result.Failure?.Verdict.Kind), Is.EqualTo((0L, Lab.Oracles.VerdictKind.NotExercised)));
        Assert.That(Explorer.Explore(ExplorerPrograms.ThreeWriters, options with { Executions = 1, Time = null }).Failure, Is.Null, "there is nothing for it to do");
    }

    [Test]
    public void Parts_that_have_time_and_no_number_of_executions_are_a_whole()
    {
        // One that learns would spend that time on what the other part's executions teach.
        var options = new ExploreOptions { Strategy = "random", Executions = long.MaxValue, Time = TimeSpan.FromTicks(1) };
        var merged = ShardMerge.Of(Run(ExplorerPrograms.ThreeWriters, options, 2));
        Assert.That((merged.IsWhole, merged.Result.Executions), Is.EqualTo((true, 2L)));
        Assert.That(ShardMerge.Of(Run(ExplorerPrograms.ThreeWriters, options with { Strategy = "dfs" }, 2)).Unfinished, Has.Count.EqualTo(2), "a search is whole when it has nothing left");
    }

    [Test]
    public void An_interrupted_part_goes_on_from_its_file()
    {
        var options = new ExploreOptions { Shrink = null, Executions = 500, KeepGoing = true };
        var whole = Explorer.Explore(ExplorerPrograms.TwoBugs, options);
        var files = Run(ExplorerPrograms.TwoBugs, options, 2);
        var second = options with { Shard = new Shard(2, 2), RunFile = files[1] };
        Explorer.Explore(ExplorerPrograms.TwoBugs, second with { Time = TimeSpan.FromTicks(1) });
        Explorer.Explore(ExplorerPrograms.TwoBugs, second with { Resume = true });
        Assert.That(WorkersTests.Describe(ShardMerge.Of(files).Result), Is.EqualTo(WorkersTests.Describe(whole)));
    }

    [Test]
    public void Parts_of_different_runs_are_refused()
    {
        var options = new ExploreOptions { Shrink = null, Executions = 50 };
        var files = Run(ExplorerPrograms.TwoWriters, options, 2);
        Refuse(options with { Seed = new(9) }, new Shard(2, 2), "its seed is 9, not 0");
        Refuse(options with { Executions = 60 }, new Shard(2, 2), "it is of 60 executions, not of 50");
        Refuse(options, new Shard(2, 3), "it is one of 3 parts, not of 2");
        Refuse(options, new Shard(1, 2), "give each part once");
        Refuse(options, null, "not of a part");

        void Refuse(ExploreOptions other, Shard? shard, string reason)
        {
            Explorer.Explore(ExplorerPrograms.TwoWriters, other with { Shard = shard, RunFile = files[1] });
            Assert.That(() => ShardMerge.Of(files), Throws.TypeOf<RunFileException>().With.Message.Contains(reason));
        }
    }

    [Test]
    public void Sharing_that_only_all_parts_together_show_is_found()
    {
        // One execution each: none sees two.
        var options = new ExploreOptions { Shrink = null, Executions = 12, LinearisationSamples = 0 };
        var merged = ShardMerge.Of(Run(ExplorerPrograms.LastOfTwo, options, 12));
        Assert.That(merged.Result.Failure!.Verdict.Kind, Is.EqualTo(Lab.Oracles.VerdictKind.UndeclaredSharing));
    }

    [TestCase("2/3", 2, 3)]
    [TestCase("1/1", 1, 1)]
    public void Parts_are_written_as_they_are_read(string text, int number, int count)
    {
        Assert.That(Shard.TryParse(text, out var shard), Is.True);
        Assert.That((shard!.Number, shard.Count, shard.ToString()), Is.EqualTo((number, count, text)));
    }

    [TestCase("")]
    [TestCase("0/3")]
    [TestCase("4/3")]
    [TestCase("1/0")]
    [TestCase("1/10001")]
    [TestCase("-1/3")]
    [TestCase("1/2/3")]
    [TestCase("one/3")]
    public void What_is_no_part_is_refused(string text) => Assert.That(Shard.TryParse(text, out _), Is.False);

    private List<string> Run(Func<Cx, Task> program, ExploreOptions options, int parts)
    {
        var files = new List<string>();
        for (var number = 1; number <= parts; number++)
        {
            files.Add(Path.Combine(_folder, $"{number}.run"));
            Explorer.Explore(program, options with { Shard = new Shard(number, parts), RunFile = files[^1] });
        }

        return files;
    }
}
