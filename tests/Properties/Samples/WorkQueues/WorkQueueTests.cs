using System.Diagnostics;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Samples.Queueing;
using Lab.Testing;
using NUnit.Framework;

namespace Lab.Properties.Samples.WorkQueues;

/// <summary>What the service of <c>samples/WorkQueue</c> promises, in every interleaving that is tried. <see cref="Service"/> checks the books.</summary>
internal sealed class WorkQueueTests
{
    private static readonly QueueOptions s_small = new() { Capacity = 1, Workers = 2 };

    [TestCase("random", TimeModel.Lag)]
    [TestCase("pct:3", TimeModel.Lag)]
    [TestCase("surw", TimeModel.Lag)]
    [TestCase("portfolio", TimeModel.Lag)]
    [TestCase("random", TimeModel.WhenIdle)]
    public void Nothing_is_lost_or_done_twice_and_stopping_takes_no_longer_than_its_grace(string strategy, TimeModel time)
    {
        var options = new ExploreOptions { Strategy = strategy, Executions = 1_000, Lab = new LabOptions { Time = time } };
        var result = Explorer.Explore(WorkQueueScenarios.TwoStarts, options);
        Assert.That(result.Failure?.Verdict, Is.Null);
        Assert.That(result.Executions, Is.EqualTo(1_000));
    }

    // It waits for real clocks: what is asserted is that it ends, and that it has told of every job.
    [Test]
    public void The_program_itself_ends_and_accounts_for_every_job()
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "WorkQueue.dll")]) { RedirectStandardOutput = true };
        using var program = Process.Start(start)!;
        var lines = program.StandardOutput.ReadToEnd().TrimEnd().Split('\n');
        program.WaitForExit();
        Assert.That((program.ExitCode, lines[^1]), Is.EqualTo((0, lines.Last(static line => line.StartsWith("8 jobs: ", StringComparison.Ordinal)))));
    }

    // The same queue on native workers: whatever order they give, the books must be right. Nothing is asserted on how long it takes.
    [Test]
    public async Task The_books_are_right_natively_too()
    {
        var store = new InMemoryJobStore();
        var server = new Server(static (_, _) => TimeSpan.FromMilliseconds(1));
        await using var runtime = new Runtime(new RuntimeOptions { Workers = 1 });
        await runtime.RunAsync(async cx =>
        {
            await cx.ScopeAsync(async scope =>
            {
                var queue = new WorkQueue(store, server, s_small);
                await queue.StartAsync(scope, cx);
                for (var i = 0; i < 20; i++)
                {
                    Assert.That(await queue.SubmitAsync(new Job($"job {i}", ""), cx));
                }

                await queue.StopAsync(TimeSpan.FromMinutes(5), cx);
            });
            Assert.That((await store.AllAsync(cx)).Select(static entry => entry.State), Is.All.EqualTo(JobState.Done));
        }).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.That(Enumerable.Range(0, 20).Select(i => server.Effects($"job {i}")), Is.All.EqualTo(1));
    }

    // 0, 0 + 100, 100 + 2 * 100: the pause doubles. Every error comes at once, and nothing but the clock stands between the attempts.
    [LabTest(Executions = 100, Time = TimeModel.WhenIdle)]
    public async Task The_pause_between_attempts_doubles(Cx cx) =>
        Assert.That(await LogOf(static attempt => attempt < 3 ? null : TimeSpan.FromMilliseconds(50), cx), Is.EqualTo(new[]
        {
            "0 asked", "0 failed", "100 asked", "100 failed", "300 asked", "350 done", "Done",
        }));

    // 200, then 200 + 100 of pause, 200 again, 200 of pause, 200: and then no more.
    [LabTest(Executions = 100, Time = TimeModel.WhenIdle)]
    public async Task An_attempt_that_hangs_is_given_up_when_its_time_is_over(Cx cx) =>
        Assert.That(await LogOf(static _ => TimeSpan.FromHours(1), cx), Is.EqualTo(new[]
        {
            "0 asked", "200 given up", "300 asked", "500 given up", "700 asked", "900 given up", "Dead",
        }));

    // A machine may be late: the time model holds back a task that is ready for 10 ms at most, and three more jobs see to it that the clock moves meanwhile.
    // One step lies between a pause and the attempt after it; three between an answer and its effect (it arrives, reads, writes).
    [LabTest(Executions = 1_000)]
    public async Task On_a_busy_machine_the_pauses_are_longer_and_never_shorter(Cx cx)
    {
        var log = await LogOf(static attempt => attempt < 3 ? null : TimeSpan.FromMilliseconds(50), cx, others: 3);
        var at = log[..^1].Select(static line => double.Parse(line.Split(' ')[0])).ToArray();
        Assert.That(at[2] - at[1], Is.InRange(100, 110), "asked again after the first failure");
        Assert.That(at[4] - at[3], Is.InRange(200, 210), "asked again after the second");
        Assert.That(at[5] - at[4], Is.InRange(50, 80), "done");
    }

    [LabTest(Executions = 300)]
    public async Task A_job_that_is_submitted_twice_is_one_job(Cx cx)
    {
        var server = new Server(static (_, _) => TimeSpan.FromMilliseconds(40));
        var service = new Service(Service.Real, server, s_small);
        await service.RunAsync(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), cx, ["a"], ["a"], ["a"]);
        Assert.That((server.Log.Count(static entry => entry.What == "asked"), server.Effects("a")), Is.EqualTo((1, 1)));
    }

    // Four jobs in front of a place and a worker that hangs: the third is in the client's hands, and the fourth has not been submitted.
    [LabTest(Executions = 300)]
    public async Task A_full_intake_holds_up_whoever_submits(Cx cx)
    {
        var service = new Service(Service.Real, new Server(static (_, _) => TimeSpan.FromHours(1)), s_small with { Workers = 1, AttemptTimeout = TimeSpan.FromHours(2) });
        await service.RunAsync(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), cx, ["a", "b", "c", "d"]);
        Assert.That(await service.StatesAsync(cx), Is.EqualTo(new Dictionary<string, JobState> { ["a"] = JobState.Pending, ["b"] = JobState.Pending }));
    }

    private static async Task<string[]> LogOf(Func<int, TimeSpan?> answer, Cx cx, int others = 0)
    {
        var server = new Server((job, attempt) => job == "job" ? answer(attempt) : TimeSpan.FromMilliseconds(7));
        var service = new Service(Service.Real, server, s_small);
        var began = cx.Clock.GetUtcNow();
        await service.RunAsync(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2), cx, ["job", .. Enumerable.Range(1, others).Select(static i => $"other {i}")]);
        var log = server.Log.Where(static entry => entry.Job == "job").Select(entry => $"{(entry.At - began).TotalMilliseconds} {entry.What}");
        return [.. log, $"{(await service.StatesAsync(cx))["job"]}"];
    }
}
