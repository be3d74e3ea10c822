using Lab.Core.Cancellation;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using NUnit.Framework;

namespace Lab.Properties.Specs;

/// <summary>semantics.md, section 3: scopes.</summary>
public sealed class ScopeSpec(HostKind host) : Spec(host)
{
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);

    [Test]
    public void Leaving_waits_for_all_children_and_their_children() => Run(async cx =>
    {
        var ended = 0;
        await cx.ScopeAsync(async scope =>
        {
            for (var i = 0; i < 3; i++)
            {
                scope.Spawn(async c =>
                {
                    await c.ScopeAsync(async inner =>
                    {
                        inner.Spawn(async d =>
                        {
                            await d.YieldAsync();
                            Interlocked.Increment(ref ended);
                        });
                        await c.YieldAsync();
                    });
                    Interlocked.Increment(ref ended);
                });
            }

            await Task.CompletedTask;
        });
        Assert.That(ended, Is.EqualTo(6));
    });

    [Test]
    public void A_childs_fault_cancels_body_and_siblings_and_is_rethrown() => Run(async cx =>
    {
        var canceled = 0;
        async Task Sleep(Cx c)
        {
            try
            {
                // Not for an hour: where time is virtual that would pass, and then the task would look.
                await c.DelayAsync(Timeout.InfiniteTimeSpan);
            }
            catch (CanceledException e) when (e.Reason.RootCause.Kind == CancellationKind.FailFast)
            {
                Interlocked.Increment(ref canceled);
                throw;
            }
        }

        var fault = await Thrown<FormatException>(() => cx.ScopeAsync(async scope =>
        {
            scope.Spawn(Sleep);
            scope.Spawn(async c =>
            {
                await c.YieldAsync();
                throw new FormatException("child");
            });
            await Sleep(cx);
        }));
        Assert.That((fault.Message, canceled), Is.EqualTo(("child", 2)));
        Assert.That(cx.IsCancellationRequested, Is.False, "nothing goes up");
    });

    [Test]
    public void A_throwing_body_cancels_the_children() => Run(async cx =>
    {
        TaskHandle child = default;
        await Thrown<FormatException>(() => cx.ScopeAsync(async scope =>
        {
            child = scope.Spawn(c => c.DelayAsync(s_long));
            await cx.YieldAsync();
            throw new FormatException("body");
        }));
        Assert.That((await child.OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Canceled));
    });

    [Test]
    public void A_listener_that_throws_when_a_fault_cancels_the_scope_adds_a_fault_and_keeps_nobody() => Run(async cx =>
    {
        TaskHandle sibling = default;
        var fault = await Thrown<FormatException>(() => cx.ScopeAsync(async scope =>
        {
            sibling = await Start(scope, cx, async c =>
            {
                c.CancellationToken.Register(static () => throw new InvalidTimeZoneException("listener"));
                await c.DelayAsync(s_long);
            });

            // The join may run the child in the middle of our step: what comes of its end must not come out here.
            await scope.Spawn(static _ => throw new FormatException("child")).OutcomeAsync(cx);
        }));
        Assert.That(fault.Message, Is.EqualTo("child"));
        Assert.That(fault.Data[Scope.OtherFaults], Has.Some.InstanceOf<AggregateException>().With.InnerException.TypeOf<InvalidTimeZoneException>());
        Assert.That((await sibling.OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Canceled));
    });

    [Test]
    public void A_listener_that_throws_when_the_body_fails_leaves_no_child_behind() => Run(async cx =>
    {
        TaskHandle child = default;
        var fault = await Thrown<FormatException>(() => cx.ScopeAsync(async scope =>
        {
            child = await Start(scope, cx, async c =>
            {
                c.CancellationToken.Register(static () => throw new InvalidTimeZoneException("listener"));
                await c.DelayAsync(s_long);
            });
            throw new FormatException("body");
        }));
        Assert.That((fault.Message, child.IsCompleted), Is.EqualTo(("body", true)));
        Assert.That(fault.Data[Scope.OtherFaults], Has.Length.EqualTo(1));
    });

    [Test]
    public void A_listener_that_throws_does_not_come_out_of_a_disposal_and_faults_the_owner() => Run(async cx =>
    {
        var isDisposed = false;
        var owner = await cx.ScopeAsync(
            async outer =>
            {
                var owner = outer.Spawn(async c =>
                {
                    TaskHandle child;
                    await using (var scope = c.OpenScope())
                    {
                        child = await Start(scope, c, async d =>
                        {
                            d.CancellationToken.Register(static () => throw new InvalidTimeZoneException("listener"));
                            await d.DelayAsync(s_long);
                        });
                    }

                    isDisposed = child.IsCompleted;
                });
                return await owner.OutcomeAsync(cx);
            },
            new ScopeOptions { Faults = FaultPolicy.CollectAll });
        Assert.That((isDisposed, owner.Kind), Is.EqualTo((true, OutcomeKind.Faulted)));
        Assert.That(owner.Error, Is.InstanceOf<AggregateException>().With.InnerException.TypeOf<InvalidTimeZoneException>());
    });

    [Test]
    public void The_first_fault_is_rethrown_with_the_others_attached() => Run(async cx =>
    {
        var fault = await Thrown<FormatException>(() => cx.ScopeAsync(
            async scope =>
            {
                for (var i = 0; i < 3; i++)
                {
                    scope.Spawn(c => throw new FormatException("child"));
                }

                await cx.YieldAsync();
            },
            new ScopeOptions { Faults = FaultPolicy.CollectAll }));
        Assert.That(fault.Data[Scope.OtherFaults], Has.Length.EqualTo(2));
    });

    [Test]
    public void With_collect_all_siblings_go_on() => Run(async cx =>
    {
        var finished = false;
        await Thrown<FormatException>(() => cx.ScopeAsync(
            async scope =>
            {
                scope.Spawn(c => throw new FormatException("child"));
                scope.Spawn(async c =>
                {
                    await c.DelayAsync(TimeSpan.FromMilliseconds(2));
                    finished = true;
                });
                await cx.YieldAsync();
            },
            new ScopeOptions { Faults = FaultPolicy.CollectAll }));
        Assert.That(finished);
    });

    [Test]
    public void Finalizers_run_last_added_first_when_all_have_ended_masked_and_all_of_them() => Run(async cx =>
    {
        var log = "";
        await Thrown<FormatException>(() => cx.ScopeAsync(async scope =>
        {
            scope.Spawn(async c =>
            {
                await c.YieldAsync();
                log += "child ";
            });
            scope.OnClose(async c =>
            {
                await c.YieldAsync();
                log += "first";
            });
            scope.OnClose(_ => throw new FormatException("finalizer"));
            scope.OnClose(c =>
            {
                scope.Cancel(Reason(CancellationKind.User));
                c.Checkpoint();
                log += "third ";
                return Task.CompletedTask;
            });
            await Task.CompletedTask;
        }));
        Assert.That(log, Is.EqualTo("child third first"));
    });

    [Test]
    public void Finalizers_of_a_cancelled_task_run_to_their_end() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var finalized = false;
        var owner = await Start(scope, cx, c => c.ScopeAsync(inner =>
        {
            inner.OnClose(async f =>
            {
                await f.YieldAsync();
                f.Checkpoint();
                finalized = true;
            });
            return c.DelayAsync(s_long).AsTask();
        }));
        owner.Cancel();
        Assert.That(await End(owner, cx), Is.EqualTo("Canceled"));
        Assert.That(finalized);
    }));

    [Test]
    public void A_scope_that_runs_its_finalizers_says_so_and_admits_nothing() => Run(async cx =>
    {
        Scope? left = null;
        await cx.ScopeAsync(scope =>
        {
            left = scope;
            scope.OnClose(async c =>
            {
                await c.YieldAsync();
                Assert.That(scope.State, Is.EqualTo(ScopeState.Finalizing));
                Assert.That(() => scope.Spawn(static _ => Task.CompletedTask), Throws.InvalidOperationException);
                Assert.That(() => scope.OnClose(static _ => Task.CompletedTask), Throws.InvalidOperationException);
            });
            return Task.CompletedTask;
        });
        Assert.That(left!.State, Is.EqualTo(ScopeState.Closed));
    });

    [TestCase(true, CancellationKind.LinkedExit)]
    [TestCase(false, CancellationKind.FailFast)]
    public void The_children_of_a_body_that_throws_are_told_whether_it_failed_or_was_cancelled(bool canceled, CancellationKind kind) => Run(async cx =>
    {
        TaskHandle child = default;
        await Thrown<Exception>(() => cx.ScopeAsync(async scope =>
        {
            child = await Start(scope, cx, c => c.DelayAsync(s_long).AsTask());
            throw canceled ? new OperationCanceledException() : new FormatException();
        }));
        Assert.That((await child.OutcomeAsync(cx)).Reason!.RootCause.Kind, Is.EqualTo(kind));
    });

    [Test]
    public void Finalizers_run_under_as_many_masks_as_there_may_be() => Run(async cx =>
    {
        var finalized = false;
        for (var i = 0; i < MaskScope.MaxDepth; i++)
        {
            _ = cx.Mask();
        }

        await cx.ScopeAsync(scope =>
        {
            scope.OnClose(_ =>
            {
                finalized = true;
                return Task.CompletedTask;
            });
            return Task.CompletedTask;
        });
        Assert.That(finalized);
    });

    [Test]
    public void A_fault_is_rethrown_though_the_body_was_cancelled_before_it() => Run(async cx =>
    {
        var fault = await Thrown<FormatException>(() => cx.ScopeAsync(async scope =>
        {
            await Start(scope, cx, async c =>
            {
                await Thrown<CanceledException>(() => c.DelayAsync(s_long).AsTask());
                throw new FormatException("cleanup");
            });
            throw new OperationCanceledException("body");
        }));
        Assert.That(fault.Data[Scope.OtherFaults], Has.One.InstanceOf<OperationCanceledException>());
    });

    [Test]
    public void A_scope_inside_another_one_of_the_same_task_lets_it_end() => Run(async cx =>
    {
        var log = "";
        await cx.ScopeAsync(async outer =>
        {
            var inner = cx.OpenScope();
            inner.Spawn(async c =>
            {
                await c.YieldAsync();
                log += "child ";
            });
            await inner.JoinAsync(cx);
            log += "inner ";
        });
        Assert.That(log + "outer", Is.EqualTo("child inner outer"));
    });

    [Test]
    public void A_scope_in_which_nothing_is_alive_closes_and_runs_its_finalizers() => Run(cx => cx.ScopeAsync(async outer =>
    {
        var log = "";
        var empty = cx.OpenScope();
        await empty.JoinAsync(cx);
        Assert.That(empty.State, Is.EqualTo(ScopeState.Closed));
        Assert.That(() => empty.Spawn(_ => Task.CompletedTask), Throws.InvalidOperationException);
        await using (var finalized = cx.OpenScope())
        {
            finalized.OnClose(_ =>
            {
                log += "finalizer";
                return Task.CompletedTask;
            });
            await finalized.JoinAsync(cx);
        }

        // The scope around both would wait for either for ever.
        Assert.That(log, Is.EqualTo("finalizer"));
    }));

    [Test]
    public void A_scope_that_is_left_twice_closes_once_and_nobody_waits_for_ever() => Run(async cx =>
    {
        await using (var empty = cx.OpenScope())
        {
            await empty.JoinAsync(cx);
            await empty.JoinAsync(cx);
        }

        await cx.ScopeAsync(async scope =>
        {
            await scope.Spawn(_ => Task.CompletedTask).JoinAsync(cx);

            // Nothing is alive in it any more; the body leaves it a second time.
            await scope.JoinAsync(cx);
        });
    });

    [Test]
    public void A_scope_that_two_tasks_leave_lets_both_go_on() => Run(async cx =>
    {
        var shared = cx.OpenScope();
        shared.Spawn(c => c.YieldAsync().AsTask());
        await cx.ScopeAsync(async scope =>
        {
            scope.Spawn(c => shared.JoinAsync(c));
            await shared.JoinAsync(cx);
        });
        Assert.That(shared.State, Is.EqualTo(ScopeState.Closed));
    });

    [Test]
    public void What_runs_in_a_scope_that_its_task_left_open_is_cancelled() => Run(cx => cx.ScopeAsync(
        async scope =>
        {
            var left = default(TaskHandle);
            var owner = scope.Spawn(async c =>
            {
                left = await Start(c.OpenScope(), c, g => g.DelayAsync(s_long).AsTask());
                throw new FormatException("before it could close");
            });
            Assert.That(await End(owner, cx), Is.EqualTo("Faulted"));
            Assert.That(await End(left, cx), Is.EqualTo("Canceled"));
        },
        new ScopeOptions { Faults = FaultPolicy.CollectAll }));

    [Test]
    public void What_runs_in_a_scope_that_its_task_did_not_wait_for_is_cancelled([Values] bool isBodyOver) => Run(cx => cx.ScopeAsync(
        async scope =>
        {
            var left = default(TaskHandle);
            var owner = scope.Spawn(async c =>
            {
                _ = c.ScopeAsync(async inner =>
                {
                    left = inner.Spawn(static g => g.DelayAsync(s_long).AsTask());
                    if (!isBodyOver)
                    {
                        await new TaskCompletionSource().Task;
                    }
                });
                await c.YieldAsync();
                throw new FormatException("before it could wait");
            });
            Assert.That(await End(owner, cx), Is.EqualTo("Faulted"));
            Assert.That(await End(left, cx), Is.EqualTo("Canceled"));
        },
        new ScopeOptions { Faults = FaultPolicy.CollectAll }));

    [Test]
    public void Of_several_scopes_that_a_task_left_open_none_goes_on_because_another_has_failed() => Run(cx => cx.ScopeAsync(
        async scope =>
        {
            var left = default(TaskHandle);
            var owner = scope.Spawn(async c =>
            {
                var failed = c.OpenScope();
                await End(failed.Spawn(static _ => throw new FormatException("child")), c);
                left = await Start(c.OpenScope(), c, g => g.DelayAsync(s_long).AsTask());
                throw new FormatException("before it could close");
            });
            Assert.That(await End(owner, cx), Is.EqualTo("Faulted"));
            Assert.That(await End(left, cx), Is.EqualTo("Canceled"));
        },
        new ScopeOptions { Faults = FaultPolicy.CollectAll }));

    [Test]
    public void A_scope_that_is_draining_admits_no_work() => Run(async cx =>
    {
        var refused = false;
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(async c =>
            {
                while (scope.State == ScopeState.Open)
                {
                    await c.YieldAsync();
                }

                Assert.That(() => scope.Spawn(_ => Task.CompletedTask), Throws.InvalidOperationException);
                refused = true;
            });
            return Task.CompletedTask;
        });
        Assert.That(refused);
    });

    [Test]
    public void A_scope_that_is_draining_admits_no_scope() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var gate = new Notify();
        scope.Spawn(async c => await gate.WaitAsync(c));
        var joined = scope.JoinAsync(cx);
        Assert.That(() => cx.OpenScope(), Throws.InvalidOperationException);
        gate.NotifyOne();
        await joined;
    }));

    [Test]
    public void A_scope_that_was_left_admits_no_work() => Run(async cx =>
    {
        Scope? left = null;
        await cx.ScopeAsync(scope =>
        {
            left = scope;
            return Task.CompletedTask;
        });
        Assert.That(left!.State, Is.EqualTo(ScopeState.Closed));
        Assert.That(() => left.Spawn(_ => Task.CompletedTask), Throws.InvalidOperationException);
        Assert.That(() => left.OnClose(_ => Task.CompletedTask), Throws.InvalidOperationException);
    });

    [Test]
    public void An_opened_scope_ends_normally_with_join() => Run(async cx =>
    {
        var ended = false;
        await using var scope = cx.OpenScope();
        scope.Spawn(async c =>
        {
            await c.YieldAsync();
            ended = true;
        });
        await scope.JoinAsync(cx);
        Assert.That((ended, scope.State), Is.EqualTo((true, ScopeState.Closed)));
    });

    [Test]
    public void Disposal_without_join_cancels_and_drains() => Run(async cx =>
    {
        TaskHandle child;
        await using (var scope = cx.OpenScope())
        {
            child = scope.Spawn(c => c.DelayAsync(s_long));
            await cx.YieldAsync();
        }

        Assert.That(child.IsCompleted);
        Assert.That((await child.OutcomeAsync(cx)).Reason!.RootCause.Kind, Is.EqualTo(CancellationKind.LinkedExit));
    });

    [Test]
    public void Disposal_does_not_replace_the_exception_in_flight() => Run(async cx =>
    {
        var fault = await Thrown<FormatException>(async () =>
        {
            await using var scope = cx.OpenScope();
            scope.Spawn(c => c.DelayAsync(s_long));
            await cx.YieldAsync();
            throw new FormatException("in flight");
        });
        Assert.That(fault.Message, Is.EqualTo("in flight"));
    });

    [Test]
    public void A_fault_that_disposal_swallowed_is_raised_when_the_owner_completes() => Run(cx => cx.ScopeAsync(
        async outer =>
        {
            var owner = outer.Spawn(async c =>
            {
                await using var scope = c.OpenScope();
                scope.Spawn(_ => throw new FormatException("unseen"));
                await c.YieldAsync();
                await c.YieldAsync();
            });
            var outcome = await owner.OutcomeAsync(cx);
            Assert.That((outcome.Kind, outcome.Error?.Message), Is.EqualTo((OutcomeKind.Faulted, "unseen")));
        },
        new ScopeOptions { Faults = FaultPolicy.CollectAll }));

    [Test]
    public void A_context_belongs_to_its_task_alone() => Run(cx => cx.ScopeAsync(async scope =>
    {
        Cx? other = null;
        var child = scope.Spawn(async c =>
        {
            other = c;
            await Thrown<InvalidOperationException>(() => cx.YieldAsync().AsTask());
        });
        Assert.That(await End(child, cx), Is.EqualTo("Ok"));
        Assert.That(() => other!.Checkpoint(), Throws.InvalidOperationException, "its task has ended");
    }));
}
