using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using NUnit.Framework;

namespace Lab.Properties.Strategies.Dpor;

/// <summary>
/// Joins and closes among several waits of one task, and one that its task leaves behind. A join looks at its call whether the task has ended, and with another wait beside it that look
/// decides in which order they go on: so it is an access, and the end is no longer what alone lets the joiner go on.
/// </summary>
[TestFixture]
internal sealed class SeveralJoinsTests
{
    private static readonly Func<Cx, Task>[] s_ofTheCore = [TwoEnded, BesideAYield, BesideYields, CloseBesideANotify, LeftBehind];

    private static readonly TestCaseData[] s_programs =
    [
        // Two tasks that end in either order, before or after a third has begun to join them.
        Case("two joins of tasks that may have ended", 2, TwoEnded),

        // The task ends before the joiner's turn comes, or after it has yielded.
        Case("a join beside a yield", 2, BesideAYield),

        // The join is over before the first yield, before the second, or after it.
        Case("a join beside two yields", 3, BesideYields),

        // The last child of the scope leads to the notification, or it is the other one that is the last.
        Case("a close beside a wait for a notify", 2, CloseBesideANotify),

        // The joined task ends before the joiner does, or its join ends with the joiner's task.
        Case("a join that its task leaves behind", 2, LeftBehind),
    ];

    [TestCaseSource(nameof(s_programs))]
    public void Every_ending_and_every_order_is_met(Func<Cx, Task> program, int endings)
    {
        var (all, dpor) = (Search.All(program, new LabOptions()), Search.Dpor(program, new LabOptions()));
        Assert.That(all.IsComplete && dpor.IsComplete);
        Assert.That(all.Endings, Has.Count.EqualTo(endings));
        Assert.That(dpor.Endings, Is.EquivalentTo(all.Endings));
        Assert.That(dpor.Fingerprints.SetEquals(all.Fingerprints));
        Assert.That(dpor.Executions, Is.LessThanOrEqualTo(all.Executions));
    }

    [Test]
    public void So_is_every_ending_beside_a_wait_of_the_BCL_which_no_fingerprint_has()
    {
        var (all, dpor) = (Search.All(BesideACompletionSource, new LabOptions()), Search.Dpor(BesideACompletionSource, new LabOptions()));
        Assert.That(all.Endings, Has.Count.EqualTo(2));
        Assert.That(dpor.Endings, Is.EquivalentTo(all.Endings));
    }

    [Test]
    public void So_is_every_ending_when_the_task_is_cancelled()
    {
        // Each of the two waits completes or is cancelled; both complete in either order: 5 endings.
        var (all, dpor) = (Search.All(CanceledJoinBesideAYield, new LabOptions()), Search.Dpor(CanceledJoinBesideAYield, new LabOptions()));
        Assert.That(all.Endings, Has.Count.EqualTo(5));
        Assert.That(dpor.Endings, Is.EquivalentTo(all.Endings));
    }

    [Test]
    public void None_of_them_is_undeclared_sharing(
        [ValueSource(nameof(s_ofTheCore))] Func<Cx, Task> program, [Values("random", "dfs", "dpor")] string strategy)
    {
        var result = Explorer.Explore(program, new ExploreOptions { Strategy = strategy, Executions = 300, LinearisationSamples = 100 });
        Assert.That(result.Failure?.Verdict.Message, Is.Null);
    }

    private static TestCaseData Case(string name, int endings, Func<Cx, Task> program) => new(program, endings) { TestName = "{m}: " + name };

    private static Task TwoEnded(Cx cx) => cx.ScopeAsync(scope =>
    {
        TaskHandle[] handles = [scope.Spawn(static _ => Task.CompletedTask), scope.Spawn(static _ => Task.CompletedTask)];
        scope.Spawn(c => Task.WhenAll(Noted(c, "a", handles[0].JoinAsync(c)), Noted(c, "b", handles[1].JoinAsync(c))));
        return Task.CompletedTask;
    });

    private static Task BesideAYield(Cx cx) => cx.ScopeAsync(async scope =>
    {
        var ended = scope.Spawn(static _ => Task.CompletedTask);
        await Task.WhenAll(Noted(cx, "join", ended.JoinAsync(cx)), YieldsAsync(cx, 1));
    });

    private static Task BesideYields(Cx cx) => cx.ScopeAsync(async scope =>
    {
        var yields = scope.Spawn(static async c => await c.YieldAsync());
        await Task.WhenAll(Noted(cx, "join", yields.JoinAsync(cx)), YieldsAsync(cx, 2));
    });

    private static Task CloseBesideANotify(Cx cx) => cx.ScopeAsync(async outer =>
    {
        var (last, told) = (new Notify(), new Notify());
        outer.Spawn(async c =>
        {
            await last.WaitAsync(c);
            told.NotifyOne();
        });
        await Task.WhenAll(CloseAsync(), Noted(cx, "told", told.WaitAsync(cx)));

        async Task CloseAsync()
        {
            await cx.ScopeAsync(inner =>
            {
                inner.Spawn(static async c => await c.YieldAsync());
                inner.Spawn(async c =>
                {
                    await c.YieldAsync();
                    last.NotifyOne();
                });
                return Task.CompletedTask;
            });
            cx.Note("closed");
        }
    });

    private static async Task LeftBehind(Cx cx)
    {
        var end = "";
        await cx.ScopeAsync(scope =>
        {
            var joined = scope.Spawn(static async c => await c.YieldAsync());
            scope.Spawn(c =>
            {
                _ = JoinAsync(joined, c);
                return Task.CompletedTask;
            });
            return Task.CompletedTask;
        });
        cx.Note(end);

        async Task JoinAsync(TaskHandle joined, Cx c)
        {
            try
            {
                await joined.JoinAsync(c);
                end = "joined";
            }
            catch (InvalidOperationException)
            {
                end = "left behind";
            }
        }
    }

    private static Task BesideACompletionSource(Cx cx) => cx.ScopeAsync(async scope =>
    {
        var source = new TaskCompletionSource();
        var yields = scope.Spawn(static async c => await c.YieldAsync());
        scope.Spawn(async c =>
        {
            await c.YieldAsync();
            source.SetResult();
        });
        await Task.WhenAll(Noted(cx, "join", yields.JoinAsync(cx)), Noted(cx, "source", new ValueTask(source.Task)));
    });

    private static Task CanceledJoinBesideAYield(Cx cx) => cx.ScopeAsync(async scope =>
    {
        var ended = scope.Spawn(static _ => Task.CompletedTask);
        var joiner = scope.Spawn(async c => await Task.WhenAll(Noted(c, "join", ended.JoinAsync(c)), Noted(c, "yield", new ValueTask(YieldAsync(c)))));
        await cx.YieldAsync();
        joiner.Cancel();
    });

    private static async Task YieldAsync(Cx cx) => await cx.YieldAsync();

    private static async Task YieldsAsync(Cx cx, int times)
    {
        for (var i = 1; i <= times; i++)
        {
            await cx.YieldAsync();
            cx.Note($"yield {i}");
        }
    }

    private static async Task Noted(Cx cx, string name, ValueTask wait)
    {
        try
        {
            await wait;
            cx.Note(name);
        }
        catch (OperationCanceledException)
        {
            cx.Note(name + " cancelled");
        }
    }
}
