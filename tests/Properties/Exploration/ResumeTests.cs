using Lab.Core.Tasks;
using Lab.Exploration;
using NUnit.Framework;

namespace Lab.Properties.Exploration;

/// <summary>A run that is interrupted and gone on with is the run that was not; a damaged file is refused.</summary>
[TestFixture]
internal sealed class ResumeTests
{
    private string _file = "";

    [SetUp]
    public void NameFile() => _file = Path.Combine(Directory.CreateTempSubdirectory("lab-run-").FullName, "a.run");

    [TearDown]
    public void DeleteFile() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    [Test]
    public void A_search_in_pieces_is_the_search([Values("dfs", "dfs:preemptions=0..2", "dpor")] string strategy, [Values(1, 3)] int piece)
    {
        var options = new ExploreOptions { Shrink = null, Strategy = strategy, Executions = long.MaxValue, KeepGoing = true };
        var whole = Explorer.Explore(ExplorerPrograms.LostUpdate, options);
        Assert.That(whole.IsExhaustive, Is.True);
        var result = InPieces(ExplorerPrograms.LostUpdate, options, piece, whole.Executions);
        Assert.That(WorkersTests.Describe(result), Is.EqualTo(WorkersTests.Describe(whole)));
        Assert.That(result.Resumed, Is.GreaterThan(0));
    }

    [Test]
    public void A_sample_in_pieces_is_the_sample([Values("random", "pct:3", "random+metrics")] string strategy, [Values(1, 2)] int workers)
    {
        var options = new ExploreOptions { Shrink = null, Strategy = strategy, Executions = 500, KeepGoing = true, Workers = workers };
        var whole = Explorer.Explore(ExplorerPrograms.TwoBugs, options);
        var result = InPieces(ExplorerPrograms.TwoBugs, options, 130, 500);
        Assert.That(WorkersTests.Describe(result), Is.EqualTo(WorkersTests.Describe(whole)));
    }

    [Test]
    public void What_has_ended_is_not_run_again([Values("random", "dfs")] string strategy)
    {
        var calls = 0;
        var options = new ExploreOptions { Shrink = null, Strategy = strategy, RunFile = _file, Resume = true };
        var before = Explorer.Explore(Counting, options);
        var ran = calls;
        var after = Explorer.Explore(Counting, options);
        Assert.That((WorkersTests.Describe(after), calls), Is.EqualTo((WorkersTests.Describe(before), ran)));

        Task Counting(Cx cx)
        {
            calls++;
            return ExplorerPrograms.LostUpdate(cx);
        }
    }

    [Test]
    public void Without_the_wish_to_resume_a_run_begins_anew()
    {
        var options = new ExploreOptions { Shrink = null, Strategy = "dfs", Executions = 5, RunFile = _file };
        Explorer.Explore(ExplorerPrograms.TwoWriters, options);
        Assert.That(Explorer.Explore(ExplorerPrograms.TwoWriters, options).Executions, Is.EqualTo(5));
    }

    [Test]
    public void The_file_of_another_run_is_refused_with_the_difference()
    {
        var options = new ExploreOptions { Shrink = null, Strategy = "dfs", Executions = 5, RunFile = _file, Resume = true };
        Explorer.Explore(ExplorerPrograms.TwoWriters, options);
        Assert.That(
            () => Explorer.Explore(ExplorerPrograms.TwoWriters, options with { Strategy = "random" }),
            Throws.TypeOf<RunFileException>().With.Message.Contains("its strategy is dfs, not random"));
        Assert.That(
            () => Explorer.Explore(ExplorerPrograms.TwoWriters, options with { Scenario = "other" }),
            Throws.TypeOf<RunFileException>().With.Message.Contains("its scenario is program, not other"));
        Assert.That(
            () => Explorer.Explore(ExplorerPrograms.TwoWriters, options with { Lab = new() { StepLimit = 7 } }),
            Throws.TypeOf<RunFileException>().With.Message.Contains("step-limit"));
    }

    [Test]
    public void A_damaged_file_is_refused_wherever_the_damage_is()
    {
        Explorer.Explore(ExplorerPrograms.LostUpdate, new ExploreOptions { Shrink = null, RunFile = _file });
        var bytes = File.ReadAllBytes(_file);
        for (var i = 0; i < bytes.Length; i += i < 50 ? 1 : 37)
        {
            var damaged = bytes.ToArray();
            damaged[i] ^= 1;
            MustRefuse(damaged);
            MustRefuse(bytes[..i]);
        }

        MustRefuse([.. bytes, 0]);
        MustRefuse("lab-trace 1\n"u8.ToArray());
        MustRefuse("lab-run 1 0 0\n"u8.ToArray(), "version 1");

        void MustRefuse(byte[] content, string part = "a.run is not a usable file of a run: ")
        {
            File.WriteAllBytes(_file, content);
            Assert.That(() => RunFile.Load(_file), Throws.TypeOf<RunFileException>().With.Message.Contains(part));
        }
    }

    [Test]
    public void Content_that_is_no_run_is_refused_although_its_checksum_is_right()
    {
        Explorer.Explore(ExplorerPrograms.LostUpdate, new ExploreOptions { Shrink = null, RunFile = _file });
        var content = RunFile.Load(_file);
        RunFile.Save(content with { Executions = -1 }, _file);
        Assert.That(() => RunFile.Load(_file), Throws.TypeOf<RunFileException>().With.Message.Contains("a count below zero"));
        RunFile.Save(content with { IsSearch = true, HasEnded = false, Search = "nonsense", Identity = content.Identity with { Strategy = "dfs" } }, _file);
        Assert.That(
            () => Explorer.Explore(ExplorerPrograms.LostUpdate, new ExploreOptions { Shrink = null, Strategy = "dfs", RunFile = _file, Resume = true }),
            Throws.TypeOf<RunFileException>());
    }

    [Test]
    public void What_is_read_is_written_again_byte_for_byte()
    {
        Explorer.Explore(ExplorerPrograms.TwoBugs, new ExploreOptions { Shrink = null, Executions = 600, KeepGoing = true, RunFile = _file });
        var bytes = File.ReadAllBytes(_file);
        RunFile.Save(RunFile.Load(_file), _file);
        Assert.That(File.ReadAllBytes(_file), Is.EqualTo(bytes));
    }

    private ExplorationResult InPieces(Func<Cx, Task> program, ExploreOptions options, long piece, long executions)
    {
        ExplorationResult result;
        var budget = 0L;
        do
        {
            budget += piece;
            result = Explorer.Explore(program, options with { Executions = Math.Min(budget, options.Executions), RunFile = _file, Resume = true });
        }
        while (budget < executions);
        return result;
    }
}
