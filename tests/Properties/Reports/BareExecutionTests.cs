using Lab.Execution;
using Lab.Exploration;
using Lab.Reports;
using NUnit.Framework;

namespace Lab.Properties.Reports;

/// <summary>Reports of executions of which there is little to tell.</summary>
[TestFixture]
public sealed class BareExecutionTests
{
    private static readonly LabOptions s_short = new() { StepLimit = 20 };

    [Test]
    public void A_livelock_of_yields_says_that_there_is_nothing_to_show_and_does_not_promise_more_of_a_replay()
    {
        var livelock = LabRuntime.TryRun(
            static async cx =>
            {
                while (true)
                {
                    await cx.YieldAsync();
                }
            },
            s_short);
        foreach (var result in new[] { livelock, LabRuntime.Replay(livelock.Trace!, static async cx =>
        {
            while (true)
            {
                await cx.YieldAsync();
            }
        }) })
        {
            Assert.That(FailureReport.Of(result), Does.Contain("\n(nothing to show: no task did anything that others can see)\n").And.Not.Contain("no events were kept"));
        }
    }

    // Runners print the properties of an exception; the record's own text has all its fields, with types in place of values.
    [Test]
    public void The_result_that_an_exception_carries_is_one_line()
    {
        var error = Assert.Throws<LabFailureException>(static () => LabRuntime.Run(static _ => throw new InvalidOperationException("no")))!;
        Assert.That(error.Result.ToString(), Is.EqualTo("exception (random, execution 0, 1 steps)"));
    }
}
