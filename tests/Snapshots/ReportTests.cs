using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Reports;
using Lab.Seeds;
using Lab.Sharing;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Snapshots;

/// <summary>What a person reads when a program fails: made by real executions, so that the golden texts are what the lab really says.</summary>
[TestFixture]
public sealed class ReportTests
{
    private static readonly Schedule s_overlap = new([new Deviation(2, 0)]);

    [Test]
    public async Task A_lost_update()
    {
        var result = LabRuntime.TryRun(s_overlap, LostUpdate);
        await Verify(FailureReport.Of(result with { TracePath = "traces-found/lost-update.trace" }, new FailureReportOptions
        {
            Scenario = "lost-update",
            Replay = ["lab replay traces-found/lost-update.trace"],
        }));
    }

    [Test]
    public async Task A_deadlock_with_timers()
    {
        var result = LabRuntime.TryRun(Schedule.Default, async cx =>
        {
            await cx.ScopeAsync(async scope =>
            {
                scope.Spawn(child => child.DelayAsync(TimeSpan.FromMilliseconds(1.5)), name: "short");
                scope.Spawn(child => child.DelayAsync(TimeSpan.FromSeconds(2)), name: "long");
                await new TaskCompletionSource().Task;
            });
        });
        await Verify(FailureReport.Of(result));
    }

    [Test]
    public async Task An_exception_of_Run_is_the_whole_report()
    {
        var error = Assert.Throws<LabFailureException>(() => LabRuntime.Run(s_overlap, LostUpdate))!;
        Assert.That(error.InnerException, Is.TypeOf<InvalidOperationException>());
        await Verify(error.Message);
    }

    [Test]
    public async Task A_table_of_more_tasks_than_columns_fit()
    {
        var result = LabRuntime.TryRun(Schedule.Default, async cx =>
        {
            var value = new Shared<bool>();
            await cx.ScopeAsync(async scope =>
            {
                for (var i = 0; i < 14; i++)
                {
                    scope.Spawn(async child => await value.WriteAsync(true, child));
                }

                await Task.CompletedTask;
            });
            throw new InvalidOperationException("to have a trace");
        });
        await Verify(InterleavingTable.Of(result.Trace!));
    }

    [Test]
    public async Task A_table_of_five_tasks_whose_names_are_longer_than_their_columns()
    {
        var result = LabRuntime.TryRun(Schedule.Default, async cx =>
        {
            var forks = Enumerable.Range(0, 2).Select(static _ => new Shared<long>(-1)).ToArray();
            await cx.ScopeAsync(async scope =>
            {
                for (var i = 0; i < 5; i++)
                {
                    var own = i;
                    scope.Spawn(async child => await forks[own % 2].CompareExchangeAsync(own, -1, child), name: $"philosopher number {own}");
                }

                await Task.CompletedTask;
            });
            throw new InvalidOperationException("to have a trace");
        });
        await Verify(InterleavingTable.Of(result.Trace!));
    }

    [Test]
    public async Task A_long_table_leaves_out_its_middle()
    {
        var result = LabRuntime.TryRun(Schedule.Default, async cx =>
        {
            var value = new Shared<int>();
            for (var i = 0; i < 50; i++)
            {
                await value.WriteAsync(i, cx);
            }

            throw new InvalidOperationException("to have a trace");
        });
        await Verify(InterleavingTable.Of(result.Trace!, rows: 12) + InterleavingLine.Of(result.Trace!));
    }

    [Test]
    public async Task One_line_with_its_key() => await Verify(InterleavingLine.Of(LabRuntime.TryRun(s_overlap, LostUpdate).Trace!));

    [Test]
    public async Task A_summary_of_a_pass_says_what_it_means() => await Verify(ExplorationSummary.Of(Result() with
    {
        Oracles = new Dictionary<string, long>
        {
            ["channel-fifo"] = 1234, ["wake-after-unlock"] = 56_789, ["timer-order"] = 0, ["notify-permits"] = 0,
            ["cancel-monotone"] = 77, ["scope-quiescence"] = 20_000, ["fairness-bound"] = 0, ["permit-leak"] = 12,
        },
    }));

    [Test]
    public async Task A_summary_of_a_failure()
    {
        var failure = LabRuntime.TryRun(s_overlap, LostUpdate);
        await Verify(ExplorationSummary.Of(Result() with { End = ExplorationEnd.Found, Failures = [failure], DistinctError = 0.004, Executions = 1 }));
    }

    [Test]
    public async Task A_summary_of_an_exhaustive_search_says_how_many_there_are() => await Verify(ExplorationSummary.Of(Result() with
    {
        Strategy = "dfs:preemptions=2",
        End = ExplorationEnd.Exhausted,
        IsExhaustive = true,
        Bound = "with at most 2 pre-emptions",
        Richness = null,
        Resumed = 4_000,
    }));

    [Test]
    public async Task A_summary_of_a_search_that_ended_early_claims_nothing() => await Verify(ExplorationSummary.Of(Result() with { Strategy = "dfs", Richness = null }));

    [Test]
    public async Task A_summary_of_many_interleavings_states_the_error_of_its_count() => await Verify(ExplorationSummary.Of(Result() with
    {
        Executions = 400_000_000,
        Steps = 12_345_678_901,
        Distinct = 234_567_890,
        DistinctError = 0.0040625,
        Richness = new Richness(0.31, 1_234_567_890),
        Growth = [.. Enumerable.Range(0, 29).Select(static j => new GrowthPoint(1L << j, (1L << j) * 3 / 4)), new(400_000_000, 234_567_890)],
        Elapsed = TimeSpan.FromSeconds(1234),
    }));

    private static ExplorationResult Result() => new()
    {
        Scenario = "lost-update",
        Strategy = "random",
        Seed = new Seed(7),
        End = ExplorationEnd.OutOfBudget,
        Executions = 10_000,
        Steps = 123_456,
        Distinct = 512,
        Growth = [.. Enumerable.Range(0, 14).Select(static j => new GrowthPoint(1L << j, Math.Min(1L << j, 400 + j))), new(10_000, 512)],
        Richness = new Richness(0.0021, 10),
        Elapsed = TimeSpan.FromMilliseconds(842),
        Failures = [],
    };

    private static async Task LostUpdate(Cx cx)
    {
        var balance = new Shared<int>();
        await cx.ScopeAsync(async scope =>
        {
            scope.Spawn(child => Deposit(balance, child), name: "salary");
            scope.Spawn(child => Deposit(balance, child), name: "refund");
            await Task.CompletedTask;
        });
        if (balance.Peek() != 2)
        {
            throw new InvalidOperationException($"the balance is {balance.Peek()} after two deposits of 1");
        }
    }

    private static async Task Deposit(Shared<int> balance, Cx cx)
    {
        var value = await balance.ReadAsync(cx);
        await balance.WriteAsync(value + 1, cx);
    }
}
