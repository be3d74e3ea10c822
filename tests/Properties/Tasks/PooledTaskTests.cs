using System.Runtime.CompilerServices;
using Lab.Core.Cancellation;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using NUnit.Framework;

namespace Lab.Properties.Tasks;

/// <summary>
/// Records that serve one task after another, natively. On one worker the record that was returned last is the next one rented, so a test knows which
/// tasks share one.
/// </summary>
public sealed class PooledTaskTests
{
    [Test]
    public void A_record_serves_the_next_task_when_its_own_has_ended() => OneWorker.Run(static async (scope, cx) =>
    {
        var first = await Ended(scope, cx);
        var second = scope.Spawn(static (_, _) => Task.CompletedTask, 0, SpawnOptions.Pooled);
        Assert.That(second.Task, Is.SameAs(first.Task));
    });

    [Test]
    public void A_record_whose_body_promised_nothing_serves_nobody_else() => OneWorker.Run(static async (scope, cx) =>
    {
        var first = scope.Spawn(static (_, _) => Task.CompletedTask, 0);
        await first.JoinAsync(cx);
        Assert.That(scope.Spawn(static (_, _) => Task.CompletedTask, 0, SpawnOptions.Pooled).Task, Is.Not.SameAs(first.Task));
    });

    [Test]
    public void A_handle_means_its_own_task_whoever_has_the_record_now() => OneWorker.Run(static async (scope, cx) =>
    {
        var gate = new Notify();
        var first = await Ended(scope, cx);
        var second = scope.Spawn(static (gate, c) => gate.WaitAsync(c).AsTask(), gate, SpawnOptions.Pooled);
        Assert.That(second.Task, Is.SameAs(first.Task), "otherwise this shows nothing");
        Assert.That((first.IsCompleted, second.IsCompleted), Is.EqualTo((true, false)));
        await first.JoinAsync(cx);
        Assert.That(await first.OutcomeAsync(cx), Is.EqualTo(Outcome.Ok));
        gate.NotifyOne();
        await second.JoinAsync(cx);
    });

    [Test]
    public void Cancelling_an_old_handle_does_not_reach_the_next_task() => OneWorker.Run(static async (scope, cx) =>
    {
        var gate = new Notify();
        var first = await Ended(scope, cx);
        var second = scope.Spawn(static (gate, c) => gate.WaitAsync(c).AsTask(), gate, SpawnOptions.Pooled);
        Assert.That(second.Task, Is.SameAs(first.Task), "otherwise this shows nothing");
        Assert.That(first.Cancel(), Is.False);
        Assert.That(second.Task.Cx.IsCancellationRequested, Is.False);
        gate.NotifyOne();
        Assert.That((await second.OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Ok));
    });

    [Test]
    public void A_joiner_that_waits_while_the_record_goes_on_is_told() => OneWorker.Run(static async (scope, cx) =>
    {
        var gate = new Notify();
        var first = scope.Spawn(static (gate, c) => gate.WaitAsync(c).AsTask(), gate, SpawnOptions.Pooled);
        var joiners = Enumerable.Range(0, 3).Select(_ => scope.Spawn(async c => await first.JoinAsync(c))).ToArray();
        await cx.YieldAsync();
        gate.NotifyOne();
        foreach (var joiner in joiners)
        {
            await joiner.JoinAsync(cx);
        }

        Assert.That(first.IsCompleted);
    });

    [Test]
    public void What_did_not_end_Ok_keeps_its_record() => OneWorker.Run(static async (scope, cx) =>
    {
        var faulted = scope.Spawn(static (_, _) => throw new FormatException("kept"), 0, SpawnOptions.Pooled);
        await cx.YieldAsync();
        Assert.That(scope.Spawn(static (_, _) => Task.CompletedTask, 0, SpawnOptions.Pooled).Task, Is.Not.SameAs(faulted.Task));
        Assert.That((await faulted.OutcomeAsync(cx)).Error, Is.TypeOf<FormatException>());

        var canceled = scope.Spawn(static async (_, c) => await c.DelayAsync(TimeSpan.FromHours(1)), 0, SpawnOptions.Pooled);
        await cx.YieldAsync();
        Assert.That(canceled.Cancel("kept"), Is.True);
        var outcome = await canceled.OutcomeAsync(cx);
        Assert.That((outcome.Kind, outcome.Reason!.Message), Is.EqualTo((OutcomeKind.Canceled, "kept")));
        Assert.That(scope.Spawn(static (_, _) => Task.CompletedTask, 0, SpawnOptions.Pooled).Task, Is.Not.SameAs(canceled.Task));
    });

    [TestCaseSource(nameof(Remains))]
    public void A_record_to_which_something_may_still_come_serves_nobody_else(string what, Func<Cx, Task> body) => OneWorker.Run(async (scope, cx) =>
    {
        var first = scope.Spawn(static (body, c) => body(c), body, SpawnOptions.Pooled);
        Assert.That((await first.OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Ok), what);
        Assert.That(scope.Spawn(static (_, _) => Task.CompletedTask, 0, SpawnOptions.Pooled).Task, Is.Not.SameAs(first.Task), what);
    });

    [Test]
    public void A_body_that_is_resumed_from_outside_faults_and_says_why() => OneWorker.Run(static async (scope, cx) =>
    {
        var outside = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ranOn = false;
        var task = scope.Spawn(
            async (outside, _) =>
            {
                await outside.Task;
                ranOn = true;
            },
            outside,
            SpawnOptions.Pooled);
        await cx.YieldAsync();
        new Thread(outside.SetResult).Start();
        var outcome = await task.OutcomeAsync(cx);
        Assert.That(outcome.Error, Is.TypeOf<InvalidOperationException>().With.Message.Contains("AwaitsCoreOnly"));
        Assert.That(ranOn, Is.False);
    });

    [Test]
    public void What_an_earlier_tenant_left_behind_does_not_run_in_the_next_and_is_reported_there() => OneWorker.Run(static async (scope, cx) =>
    {
        var late = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ranOn = false;
        var first = scope.Spawn(
            (late, own) =>
            {
                _ = LeftBehind();
                return Task.CompletedTask;

                async Task LeftBehind()
                {
                    await late.Task;
                    ranOn = true;
                }
            },
            late,
            SpawnOptions.Pooled);
        await first.JoinAsync(cx);
        var second = scope.Spawn(static async (_, c) => await c.DelayAsync(TimeSpan.FromHours(1)), 0, SpawnOptions.Pooled);
        Assert.That(second.Task, Is.SameAs(first.Task), "otherwise this shows nothing");
        await cx.YieldAsync();
        new Thread(late.SetResult).Start();
        Assert.That((await second.OutcomeAsync(cx)).Error, Is.TypeOf<InvalidOperationException>());
        Assert.That((ranOn, (await first.OutcomeAsync(cx)).Kind), Is.EqualTo((false, OutcomeKind.Ok)));
    });

    [Test]
    public void What_comes_for_a_spare_record_does_not_make_it_run_and_is_reported_by_the_task_that_gets_it() => OneWorker.Run(static async (scope, cx) =>
    {
        // Continuations run inside SetResult: when the thread has ended, the late one is posted.
        var late = new TaskCompletionSource();
        var first = scope.Spawn(
            static (late, own) =>
            {
                _ = LeftBehind(late.Task);
                return Task.CompletedTask;

                static async Task LeftBehind(Task late) => await late;
            },
            late,
            SpawnOptions.Pooled);
        await first.JoinAsync(cx);
        var thread = new Thread(late.SetResult);
        thread.Start();
        thread.Join();

        // The worker has nothing to do meanwhile, and would run what was enqueued from outside.
        await cx.DelayAsync(TimeSpan.FromMilliseconds(1));

        var steps = new int[1];
        var second = scope.Spawn(
            static async (steps, c) =>
            {
                steps[0]++;
                await c.DelayAsync(TimeSpan.FromHours(1));
            },
            steps,
            SpawnOptions.Pooled);
        Assert.That(second.Task, Is.SameAs(first.Task), "otherwise this shows nothing");
        Assert.That((await second.OutcomeAsync(cx)).Error, Is.TypeOf<InvalidOperationException>().With.Message.Contains("AwaitsCoreOnly"));
        Assert.That((steps[0], (await first.OutcomeAsync(cx)).Kind), Is.EqualTo((1, OutcomeKind.Ok)));
    });

    [Test]
    public void A_record_keeps_neither_body_nor_state() => OneWorker.Run(static async (scope, cx) =>
    {
        var (task, state) = Spawn(scope);
        await task.JoinAsync(cx);
        await cx.YieldAsync();
        for (var i = 0; i < 10 && state.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.That(state.IsAlive, Is.False);
        GC.KeepAlive(task.Task);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static (TaskHandle, WeakReference) Spawn(Scope scope)
        {
            var state = new object();
            return (scope.Spawn(static (_, _) => Task.CompletedTask, state, SpawnOptions.Pooled), new WeakReference(state));
        }
    });

    private static IEnumerable<TestCaseData> Remains()
    {
        yield return Case("a BCL token", static c => Task.FromResult(c.CancellationToken));
        yield return Case("a child of its node", static c => Task.FromResult(c.CreateChild()));
        yield return Case("a scope that was its layer", static c => c.ScopeAsync(static _ => Task.CompletedTask));
        yield return Case("a wait that nobody awaits", static c => Task.FromResult(new Notify().WaitAsync(c)));
        yield return Case("a yield that nobody awaits", static c => Task.FromResult(c.YieldAsync()));
        yield return Case("a yield that nobody looks at", static c => Task.FromResult(c.YieldAsync().AsTask()));

        static TestCaseData Case(string what, Func<Cx, Task> body) => new TestCaseData(what, body).SetArgDisplayNames(what);
    }

    private static async Task<TaskHandle> Ended(Scope scope, Cx cx)
    {
        var task = scope.Spawn(static (_, _) => Task.CompletedTask, 0, SpawnOptions.Pooled);
        await task.JoinAsync(cx);
        return task;
    }
}
