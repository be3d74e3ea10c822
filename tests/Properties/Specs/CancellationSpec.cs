using Lab.Core.Cancellation;
using Lab.Core.Tasks;
using NUnit.Framework;

namespace Lab.Properties.Specs;

/// <summary>semantics.md, section 2, as a task sees it; the tree itself has its own tests.</summary>
public sealed class CancellationSpec(HostKind host) : Spec(host)
{
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);

    [Test]
    public void The_first_request_wins_and_later_ones_only_strengthen() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var child = await Start(scope, cx, c => c.DelayAsync(s_long).AsTask());
        using (cx.Mask())
        {
            Assert.That((child.Cancel("first"), child.Cancel("second", CancellationKind.Timeout), child.Cancel("third")), Is.EqualTo((true, false, false)));
            var reason = (await child.OutcomeAsync(cx)).Reason!;
            Assert.That(reason.Kind, IsNative ? Is.AnyOf(CancellationKind.User, CancellationKind.Timeout) : Is.EqualTo(CancellationKind.Timeout));
        }
    }));

    [Test]
    public void Whoever_sees_the_flag_can_read_a_reason() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var child = scope.Spawn(async c =>
        {
            while (!c.IsCancellationRequested)
            {
                using var mask = c.Mask();
                await c.YieldAsync();
            }

            Assert.That(c.Reason, Is.Not.Null);
            Assert.That(c.IsCancellationRequested, "once requested, always requested");
        });
        await cx.YieldAsync();
        child.Cancel();
        Assert.That((await child.OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Ok), "it never acknowledged");
    }));

    [Test]
    public void A_task_in_the_body_of_a_cancelled_scope_shows_the_stronger_of_its_own_reason_and_the_scopes() => Run(async cx =>
    {
        using var mask = cx.Mask();
        await cx.ScopeAsync(scope =>
        {
            scope.Cancel(new CancellationReason(CancellationKind.User, "", default, "the scope's"));
            Assert.That(cx.Reason!.Message, Is.EqualTo("the scope's"));

            // The scope is below the task: with any reason of the task but this one it would get the stronger ParentCancelled.
            cx.Cancel(new CancellationReason(CancellationKind.Shutdown, "", default, "its own"));
            Assert.That(scope.Reason!.Kind, Is.EqualTo(CancellationKind.ParentCancelled));
            Assert.That(cx.Reason!.Message, Is.EqualTo("its own"));
            return Task.CompletedTask;
        });
        Assert.That(cx.Reason!.Message, Is.EqualTo("its own"), "the scope's body has ended");
    });

    [Test]
    public void A_task_shows_the_stronger_reason_as_soon_as_it_is_asked_again() => Run(cx =>
    {
        using var mask = cx.Mask();
        cx.Cancel(new CancellationReason(CancellationKind.User));
        cx.Cancel(new CancellationReason(CancellationKind.Timeout));
        Assert.That(cx.Reason!.Kind, Is.EqualTo(CancellationKind.Timeout));
        return Task.CompletedTask;
    });

    [Test]
    public void A_child_gets_ParentCancelled_with_its_own_parents_reason_as_cause() => Run(cx => cx.ScopeAsync(
        async scope =>
        {
            Outcome inner = default;
            var parent = await Start(scope, cx, async c =>
            {
                var s = c.OpenScope();
                var child = s.Spawn(d => d.DelayAsync(s_long));
                try
                {
                    await c.DelayAsync(s_long);
                }
                finally
                {
                    using var mask = c.Mask();
                    inner = await child.OutcomeAsync(c);
                    await s.DisposeAsync();
                }
            });
            parent.Cancel("stop");
            await End(parent, cx);
            Assert.That(inner.Reason!.Kind, Is.EqualTo(CancellationKind.ParentCancelled));
            Assert.That(inner.Reason.RootCause.Message, Is.EqualTo("stop"));
        },
        new ScopeOptions { Faults = FaultPolicy.CollectAll }));

    [Test]
    public void A_task_that_is_spawned_into_a_cancelled_scope_is_cancelled_too() => Run(async cx =>
    {
        await using var scope = cx.OpenScope();
        scope.Cancel(Reason(CancellationKind.User));
        var late = scope.Spawn(c => c.DelayAsync(s_long));
        Assert.That((await late.OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Canceled));
        Assert.That(cx.IsCancellationRequested, Is.False, "nothing goes up");
    });

    [Test]
    public void A_masked_checkpoint_neither_throws_nor_acknowledges_and_the_depth_survives_exceptions() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var hasReachedItsEnd = false;
        var child = scope.Spawn(async c =>
        {
            c.Cancel(Reason(CancellationKind.User));
            using (c.Mask())
            {
                try
                {
                    using var inner = c.Mask();
                    throw new FormatException();
                }
                catch (FormatException)
                {
                }

                c.Checkpoint();
                await c.YieldAsync();
                Assert.That(c.Phase, Is.EqualTo(TaskPhase.CancelRequested));
            }

            await Thrown<CanceledException>(() =>
            {
                c.Checkpoint();
                return Task.CompletedTask;
            });
            Assert.That(c.Phase, Is.EqualTo(TaskPhase.Cancelling));
            hasReachedItsEnd = true;
        });
        Assert.That((await child.OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Canceled), "Ok becomes Canceled after it acknowledged");
        Assert.That(hasReachedItsEnd);
    }));

    [Test]
    public void Masks_that_end_in_the_wrong_order_end_all_the_same() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var child = scope.Spawn(c =>
        {
            var outer = c.Mask();
            var inner = c.Mask();
            outer.Dispose();
            inner.Dispose();
            c.Cancel(Reason(CancellationKind.User));
            Assert.That(() => c.Checkpoint(), Throws.InstanceOf<CanceledException>());
            return Task.CompletedTask;
        });
        Assert.That(await End(child, cx), Is.EqualTo("Canceled"));
    }));

    [Test]
    public void A_task_completes_with_the_strongest_reason_that_it_acknowledged() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var child = scope.Spawn(c =>
        {
            c.Cancel(Reason(CancellationKind.User));
            var first = Assert.Throws<CanceledException>(() => c.Checkpoint());
            c.Cancel(Reason(CancellationKind.Shutdown));
            Assert.Throws<CanceledException>(() => c.Checkpoint());
            throw first!;
        });
        Assert.That((await child.OutcomeAsync(cx)).Reason!.Kind, Is.EqualTo(CancellationKind.Shutdown));
    }));

    [Test]
    public void Of_several_limits_that_are_used_up_the_strongest_is_the_reason() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var child = scope.Spawn(
            c =>
            {
                c.Charge(11);
                c.Checkpoint();
                return Task.CompletedTask;
            },
            new SpawnOptions { Budget = new Budget { Deadline = cx.Clock.GetUtcNow(), CostQuota = 10 } });
        Assert.That((await child.OutcomeAsync(cx)).Reason!.Kind, Is.EqualTo(CancellationKind.CostBudget));
    }));

    [Test]
    public void Limits_end_no_wait_only_a_checkpoint_looks_at_them() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var child = scope.Spawn(
            async c =>
            {
                c.Charge(11);
                await c.DelayAsync(TimeSpan.FromMilliseconds(1));
                await c.YieldAsync();
            },
            new SpawnOptions { Budget = new Budget { Deadline = cx.Clock.GetUtcNow(), PollQuota = 0, CostQuota = 10 } });
        Assert.That((await child.OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Ok));
    }));

    [Test]
    public void Masks_nest_to_64() => Run(cx =>
    {
        var masks = Enumerable.Range(0, MaskScope.MaxDepth).Select(_ => cx.Mask()).ToList();
        Assert.That(() => cx.Mask(), Throws.InvalidOperationException);
        masks.Reverse();
        masks.ForEach(mask => mask.Dispose());
        return Task.CompletedTask;
    });

    [Test]
    public void A_fault_while_cancelling_stays_a_fault() => Run(cx => cx.ScopeAsync(
        async scope =>
        {
            var child = await Start(scope, cx, async c =>
            {
                try
                {
                    await c.DelayAsync(s_long);
                }
                catch (CanceledException)
                {
                    throw new FormatException("cleanup");
                }
            });
            child.Cancel();
            Assert.That((await child.OutcomeAsync(cx)).Error, Is.InstanceOf<FormatException>());
        },
        new ScopeOptions { Faults = FaultPolicy.CollectAll }));

    [Test]
    public void The_cleanup_budget_replaces_the_running_one_at_acknowledgement_not_at_request() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var child = scope.Spawn(c =>
        {
            c.Cancel(Reason(CancellationKind.User));
            Assert.That(c.Budget, Is.EqualTo(Budget.Infinite));
            Assert.That(() => c.Checkpoint(), Throws.InstanceOf<CanceledException>());
            Assert.That(c.Budget, Is.EqualTo(Budget.Cleanup(CancellationKind.User)));
            c.Cancel(Reason(CancellationKind.Shutdown));
            Assert.That(c.Budget.PollQuota, Is.EqualTo(Budget.Cleanup(CancellationKind.Shutdown).PollQuota), "strengthening tightens");
            Assert.That(() => c.Checkpoint(), Throws.InstanceOf<CanceledException>());
            Assert.That(c.Budget, Is.EqualTo(Budget.Cleanup(CancellationKind.Shutdown)), "and stays when it is acknowledged");
            return Task.CompletedTask;
        });
        Assert.That((await child.OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Canceled));
    }));

    [Test]
    public void A_task_goes_through_its_phases_in_order([Values] bool isCanceled) => Run(cx => cx.ScopeAsync(
        async scope =>
        {
            var phases = new List<TaskPhase>();
            Cx? kept = null;
            var owner = scope.Spawn(async c =>
            {
                kept = c;
                phases.Add(c.Phase);
                await Start(c.OpenScope(), c, async d =>
                {
                    // Called once: by the request, or by the end of the owner, which leaves its scope open.
                    using var told = d.Register(_ => phases.Add(c.Phase));
                    await d.DelayAsync(s_long);
                });
                if (isCanceled)
                {
                    c.Cancel(Reason(CancellationKind.User));
                    Assert.Throws<CanceledException>(() => c.Checkpoint());
                    phases.Add(c.Phase);
                }

                throw new FormatException("it ends with an open scope");
            });
            Assert.That(await End(owner, cx), Is.EqualTo("Faulted"));
            phases.Add(kept!.Phase);
            Assert.That(phases, Is.EqualTo(isCanceled
                ? new[] { TaskPhase.Running, TaskPhase.CancelRequested, TaskPhase.Cancelling, TaskPhase.Completed }
                : [TaskPhase.Running, TaskPhase.Finalizing, TaskPhase.Completed]));
        },
        new ScopeOptions { Faults = FaultPolicy.CollectAll }));

    [Test]
    public void A_quota_counts_the_checkpoints_that_were_passed_and_no_steps([Values] bool masked) => Run(cx => cx.ScopeAsync(async scope =>
    {
        var passed = 0;
        var child = scope.Spawn(
            async c =>
            {
                for (var i = 0; i < 5; i++)
                {
                    await c.YieldAsync();
                }

                using (masked ? c.Mask() : default)
                {
                    while (!c.IsCancellationRequested)
                    {
                        c.Checkpoint();
                        passed++;
                    }
                }

                c.Checkpoint();
            },
            new SpawnOptions { Budget = new Budget { PollQuota = 2 } });
        Assert.That((await child.OutcomeAsync(cx)).Reason!.Kind, Is.EqualTo(CancellationKind.PollQuota));

        // The third is refused, or masked and passed all the same.
        Assert.That(passed, Is.EqualTo(masked ? 3 : 2));
    }));

    [Test]
    public void Cleanup_has_its_whole_budget_whatever_the_task_has_used_up_before() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var child = scope.Spawn(
            c =>
            {
                c.Charge(20);
                for (var i = 0; i < 10; i++)
                {
                    c.Checkpoint();
                }

                c.Cancel(Reason(CancellationKind.Timeout));
                Assert.Throws<CanceledException>(() => c.Checkpoint());
                using (c.Mask())
                {
                    // 500 of its kind: neither the ten before nor what was charged counts.
                    for (var i = 0; i < 500; i++)
                    {
                        c.Checkpoint();
                    }

                    Assert.That(c.Reason!.Kind, Is.EqualTo(CancellationKind.Timeout));
                    c.Checkpoint();
                    Assert.That(c.Reason!.Kind, Is.EqualTo(CancellationKind.PollQuota));
                }

                return Task.CompletedTask;
            },
            new SpawnOptions { Budget = new Budget { PollQuota = 11, CostQuota = 20, Deadline = cx.Clock.GetUtcNow() + s_long } });
        Assert.That((await child.OutcomeAsync(cx)).Reason!.Kind, Is.EqualTo(CancellationKind.Timeout), "what it acknowledged");
    }));

    [Test]
    public void Budgets_cancel_at_a_checkpoint() => Run(cx => cx.ScopeAsync(async scope =>
    {
        async Task<CancellationKind?> Kind(Func<Cx, Task> body, Budget budget) =>
            (await scope.Spawn(body, new SpawnOptions { Budget = budget }).OutcomeAsync(cx)).Reason?.Kind;

        async Task Poll(Cx c)
        {
            for (var i = 0; i < 10; i++)
            {
                await c.YieldAsync();
                c.Checkpoint();
            }
        }

        Assert.That(await Kind(Poll, new Budget { PollQuota = 5 }), Is.EqualTo(CancellationKind.PollQuota));
        Assert.That(await Kind(Poll, new Budget { PollQuota = 500 }), Is.Null);
        Assert.That(await Kind(
            c =>
            {
                c.Charge(11);
                c.Checkpoint();
                return Task.CompletedTask;
            },
            new Budget { CostQuota = 10 }), Is.EqualTo(CancellationKind.CostBudget));
        Assert.That(await Kind(Poll, new Budget { Deadline = cx.Clock.GetUtcNow() }), Is.EqualTo(CancellationKind.Deadline));
    }));

    [Test]
    public void The_tasks_token_is_a_real_one() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var seen = false;
        var child = await Start(scope, cx, async c =>
        {
            c.CancellationToken.Register(() => seen = true);
            await Task.Delay(s_long, c.Clock, c.CancellationToken);
        });
        child.Cancel();
        Assert.That(await End(child, cx), Is.EqualTo("Canceled"));
        Assert.That(seen);
    }));

    [Test]
    public void Listeners_hear_rising_severities_and_a_late_one_hears_at_once() => Run(cx =>
    {
        var node = new CancellationNode();
        var heard = new List<CancellationKind>();
        using var early = node.Register(reason => heard.Add(reason.Kind));
        using var throws = node.Register(_ => throw new FormatException());
        try
        {
            node.Cancel(Reason(CancellationKind.User));
        }
        catch (Exception e) when (e is AggregateException or FormatException)
        {
        }

        node.Cancel(Reason(CancellationKind.User));
        try
        {
            node.Cancel(Reason(CancellationKind.Shutdown));
        }
        catch (Exception e) when (e is AggregateException or FormatException)
        {
        }

        Assert.That(heard, Is.EqualTo(new[] { CancellationKind.User, CancellationKind.Shutdown }));
        var late = 0;
        using var after = node.Register(_ => late++);
        Assert.That(late, Is.EqualTo(1));
        return Task.CompletedTask;
    });
}
