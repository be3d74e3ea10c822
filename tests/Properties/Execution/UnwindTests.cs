using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Oracles;
using NUnit.Framework;

namespace Lab.Properties.Execution;

/// <summary>What becomes of live tasks after a failure: abandoned, or unwound when asked for.</summary>
[TestFixture]
internal sealed class UnwindTests
{
    [Test]
    public void No_finally_block_runs_after_a_deadlock_unless_asked_for()
    {
        var unwound = 0;
        Judge.MustFind(VerdictKind.Deadlock, cx => Stuck(cx, () => unwound++), Judge.Quick);
        Assert.That(unwound, Is.Zero);
    }

    [Test]
    public void Every_finally_block_runs_when_asked_for()
    {
        var unwound = 0;
        Judge.MustFind(VerdictKind.Deadlock, cx => Stuck(cx, () => unwound++), Judge.Quick with { Unwind = true }, "3 tasks can never run again");

        // Once in the execution that failed and once in its repetition.
        Assert.That(unwound, Is.EqualTo(4));
    }

    [Test]
    public void Unwinding_reaches_a_failed_assertions_siblings_and_its_own_steps_are_not_part_of_the_execution()
    {
        var options = Judge.Quick with { StepLimit = 100 };
        var (plain, unwound) = (Fail(options), Fail(options with { Unwind = true }));
        Assert.That(unwound.Steps, Is.EqualTo(plain.Steps));
        Assert.That(unwound.Fingerprint, Is.EqualTo(plain.Fingerprint));
        Assert.That(Lab.Traces.TraceFile.ToText(unwound.Trace!), Is.EqualTo(Lab.Traces.TraceFile.ToText(plain.Trace!)));

        static LabResult Fail(LabOptions options) => Lab.Exploration.LabRuntime.TryRun(
            static cx => cx.ScopeAsync(static scope =>
            {
                scope.Spawn(async c =>
                {
                    try
                    {
                        while (true)
                        {
                            await c.YieldAsync();
                        }
                    }
                    finally
                    {
                        using (c.Mask())
                        {
                            await c.DelayAsync(TimeSpan.FromSeconds(1));
                        }
                    }
                });
                return Task.CompletedTask;
            }),
            options);
    }

    [Test]
    public void What_does_not_end_is_named() => Judge.MustFind(
        VerdictKind.Deadlock,
        async cx =>
        {
            using (cx.Mask())
            {
                await new Notify().WaitAsync(cx);
            }
        },
        Judge.Quick with { Unwind = true },
        "note: 1 tasks did not end when the execution was unwound: T0");

    private static Task Stuck(Cx cx, Action unwound)
    {
        var never = new Notify();
        return cx.ScopeAsync(scope =>
        {
            for (var i = 0; i < 2; i++)
            {
                scope.Spawn(async c =>
                {
                    try
                    {
                        await never.WaitAsync(c);
                    }
                    finally
                    {
                        using (c.Mask())
                        {
                            await c.YieldAsync();
                        }

                        unwound();
                    }
                });
            }

            return Task.CompletedTask;
        });
    }
}
