using Lab.Core.Cancellation;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using NUnit.Framework;

namespace Lab.Properties.Specs;

/// <summary>A yield gives way once, sees cancellation, and any number of branches of one body may be in one.</summary>
public sealed class YieldSpec(HostKind host) : Spec(host)
{
    private static readonly AsyncLocal<string?> s_local = new();

    [Test]
    public void Branches_of_one_body_that_yield_at_the_same_time_all_go_on() => Run(async cx =>
    {
        var rounds = 0;
        async Task Branch()
        {
            for (var i = 0; i < 5; i++)
            {
                await cx.YieldAsync();
                rounds++;
            }
        }

        await Task.WhenAll(Branch(), Branch(), Branch());
        Assert.That(rounds, Is.EqualTo(3 * 5));
    });

    [Test]
    public void A_yield_goes_on_although_its_body_calls_something_else_meanwhile() => Run(async cx =>
    {
        var yielded = false;
        async Task Branch()
        {
            await cx.YieldAsync();
            yielded = true;
        }

        var branch = Branch();
        await cx.DelayAsync(TimeSpan.FromMilliseconds(1));
        await branch;
        Assert.That(yielded);
    });

    [Test]
    public void A_yield_that_is_awaited_late_still_gives_way() => Run(async cx =>
    {
        var later = cx.YieldAsync();
        await cx.YieldAsync();
        await later;
    });

    [Test]
    public void Every_branch_that_yields_sees_the_cancellation() => Run(async cx =>
    {
        var canceled = 0;
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(async c =>
            {
                async Task Branch()
                {
                    try
                    {
                        while (true)
                        {
                            await c.YieldAsync();
                        }
                    }
                    catch (CanceledException)
                    {
                        canceled++;
                    }
                }

                await Task.WhenAll(Branch(), Branch());
            }).Cancel();
            return Task.CompletedTask;
        });
        Assert.That(canceled, Is.EqualTo(2));
    });

    [Test]
    public void A_masked_yield_ignores_the_cancellation_and_the_next_one_sees_it() => Run(async cx =>
    {
        var log = new List<string>();
        var cancelled = new Notify();
        await cx.ScopeAsync(scope =>
        {
            var handle = scope.Spawn(async c =>
            {
                using (c.Mask())
                {
                    await cancelled.WaitAsync(c);
                    await c.YieldAsync();
                    log.Add("masked");
                }

                try
                {
                    await c.YieldAsync();
                }
                catch (CanceledException)
                {
                    log.Add("seen");
                }
            });
            handle.Cancel();

            // Where there are several workers it may have run on another one before.
            cancelled.NotifyOne();
            return Task.CompletedTask;
        });
        Assert.That(log, Is.EqualTo(new[] { "masked", "seen" }));
    });

    [Test]
    public void A_yield_as_a_task_ends() => Run(async cx => await Task.WhenAll(cx.YieldAsync().AsTask(), cx.YieldAsync().AsTask()));

    [Test]
    public void A_callback_on_a_yield_runs_with_its_caller_s_context() => Run(async cx =>
    {
        s_local.Value = "mine";
        var seen = new TaskCompletionSource<string?>();
        var awaiter = cx.YieldAsync().GetAwaiter();
        awaiter.OnCompleted(() =>
        {
            awaiter.GetResult();
            seen.SetResult(s_local.Value);
        });
        s_local.Value = "other";
        Assert.That(await seen.Task, Is.EqualTo("mine"));
    });
}
