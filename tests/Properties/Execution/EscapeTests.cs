using Lab.Core.Tasks;
using Lab.Oracles;
using NUnit.Framework;

namespace Lab.Properties.Execution;

#pragma warning disable RS0030 // What the programs below do is what the lab must notice.

/// <summary>Work that leaves the lab is noticed and named, whichever door it takes.</summary>
[TestFixture]
internal sealed class EscapeTests
{
    [Test]
    public void Task_Run() => MustEscape(async cx =>
    {
        await cx.YieldAsync();
        await Task.Run(static () => Thread.Sleep(5));
    });

    [Test]
    public void One_before_the_first_call_of_the_core_says_that_there_was_none()
    {
        var result = Lab.Exploration.LabRuntime.TryRun(static async _ => await Task.Run(static () => Thread.Sleep(5)));
        Assert.That(result.Verdict.Message, Does.Contain("; it had not called the core yet.\n"));
    }

    [Test]
    public void A_delay_on_the_machines_clock() => MustEscape(async cx =>
    {
        await cx.YieldAsync();
        await Task.Delay(10);
    });

    [Test]
    public void A_delay_on_the_labs_clock_does_not() => Judge.MustPass(async cx =>
    {
        await Task.Delay(TimeSpan.FromHours(1), cx.Clock);
        await Task.Delay(TimeSpan.FromHours(1), cx.Clock, cx.CancellationToken);
    });

    [Test]
    public void ConfigureAwait_false_before_a_call_of_the_core() => MustEscape(cx => cx.ScopeAsync(async scope =>
    {
        var done = new TaskCompletionSource();
        scope.Spawn(async c =>
        {
            await c.YieldAsync();
            done.SetResult();
        });
        await cx.YieldAsync();
        await done.Task.ConfigureAwait(false);
        await cx.YieldAsync();
    }));

    [Test]
    public void ConfigureAwait_false_in_a_callee_that_ends_elsewhere() => MustEscape(cx => cx.ScopeAsync(async scope =>
    {
        var done = new TaskCompletionSource();
        scope.Spawn(async c =>
        {
            await c.YieldAsync();
            done.SetResult();
        });
        await cx.YieldAsync();
        await Elsewhere(done.Task);
    }));

    [Test]
    public void A_body_that_yields_first_and_ends_elsewhere() => MustEscape(async cx =>
    {
        await cx.YieldAsync();
        await Task.Delay(1).ConfigureAwait(false);
    });

    [Test]
    public void The_cores_own_awaits_come_home_with_ConfigureAwait_false() => Judge.MustPass(async cx =>
    {
        await cx.YieldAsync().ConfigureAwait(false);
        await cx.DelayAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        await cx.YieldAsync();
    });

    [Test]
    public void A_semaphore_of_the_bcl_with_a_token() => MustEscape(cx => UseSemaphore(cx, withToken: true));

    [Test]
    public void A_semaphore_of_the_bcl_without_a_token_stays() => Judge.MustPass(cx => UseSemaphore(cx, withToken: false));

    [Test]
    public void Async_void_work_that_leaves() => MustEscape(async cx =>
    {
        Fire();
        await cx.YieldAsync();

        static async void Fire() => await Task.Delay(10);
    });

    [Test]
    public void Async_void_work_that_stays_is_waited_for()
    {
        var ended = false;
        Judge.MustPass(async cx =>
        {
            ended = false;
            Fire(cx);
            await cx.YieldAsync();

            async void Fire(Cx c)
            {
                await Task.Delay(TimeSpan.FromMinutes(1), c.Clock);
                ended = true;
            }
        });
        Assert.That(ended);
    }

    [Test]
    public void An_exception_of_async_void_faults_its_task() => Judge.MustFind(
        VerdictKind.Exception,
        cx => cx.ScopeAsync(scope =>
        {
            scope.Spawn(
                c =>
                {
                    Fire(c);
                    return Task.CompletedTask;
                },
                name: "careless");
            return Task.CompletedTask;

            static async void Fire(Cx c)
            {
                await c.YieldAsync();
                throw new InvalidDataException("from async void");
            }
        }),
        "InvalidDataException: from async void");

    [Test]
    public void After_an_escape_the_next_exploration_is_clean()
    {
        MustEscape(async cx =>
        {
            await cx.YieldAsync();
            await Task.Delay(1);
        });
        Judge.MustPass(async cx => await cx.YieldAsync());
    }

    private static void MustEscape(Func<Cx, Task> program) => Judge.MustFind(
        VerdictKind.Escape, program, "escape: T0 left the lab: its continuation was posted by ", "it last called the core at EscapeTests.cs:");

    private static async Task Elsewhere(Task task) => await task.ConfigureAwait(false);

    private static Task UseSemaphore(Cx cx, bool withToken) => cx.ScopeAsync(async scope =>
    {
        var semaphore = new SemaphoreSlim(0);
        scope.Spawn(async c =>
        {
            await c.YieldAsync();
            await c.YieldAsync();
            semaphore.Release();
        });
        using var source = new CancellationTokenSource();
        await cx.YieldAsync();
        await (withToken ? semaphore.WaitAsync(source.Token) : semaphore.WaitAsync());
    });
}
