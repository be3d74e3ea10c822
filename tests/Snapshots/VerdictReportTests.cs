using System.Text;
using Lab.Core.Channels;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Properties.Execution;
using Lab.Reports;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Snapshots;

#pragma warning disable RS0030 // What the programs below do is what the lab must notice.

/// <summary>What each verdict that a program can bring about says of itself, beside those that other golden files hold.</summary>
[TestFixture]
public sealed class VerdictReportTests
{
    // Where time decides nothing nobody watches: on a busy machine a step may stand still for long.
    private static readonly LabOptions s_options = new() { StepLimit = 500, Watchdog = Timeout.InfiniteTimeSpan };

    [Test]
    public async Task Each_verdict_in_its_own_words()
    {
        var text = new StringBuilder();
        foreach (var (kind, program) in Programs())
        {
            var result = LabRuntime.TryRun(Schedule.Default, program, kind switch
            {
                // The thread is given up after that time, and the text tells which it was.
                VerdictKind.BlockingWait => s_options with { Watchdog = TimeSpan.FromMilliseconds(200) },

                // What comes from outside comes for certain.
                VerdictKind.Escape => s_options with { ForeignWait = Timeout.InfiniteTimeSpan },
                _ => s_options,
            });
            Assert.That(result.Verdict.Kind, Is.EqualTo(kind), result.Verdict.Text);
            Append(text, result);
        }

        await Verify(text.ToString());
    }

    [Test]
    public async Task A_primitive_that_forgets_whom_it_should_wake()
    {
        var result = LabRuntime.TryRun(Schedule.Default, static cx => WaitForEvent(cx, new ForgetfulEvent(forgets: true)), s_options);
        Assert.That(result.Verdict.Kind, Is.EqualTo(VerdictKind.LostWakeup), result.Verdict.Text);
        await Verify(FailureReport.Of(result));
    }

    [Test]
    public async Task What_only_many_executions_show()
    {
        var count = 0;
        var nondeterministic = Explorer.Explore(async cx =>
        {
            if (Interlocked.Increment(ref count) % 2 == 0)
            {
                await cx.YieldAsync();
            }

            throw new InvalidOperationException("sometimes later");
        }, new ExploreOptions { Scenario = "fickle", Executions = 10 });
        var text = new StringBuilder();
        Append(text, nondeterministic.Failure!);
        Append(text, Explorer.Explore(HiddenOrder, new ExploreOptions { Scenario = "hidden-order", Executions = 1, LinearisationSamples = 50 }).Failure!);
        Append(text, Explorer.Explore(HiddenOrder, new ExploreOptions { Scenario = "hidden-order", Executions = 300, LinearisationSamples = 0 }).Failure!);
        Append(text, Explorer.Explore(
            static async cx => await cx.YieldAsync(), new ExploreOptions { Scenario = "no-channels", Executions = 100, Require = ["channel-fifo", "timer-order"] }).Failure!, "no-channels");
        await Verify(text.ToString());
    }

    // The verdict is the first paragraph.
    private static void Append(StringBuilder text, LabResult result, string? scenario = null) =>
        text.Append(text.Length == 0 ? "" : "\n").Append(FailureReport.Of(result, new FailureReportOptions { Scenario = scenario }).Split("\n\n")[0].TrimEnd()).Append('\n');

    private static IEnumerable<(VerdictKind Kind, Func<Cx, Task> Program)> Programs()
    {
        yield return (VerdictKind.Exception, async cx =>
        {
            await cx.YieldAsync();
            throw new InvalidDataException("the file has no header");
        });
        yield return (VerdictKind.StepLimit, async cx =>
        {
            while (true)
            {
                await cx.YieldAsync();
            }
        });
        yield return (VerdictKind.PermitLeak, async cx =>
        {
            var (tx, _) = Mpsc.Bounded<int>(capacity: 1);
            await tx.ReserveAsync(cx);
        });
        yield return (VerdictKind.TaskLeak, async cx =>
        {
            var scope = cx.OpenScope();
            scope.Spawn(static async child =>
            {
                while (true)
                {
                    await child.YieldAsync();
                }
            });
            await cx.YieldAsync();
        });
        yield return (VerdictKind.OracleViolation, static cx => WaitForEvent(cx, new ForgetfulEvent(forgets: false, wakesInside: true)));
        yield return (VerdictKind.BlockingWait, async cx =>
        {
            await cx.YieldAsync();
            new SemaphoreSlim(0).Wait();
        });
        yield return (VerdictKind.BlockingWait, async cx =>
        {
            await cx.YieldAsync();
            Thread.Sleep(Timeout.Infinite);
        });
        yield return (VerdictKind.Escape, async cx =>
        {
            await cx.YieldAsync();
            await Task.Delay(10);
        });
        yield return (VerdictKind.Deadlock, async cx =>
        {
            await cx.YieldAsync();
            await new TaskCompletionSource().Task;
        });
    }

    private static Task WaitForEvent(Cx cx, ForgetfulEvent happened) => cx.ScopeAsync(async scope =>
    {
        scope.Spawn(async child => await happened.WaitAsync(child), name: "waiter");
        await cx.YieldAsync();
        happened.Set();
    });

    private static async Task HiddenOrder(Cx cx)
    {
        var last = "";
        await cx.ScopeAsync(scope =>
        {
            foreach (var name in new[] { "left", "right" })
            {
                scope.Spawn(
                    async child =>
                    {
                        await child.YieldAsync();
                        last = name;
                    },
                    name: name);
            }

            return Task.CompletedTask;
        });
        cx.Note($"last: {last}");
    }
}
