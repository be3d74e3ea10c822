using Lab.Core.Cancellation;
using Lab.Core.Tasks;
using NUnit.Framework;

namespace Lab.Properties.Tasks;

/// <summary>What makes no sense is refused by the call, in the words of the BCL, and nothing has been started by then.</summary>
[TestFixture]
public sealed class ArgumentTests
{
    [Test]
    public Task A_body_that_is_null_is_named() => In(async (cx, scope) =>
    {
        Assert.That(() => scope.Spawn((Func<Cx, Task>)null!), Throws.ArgumentNullException);
        Assert.That(() => scope.Spawn((Func<Cx, Task<int>>)null!), Throws.ArgumentNullException);
        Assert.That(() => scope.Spawn((Func<Cx, ValueTask>)null!), Throws.ArgumentNullException);
        Assert.That(() => scope.Spawn(null!, 7), Throws.ArgumentNullException);
        Assert.That(() => scope.OnClose(null!), Throws.ArgumentNullException);
        Assert.That(() => _ = cx.TimeoutAsync(TimeSpan.Zero, (Func<Cx, Task>)null!), Throws.ArgumentNullException);
        Assert.That(() => _ = cx.TimeoutAsync(TimeSpan.Zero, (Func<Cx, Task<int>>)null!), Throws.ArgumentNullException);
        await Assert.ThrowsAsync<ArgumentNullException>(() => cx.ScopeAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => cx.ScopeAsync<int>(null!));
    });

    [Test]
    public void A_body_that_is_null_is_named_by_the_runtime_too()
    {
        using var runtime = new Runtime(new RuntimeOptions { Workers = 1 });
        Assert.That(() => runtime.Spawn(null!), Throws.ArgumentNullException);
        Assert.That(() => _ = runtime.RunAsync(null!), Throws.ArgumentNullException);
        Assert.That(() => _ = runtime.RunAsync((Func<Cx, Task<int>>)null!), Throws.ArgumentNullException);
    }

    [Test]
    public Task Branches_that_are_null_and_a_branch_that_is_null_start_none_of_the_others() => In((cx, scope) =>
    {
        var began = 0;
        Func<Cx, Task<int>> branch = _ => Task.FromResult(Interlocked.Increment(ref began));
        Assert.That(() => _ = cx.JoinAllAsync(null!), Throws.ArgumentNullException);
        Assert.That(() => _ = cx.RaceAsync<int>(null!), Throws.ArgumentNullException);
        Assert.That(() => _ = cx.JoinAllAsync([branch, null!]), Throws.ArgumentException);
        Assert.That(() => _ = cx.RaceAsync([branch, null!]), Throws.ArgumentException);
        Assert.That(began, Is.Zero);
        return Task.CompletedTask;
    });

    [Test]
    public Task A_handle_that_no_spawn_returned_says_so() => In((cx, scope) =>
    {
        TaskHandle none = default;
        TaskHandle<int> noneOfInt = default;
        foreach (var call in new Action[]
        {
            () => _ = none.JoinAsync(cx), () => _ = none.OutcomeAsync(cx), () => none.Cancel(), () => _ = none.IsCompleted, () => _ = none.Name,
            () => _ = noneOfInt.JoinAsync(cx), () => _ = noneOfInt.OutcomeAsync(cx), () => noneOfInt.Cancel(), () => _ = noneOfInt.IsCompleted,
        })
        {
            Assert.That(call, Throws.InvalidOperationException.With.Message.Contains("refers to no task"));
        }

        return Task.CompletedTask;
    });

    [Test]
    public Task A_cost_that_is_negative_is_refused_and_the_sum_stays() => In(async (cx, scope) =>
    {
        var quota = new SpawnOptions { Budget = new Budget(CostQuota: 10) };
        var outcome = await scope.Spawn(static c =>
        {
            c.Charge(11);
            c.Charge(long.MaxValue);
            Assert.That(() => c.Charge(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
            c.Checkpoint();
            return Task.CompletedTask;
        }, quota).OutcomeAsync(cx);
        Assert.That(outcome.Reason?.Kind, Is.EqualTo(CancellationKind.CostBudget));
    });

    [Test]
    public void A_runtime_without_a_clock_is_refused() =>
        Assert.That(() => new RuntimeOptions { TimeProvider = null! }, Throws.ArgumentNullException);

    [Test]
    public async Task Times_of_a_runtime_that_are_negative_or_too_long_are_refused_and_it_goes_on()
    {
        await using var runtime = new Runtime(new RuntimeOptions { Workers = 1 });
        foreach (var refused in new[] { TimeSpan.FromTicks(-1), TimeSpan.MinValue, Cx.MaxDelay + TimeSpan.FromTicks(1) })
        {
            Assert.That(() => _ = runtime.ShutdownAsync(refused), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => new RuntimeOptions { GracePeriod = refused }, Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => new RuntimeOptions { StopPatience = refused }, Throws.TypeOf<ArgumentOutOfRangeException>());
        }

        await runtime.RunAsync(static _ => Task.CompletedTask).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Test]
    public async Task Without_an_end_to_grace_and_patience_shutdown_waits_for_every_task_and_every_worker()
    {
        var forEver = new RuntimeOptions { Workers = 1, GracePeriod = Timeout.InfiniteTimeSpan, StopPatience = Timeout.InfiniteTimeSpan };
        var runtime = new Runtime(forEver);
        var goOn = new TaskCompletionSource();
        var ended = false;
        runtime.Spawn(async cx =>
        {
            using (cx.Mask())
            {
                await goOn.Task;
                ended = true;
            }
        });
        var shutdown = runtime.ShutdownAsync();
        goOn.SetResult();
        Assert.That(await shutdown.WaitAsync(TimeSpan.FromSeconds(30)), Is.Empty);
        Assert.That(ended);
    }

    private static async Task In(Func<Cx, Scope, Task> body)
    {
        await using var runtime = new Runtime(new RuntimeOptions { Workers = 1 });
        await runtime.RunAsync(cx => cx.ScopeAsync(scope => body(cx, scope))).WaitAsync(TimeSpan.FromSeconds(30));
    }
}
