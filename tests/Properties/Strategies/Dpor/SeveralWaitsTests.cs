using Lab.Core.Channels;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using NUnit.Framework;

namespace Lab.Properties.Strategies.Dpor;

/// <summary>
/// A task that waits for several things at once goes on in the order in which others end its waits. That order is one of dependent operations: <c>dpor</c>
/// meets every ending of it, the fingerprint has it, and exchanging two of the wakes is no sign of undeclared sharing.
/// </summary>
[TestFixture]
internal sealed class SeveralWaitsTests
{
    private static readonly TestCaseData[] s_programs =
    [
        // Two tasks that end in either order: each is the first of the WhenAny once.
        Case("the first of two joins", 2, cx => FirstOf(cx, 2)),

        // 3! orders of the ends; not only those in which the joiner, which has gone on twice, meets the third as its only wait.
        Case("the order of three joins", 6, cx => OrderOf(cx, 3)),
        Case("the order of two waits for notifies", 2, OrderOfNotifies),
        Case("a mutex that is handed over, and one that is announced", null, TwoMutexes),
        Case("two sends that wait for room", null, TwoSends),

        // The timer of the BCL and that of the core are due at one time: the work is done before the timeout or after it.
        Case("work against a Task.Delay of the same length", 2, WorkOrDelay),
    ];

    [TestCaseSource(nameof(s_programs))]
    public void Every_ending_of_a_task_with_several_waits_is_met(Func<Cx, Task> program, int? endings)
    {
        var options = new LabOptions();
        var all = Search.All(program, options);
        var dpor = Search.Dpor(program, options);
        Assert.That(all.IsComplete && dpor.IsComplete);
        Assert.That(dpor.Endings, Is.EquivalentTo(all.Endings));
        Assert.That(dpor.Fingerprints.SetEquals(all.Fingerprints));
        Assert.That(dpor.Executions, Is.LessThanOrEqualTo(all.Executions));
        Assert.That(endings is null || all.Endings.Count == endings, $"{all.Endings.Count} endings");
    }

    [Test]
    public void Waiting_for_several_things_of_the_core_is_no_undeclared_sharing(
        [ValueSource(nameof(s_ofTheCore))] Func<Cx, Task> program, [Values("random", "dfs", "dpor")] string strategy)
    {
        // Before, the first executions of any of the three strategies were enough.
        var result = Explorer.Explore(program, new ExploreOptions { Strategy = strategy, Executions = 300, LinearisationSamples = 100 });
        Assert.That(result.Failure?.Verdict.Message, Is.Null);
    }

    [Test]
    public void What_a_WhenAny_of_joins_shows_is_not_blamed_on_undeclared_sharing()
    {
        var found = Explorer.Explore(static async cx => Assert.That(await FirstAsync(cx), Is.Zero), new ExploreOptions { Strategy = "dfs", Shrink = null });
        Assert.That(found.Failure?.Verdict.Kind, Is.EqualTo(VerdictKind.AssertionFailed));
        Assert.That(found.Failure!.Verdict.Notes, Is.Empty);
    }

    private static readonly Func<Cx, Task>[] s_ofTheCore = [cx => OrderOf(cx, 3), TwoMutexes, TwoSends];

    private static TestCaseData Case(string name, int? endings, Func<Cx, Task> program) => new(program, endings) { TestName = "{m}: " + name };

    private static async Task FirstOf(Cx cx, int count) => cx.Note($"{await FirstAsync(cx, count)}");

    private static Task<int> FirstAsync(Cx cx, int count = 2) => cx.ScopeAsync(async scope =>
    {
        var joins = Spawn(scope, count).Select(handle => handle.JoinAsync(cx).AsTask()).ToArray();
        return Array.IndexOf(joins, await Task.WhenAny(joins));
    });

    private static Task OrderOf(Cx cx, int count) => cx.ScopeAsync(async scope =>
    {
        await Task.WhenAll(Spawn(scope, count).Select(JoinAsync));

        async Task JoinAsync(TaskHandle handle, int number)
        {
            await handle.JoinAsync(cx);
            cx.Note($"{number}");
        }
    });

    private static TaskHandle[] Spawn(Scope scope, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => scope.Spawn(static async c => await c.YieldAsync()))];

    private static Task OrderOfNotifies(Cx cx) => cx.ScopeAsync(async scope =>
    {
        Notify[] notifies = [new(), new()];
        foreach (var notify in notifies)
        {
            scope.Spawn(async c =>
            {
                await c.YieldAsync();
                notify.NotifyOne();
            });
        }

        await Task.WhenAll(notifies.Select(WaitAsync));

        async Task WaitAsync(Notify notify, int number)
        {
            await notify.WaitAsync(cx);
            cx.Note($"{number}");
        }
    });

    private static Task TwoMutexes(Cx cx) => cx.ScopeAsync(async scope =>
    {
        AsyncMutex[] mutexes = [new(), new()];
        scope.Spawn(async c =>
        {
            using (await mutexes[0].LockAsync(c))
            {
                await c.YieldAsync();
            }
        });
        await cx.YieldAsync();
        await Task.WhenAll(mutexes.Select(async mutex =>
        {
            using (await mutex.LockAsync(cx))
            {
                await cx.YieldAsync();
            }
        }));
    });

    private static Task TwoSends(Cx cx) => cx.ScopeAsync(async scope =>
    {
        var (first, second) = (Mpsc.Bounded<int>(1), Mpsc.Bounded<int>(1));
        foreach (var receiver in new[] { first.Receiver, second.Receiver })
        {
            scope.Spawn(async c => await receiver.ReceiveAsync(c));
        }

        first.Sender.TrySend(1);
        second.Sender.TrySend(1);
        await Task.WhenAll(first.Sender.SendAsync(2, cx).AsTask(), second.Sender.SendAsync(2, cx).AsTask());
    });

    private static async Task WorkOrDelay(Cx cx)
    {
        var length = TimeSpan.FromMilliseconds(10);
        var work = WorkAsync();
        cx.Note(await Task.WhenAny(work, Task.Delay(length, cx.Clock)) == work ? "work" : "timeout");
        await work;

        async Task WorkAsync()
        {
            await cx.DelayAsync(length);
            await cx.YieldAsync();
        }
    }
}
