using System.Text;
using Lab.Core.Channels;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Reports;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Snapshots;

#pragma warning disable RS0030 // What the programs below do is what the lab must notice.

/// <summary>What each verdict that a program can bring about says of itself, beside those that other golden files hold. (A blocking wait has two texts: who notices it first depends on the machine.)</summary>
[TestFixture]
public sealed class VerdictReportTests
{
    private static readonly LabOptions s_options = new() { StepLimit = 500 };

    [Test]
    public async Task Each_verdict_in_its_own_words()
    {
        var text = new StringBuilder();
        foreach (var (kind, program) in Programs())
        {
            var result = LabRuntime.TryRun(Schedule.Default, program, s_options);
            Assert.That(result.Verdict.Kind, Is.EqualTo(kind), result.Verdict.Text);
            text.Append(text.Length == 0 ? "" : "\n").Append(FailureReport.Of(result with { Trace = null }).Split("\n\n")[0].TrimEnd()).Append('\n');
        }

        await Verify(text.ToString());
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
        await Verify(FailureReport.Of(nondeterministic.Failure! with { Trace = null }).Split("\n\nTrace:")[0] + "\n");
    }

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
}
