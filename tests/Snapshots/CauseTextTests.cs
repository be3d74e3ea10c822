using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Reports;
using NUnit.Framework;

namespace Lab.Snapshots;

/// <summary>What a report says of why it failed, where no exchange of two operations explains it.</summary>
[TestFixture]
public sealed class CauseTextTests
{
    // The second has the connection from the first and is opening it when its time is over. In the nearest execution that passes its time is over while it
    // still waits: what is told of are the hand-over and the end of the wait, and no timer that both executions have.
    [Test]
    public void A_thing_that_is_handed_on_is_not_taken_by_who_gives_it() => Assert.That(WhyOf(async cx =>
    {
        var free = new AsyncSemaphore(1);
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(c => Use(free, c), name: "first");
            scope.Spawn(c => Use(free, c), name: "second");
            return Task.CompletedTask;
        });
        Assert.That(free.CurrentCount, Is.EqualTo(1));
    }), Does.StartWith("Why: the nearest passing execution lacks T0.1's handing on of semaphore#1 to T0.2.1")
        .And.Contains("Instead it has the clock's cancelling of a wait on semaphore#1.").And.Not.Contains("firing"));

    [Test]
    public void What_fails_in_every_order_has_no_reason_and_says_so() => Assert.That(WhyOf(async cx =>
    {
        await cx.YieldAsync();
        throw new InvalidOperationException("always");
    }), Is.EqualTo("Why: no execution near to this one was found that passes."));

    private static async Task Use(AsyncSemaphore free, Cx cx)
    {
        try
        {
            await cx.TimeoutAsync(TimeSpan.FromMilliseconds(30), async c =>
            {
                await free.AcquireAsync(c);
                await c.DelayAsync(TimeSpan.FromMilliseconds(20));
            });
        }
        catch (TimeoutException)
        {
            return;
        }

        await cx.DelayAsync(TimeSpan.FromMilliseconds(7));
        free.Release();
    }

    // One line, however it was wrapped.
    private static string WhyOf(Func<Cx, Task> program)
    {
        var report = FailureReport.Of(Explorer.Explore(program, new ExploreOptions { Executions = 1 }).Failure!);
        var why = report[report.IndexOf("Why: ", StringComparison.Ordinal)..];
        return string.Join(' ', why[..why.IndexOf("\n\n", StringComparison.Ordinal)].Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
    }
}
