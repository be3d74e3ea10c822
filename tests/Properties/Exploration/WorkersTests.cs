using System.Globalization;
using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Properties.Execution;
using Lab.Properties.Shrinking;
using Lab.Seeds;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Exploration;

/// <summary>What an exploration shows does not depend on the number of threads.</summary>
[TestFixture]
internal sealed class WorkersTests
{
    private static readonly Dictionary<string, (Func<Cx, Task> Program, bool Fails)> s_programs = new()
    {
        ["lost update"] = (ExplorerPrograms.LostUpdate, true),
        ["three writers"] = (ExplorerPrograms.ThreeWriters, false),
        ["many orders"] = (ExplorerPrograms.ManyOrders, false),
        ["two bugs"] = (ExplorerPrograms.TwoBugs, true),
        ["undeclared"] = (ExplorerPrograms.Undeclared, true),
    };

    [Test]
    public void Two_or_three_workers_show_what_one_shows(
        [Values("lost update", "three writers", "many orders", "two bugs", "undeclared")] string name, [Values] bool keepGoing, [Values(0, 77)] int first)
    {
        var (program, fails) = s_programs[name];
        var options = new ExploreOptions { Executions = 600, Seed = new Seed(5), First = first, KeepGoing = keepGoing, LinearisationSamples = 0 };
        var one = Explorer.Explore(program, options);
        Assert.That(one.Failures, fails ? Is.Not.Empty : Is.Empty);
        foreach (var workers in new[] { 2, 3 })
        {
            Assert.That(Describe(Explorer.Explore(program, options with { Workers = workers })), Is.EqualTo(Describe(one)), $"{workers} workers");
        }
    }

    [Test]
    public void What_is_learnt_does_not_depend_on_the_number_of_workers_either([Values("pct:3", "pct:2")] string strategy)
    {
        var options = new ExploreOptions { Executions = 1_500, Strategy = strategy, KeepGoing = true, LinearisationSamples = 0 };
        var one = Explorer.Explore(ExplorerPrograms.TwoBugs, options);
        Assert.That(one.Failures.Select(static failure => failure.Strategy), Is.Not.Empty.And.All.Contains("k="), "the learnt length is printed");
        Assert.That(Describe(Explorer.Explore(ExplorerPrograms.TwoBugs, options with { Workers = 3 })), Is.EqualTo(Describe(one)));
    }

    [Test]
    public void Every_strategy_that_samples_shows_the_same_on_three_workers_and_in_two_parts(
        [Values("pos", "urw", "surw", "delay", "portfolio", "portfolio+fair=50", "random+spawner-first")] string strategy)
    {
        var options = new ExploreOptions { Executions = 300, Strategy = strategy, KeepGoing = true, LinearisationSamples = 0, Shrink = null };
        var one = Explorer.Explore(ExplorerPrograms.TwoBugs, options);
        Assert.That(Describe(Explorer.Explore(ExplorerPrograms.TwoBugs, options with { Workers = 3 })), Is.EqualTo(Describe(one)));
        var folder = Directory.CreateTempSubdirectory("lab-parts-").FullName;
        try
        {
            string[] files = [Path.Combine(folder, "1"), Path.Combine(folder, "2")];
            for (var i = 0; i < 2; i++)
            {
                Explorer.Explore(ExplorerPrograms.TwoBugs, options with { Shard = new Shard(i + 1, 2), RunFile = files[i] });
            }

            Assert.That(Describe(ShardMerge.Of(files).Result), Is.EqualTo(Describe(one)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void Execution_i_alone_is_that_of_the_run_although_the_strategy_learns()
    {
        var options = new ExploreOptions { Executions = 1_500, Strategy = "pct:3", KeepGoing = true };
        foreach (var failure in Explorer.Explore(ExplorerPrograms.TwoBugs, options).Failures)
        {
            var alone = Explorer.Explore(ExplorerPrograms.TwoBugs, options with { First = failure.Index, Executions = 1 });
            Assert.That(TraceFile.ToText(alone.Failure!.Trace!), Is.EqualTo(TraceFile.ToText(failure.Trace!)));
        }
    }

    [Test]
    public void Going_on_after_failures_shows_all_of_them_whoever_found_them()
    {
        var result = Explorer.Explore(ExplorerPrograms.TwoBugs, new ExploreOptions { Executions = 600, KeepGoing = true, Workers = 3 });
        Assert.That(result.Failures.Select(static failure => failure.Verdict.FirstLine), Is.EquivalentTo(new[]
        {
            "InvalidOperationException: four, then one", "InvalidOperationException: three, two, four",
        }));
        Assert.That(result.Executions, Is.EqualTo(600));
    }

    // In 600 executions the sum is wrong in many ways: it is one failure, that of the lowest index.
    [Test]
    public void Failures_that_differ_in_a_number_of_their_message_are_one()
    {
        var options = new ExploreOptions { Executions = 600, KeepGoing = true, Shrink = null };
        var result = Explorer.Explore(ShrinkPrograms.Sum, options);
        var first = Explorer.Explore(ShrinkPrograms.Sum, options with { KeepGoing = false });
        Assert.That(result.Failures.Select(static failure => failure.Index), Is.EqualTo(new[] { first.Failure!.Index }));
    }

    [Test]
    public void The_failure_with_the_lowest_index_is_the_one_that_counts()
    {
        var all = Explorer.Explore(ExplorerPrograms.TwoBugs, new ExploreOptions { Executions = 600, KeepGoing = true });
        var first = Explorer.Explore(ExplorerPrograms.TwoBugs, new ExploreOptions { Executions = 600, Workers = 3 });
        Assert.That(first.Failure!.Index, Is.EqualTo(all.Failures.Min(static failure => failure.Index)));
        Assert.That(first.Executions, Is.EqualTo(first.Failure.Index + 1), "what others ran beyond it does not count");
    }

    [Test]
    public void A_worker_that_is_stuck_ends_the_run_at_its_execution()
    {
        var result = Explorer.Explore(
            static async cx =>
            {
                await cx.YieldAsync();
                if (cx.Random.Next(40) == 0)
                {
                    using var never = new ManualResetEventSlim();
                    never.Wait();
                }
            },
            new ExploreOptions { Executions = 2_000, Workers = 3, Lab = Judge.Impatient });
        Assert.That(result.Failure!.Verdict.Kind, Is.EqualTo(VerdictKind.BlockingWait), result.Failure.Verdict.ToString());
        Assert.That(result.Executions, Is.EqualTo(result.Failure.Index + 1));
    }

    // Whoever is asked, the first execution of a sample has no pre-emptions; the line that repeats it must not name another strategy.
    [Test]
    public void One_that_blocks_the_first_execution_is_said_to_be_nonpreemptive()
    {
        var result = Explorer.Explore(
            static _ =>
            {
                using var never = new ManualResetEventSlim();
                never.Wait();
                return Task.CompletedTask;
            },
            new ExploreOptions { Strategy = "preempt:0", Lab = Judge.Impatient });
        Assert.That((result.Failure!.Verdict.Kind, result.Failure.Index, result.Failure.Strategy), Is.EqualTo((VerdictKind.BlockingWait, 0L, "nonpreemptive")));
    }

    [Test]
    public void A_trace_folder_that_cannot_be_written_loses_no_failure_and_the_result_says_why()
    {
        var file = Path.GetTempFileName();
        try
        {
            var result = Explorer.Explore(ExplorerPrograms.LostUpdate, new ExploreOptions { Workers = 3, Lab = Judge.Quick with { TraceDirectory = Path.Combine(file, "x") } });
            Assert.That(result.Failure!.Trace, Is.Not.Null);
            Assert.That(result.Failure.TracePath, Is.Null);
            Assert.That(result.Failure.TraceError, Is.Not.Empty);
        }
        finally
        {
            File.Delete(file);
        }
    }

    // A clock that is a second on at each look: progress is told at once.
    [Test]
    public void What_is_thrown_on_a_thread_of_the_lab_reaches_the_caller() => Assert.That(
        () => Explorer.Explore(
            static cx => cx.YieldAsync().AsTask(),
            new ExploreOptions { Workers = 3, Clock = new RestlessClock(TimeSpan.FromSeconds(1)), Progress = static _ => throw new InvalidTimeZoneException() }),
        Throws.InstanceOf<InvalidTimeZoneException>());

    [Test]
    public void Every_worker_calls_the_program_at_once_but_no_execution_is_counted_twice()
    {
        var calls = 0;
        var result = Explorer.Explore(
            async cx =>
            {
                Interlocked.Increment(ref calls);
                await cx.YieldAsync();
            },
            new ExploreOptions { Executions = 3_000, Workers = 4, LinearisationSamples = 0 });

        // 1, 2, 4, ... 2048 and the first are run twice.
        Assert.That((result.Executions, calls), Is.EqualTo((3_000L, 3_000 + 13)));
    }

    /// <summary>Everything but the time it took.</summary>
    internal static string Describe(ExplorationResult result) => string.Join('\n',
    [
        string.Create(CultureInfo.InvariantCulture, $"{result.End} {result.Strategy} {result.Executions} executions {result.Steps} steps"),
        string.Create(CultureInfo.InvariantCulture, $"{result.Distinct} distinct +- {result.DistinctError} {result.Richness} exhaustive {result.IsExhaustive}"),
        string.Join(' ', result.Growth),
        string.Join(' ', result.Oracles),
        string.Join(' ', result.Metrics ?? new Dictionary<string, long>()),
        .. result.Failures.Select(static failure => $"{failure.Index} {failure.Seed} {failure.Verdict}\n{(failure.Trace is null ? "" : TraceFile.ToText(failure.Trace))}"),
    ]);
}
