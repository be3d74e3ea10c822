using Lab.Core.Cancellation;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using NUnit.Framework;

namespace Lab.Properties.Specs;

/// <summary>semantics.md, section 3: tasks, outcomes, handles, join, race, timeout; and what flows into a task.</summary>
public sealed class TaskSpec(HostKind host) : Spec(host)
{
    private static readonly AsyncLocal<string?> s_local = new();
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(2);

    [Test]
    public void A_tree_of_joins_has_every_leaf_once([Values] bool pooled) => Run(async cx =>
    {
        var leaves = 0;
        await Branch(cx, 5);

        // A branch of n has those of n - 1 and n - 2, and one of 0 or 1 is a leaf: 1, 1, 2, 3, 5, 8.
        Assert.That(leaves, Is.EqualTo(8));

        async Task Branch(Cx c, int n)
        {
            if (n < 2)
            {
                Interlocked.Increment(ref leaves);
                return;
            }

            await using var scope = c.OpenScope();
            var left = scope.Spawn(static (branch, d) => branch(d), (Cx d) => Branch(d, n - 1), pooled ? SpawnOptions.Pooled : null);
            await Branch(c, n - 2);
            await left.JoinAsync(c);
            await scope.JoinAsync(c);
        }
    });

    [Test]
    public void Join_waits_for_all_branches_and_gives_their_outcomes_in_order() => Run(async cx =>
    {
        var finished = false;
        var outcomes = await cx.JoinAllAsync(
        [
            _ => throw new FormatException("early"),
            async c =>
            {
                await c.DelayAsync(s_short);
                finished = true;
            },
            c => throw new OperationCanceledException(),
        ]);
        Assert.That(outcomes.Select(outcome => outcome.Kind), Is.EqualTo(new[] { OutcomeKind.Faulted, OutcomeKind.Ok, OutcomeKind.Canceled }));
        Assert.That(finished);
    });

    [Test]
    public void A_body_with_a_state_is_given_it_pooled_or_not([Values] bool pooled) => Run(async cx =>
    {
        var sums = new int[3];
        await cx.ScopeAsync(scope =>
        {
            for (var i = 0; i < sums.Length; i++)
            {
                scope.Spawn(
                    static async (state, c) =>
                    {
                        await c.YieldAsync();
                        state.Sums[state.Index] = state.Index + 1;
                    },
                    (Sums: sums, Index: i),
                    pooled ? SpawnOptions.Pooled : null);
            }

            return Task.CompletedTask;
        });
        Assert.That(sums, Is.EqualTo(new[] { 1, 2, 3 }));
    });

    [Test]
    public void How_a_pooled_task_ended_is_known_whatever_its_record_does_afterwards() => Run(async cx =>
    {
        await using var scope = cx.OpenScope(new ScopeOptions { Faults = FaultPolicy.CollectAll });
        var tasks = new List<(TaskHandle Task, OutcomeKind Kind)>();
        for (var i = 0; i < 9; i++)
        {
            var kind = (OutcomeKind)(i % 3);
            tasks.Add((scope.Spawn(End, kind, SpawnOptions.Pooled), kind));
            if (i % 2 == 0)
            {
                await cx.YieldAsync();
            }
        }

        foreach (var (task, kind) in tasks)
        {
            Assert.That((await task.OutcomeAsync(cx)).Kind, Is.EqualTo(kind));
            Assert.That((task.IsCompleted, task.Cancel()), Is.EqualTo((true, false)));
        }

        await scope.JoinAsync(cx);

        static async Task End(OutcomeKind kind, Cx c)
        {
            await c.YieldAsync();
            switch (kind)
            {
                case OutcomeKind.Canceled:
                    throw new OperationCanceledException();
                case OutcomeKind.Faulted:
                    throw new FormatException();
            }
        }
    });

    [Test]
    public void A_race_returns_after_the_losers_have_been_cancelled_and_drained() => Run(async cx =>
    {
        var drained = false;
        var winner = await cx.RaceAsync<string>(
        [
            async c =>
            {
                await c.YieldAsync();
                return "fast";
            },
            async c =>
            {
                try
                {
                    await c.DelayAsync(s_long);
                }
                catch (CanceledException e) when (e.Reason.Kind == CancellationKind.RaceLost)
                {
                    using var mask = c.Mask();
                    await c.YieldAsync();
                    drained = true;
                    throw;
                }

                return "slow";
            },
        ]);
        Assert.That((winner, drained), Is.EqualTo(("fast", true)));
    });

    [Test]
    public void A_losers_fault_is_not_swallowed() => Run(async cx =>
    {
        var fault = await Thrown<FormatException>(() => cx.RaceAsync<int>(
        [
            async c =>
            {
                await c.YieldAsync();
                return 1;
            },
            async c =>
            {
                try
                {
                    await c.DelayAsync(s_long);
                }
                catch (CanceledException)
                {
                    throw new FormatException("loser");
                }

                return 2;
            },
        ]));
        Assert.That(fault.Message, Is.EqualTo("loser"));
    });

    [Test]
    public void A_race_of_two_is_won_by_either() => Outcomes(
        cx => cx.RaceAsync<string>([.. new[] { "a", "b" }.Select(name => new Func<Cx, Task<string>>(async c =>
        {
            await c.YieldAsync();
            return name;
        }))]),
        "a",
        "b");

    [Test]
    public void A_race_of_nothing_ends_only_when_cancelled() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var race = scope.Spawn(c => c.RaceAsync<int>([]));
        for (var i = 0; i < 5; i++)
        {
            await cx.YieldAsync();
        }

        Assert.That(race.IsCompleted, Is.False);
        race.Cancel();
        Assert.That(await End(race.Untyped, cx), Is.EqualTo("Canceled"));
    }));

    [Test]
    public void A_timeout_asks_the_work_to_stop_and_waits_until_it_has() => Run(async cx =>
    {
        var stopped = false;
        await Thrown<TimeoutException>(() => cx.TimeoutAsync(s_short, async c =>
        {
            try
            {
                await c.DelayAsync(s_long);
            }
            finally
            {
                stopped = true;
            }
        }));
        Assert.That(stopped);
    });

    [Test]
    public void Work_that_ends_without_having_noticed_its_timeout_wins() => Run(async cx =>
    {
        var result = await cx.TimeoutAsync(s_short, async c =>
        {
            using var mask = c.Mask();
            await c.DelayAsync(s_short * 3);
            return 7;
        });
        Assert.That(result, Is.EqualTo(7));
    });

    [Test]
    public void Only_the_limit_itself_makes_a_timeout([Values] bool saysTimeout) => Run(async cx =>
    {
        // The work stops for a reason of its own, of whatever kind.
        var ended = await Thrown<CanceledException>(() => cx.TimeoutAsync(s_long, c =>
        {
            c.Cancel(Reason(saysTimeout ? CancellationKind.Timeout : CancellationKind.User));
            c.Checkpoint();
            return Task.CompletedTask;
        }));
        Assert.That(ended.Reason.Message, Is.EqualTo("spec"));
    });

    [Test]
    public void A_limit_that_did_not_pass_leaves_no_timer_behind() => Run(async cx =>
    {
        var timers = cx.Task.Scheduler.Timers.Queue;
        var before = timers.Count;
        await cx.TimeoutAsync(s_long, async c =>
        {
            await c.YieldAsync();
            Assert.That(timers.Count, Is.EqualTo(before + 1));
        });
        Assert.That(timers.Count, Is.EqualTo(before));
    });

    [Test]
    public void A_race_and_a_timeout_of_a_cancelled_task_end_with_its_own_reason() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var timed = await Start(scope, cx, c => c.TimeoutAsync(s_long, static w => w.DelayAsync(Timeout.InfiniteTimeSpan).AsTask()));
        var raced = await Start(scope, cx, c => c.RaceAsync<int>([async b =>
        {
            await b.DelayAsync(Timeout.InfiniteTimeSpan);
            return 1;
        }]));
        timed.Cancel("mine");
        raced.Cancel("mine");
        Assert.That((await timed.OutcomeAsync(cx)).Reason!.Message, Is.EqualTo("mine"));
        Assert.That((await raced.OutcomeAsync(cx)).Reason!.Message, Is.EqualTo("mine"));
    }));

    [Test]
    public void What_was_done_although_the_caller_was_cancelled_is_not_lost() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (result, winner, outcomes) = (0, 0, Array.Empty<Outcome>());
        var go = new Notify();
        async Task<int> Work(Cx c)
        {
            using var mask = c.Mask();
            await go.WaitAsync(c);
            return 7;
        }

        var timed = await Start(scope, cx, async c => result = await c.TimeoutAsync(s_long, Work));
        var raced = await Start(scope, cx, async c => winner = await c.RaceAsync<int>([Work, Work]));
        var joined = await Start(scope, cx, async c => outcomes = await c.JoinAllAsync([Work, c => c.DelayAsync(s_long).AsTask()]));
        await cx.YieldAsync();
        TaskHandle[] all = [timed, raced, joined];
        Array.ForEach(all, static task => task.Cancel());
        while (!Array.TrueForAll(all, static task => task.IsCompleted))
        {
            go.NotifyOne();
            await cx.YieldAsync();
        }

        Assert.That((await End(timed, cx), result), Is.EqualTo(("Ok", 7)));
        Assert.That((await End(raced, cx), winner), Is.EqualTo(("Ok", 7)));
        Assert.That((await End(joined, cx), string.Join(' ', outcomes.Select(outcome => outcome.Kind))), Is.EqualTo(("Ok", "Ok Canceled")));
    }));

    [TestCase("race")]
    [TestCase("timeout")]
    public void What_failed_while_the_caller_was_cancelled_is_not_lost(string which) => Run(cx => cx.ScopeAsync(
        async scope =>
        {
            var task = await Start(scope, cx, c => Combine(which, c, static async w =>
            {
                try
                {
                    await w.DelayAsync(s_long);
                    return 1;
                }
                catch (CanceledException)
                {
                    throw new FormatException();
                }
            }));
            task.Cancel();
            Assert.That((await task.OutcomeAsync(cx)).Error, Is.TypeOf<FormatException>());
        },
        new ScopeOptions { Faults = FaultPolicy.CollectAll }));

    [TestCase("race")]
    [TestCase("timeout")]
    [TestCase("join")]
    public void What_a_task_waits_for_beside_them_is_cancelled_all_the_same(string which) => Run(cx => cx.ScopeAsync(async scope =>
    {
        var never = new Notify();
        var task = await Start(scope, cx, async c =>
        {
            // Begun first, so that the other wait begins while it waits for its branches.
            var combined = Combine(which, c, async b =>
            {
                await never.WaitAsync(b);
                return 1;
            });
            await Task.WhenAll(combined, never.WaitAsync(c).AsTask());
        });
        task.Cancel("mine");
        Assert.That((await task.OutcomeAsync(cx)).ToString(), Does.StartWith("Canceled"));
    }));

    [TestCase("race")]
    [TestCase("timeout")]
    [TestCase("join")]
    public void Their_end_leaves_a_mask_that_was_taken_meanwhile(string which) => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (go, branchEnds) = (new Notify(), new Notify());
        var task = await Start(scope, cx, async c =>
        {
            var combined = Combine(which, c, async b =>
            {
                using var mask = b.Mask();
                await branchEnds.WaitAsync(b);
                return 1;
            });
            using (c.Mask())
            {
                await go.WaitAsync(c);
                branchEnds.NotifyOne();
                while (!combined.IsCompleted)
                {
                    await c.YieldAsync();
                }

                c.Checkpoint();
            }

            await combined;
        });
        task.Cancel();
        go.NotifyOne();
        Assert.That(await End(task, cx), Is.EqualTo("Ok"));
    }));

    private static Task Combine(string which, Cx cx, Func<Cx, Task<int>> work) => which switch
    {
        "race" => cx.RaceAsync([work]),
        "timeout" => cx.TimeoutAsync(s_long, work),
        _ => cx.JoinAllAsync([work]),
    };

    [Test]
    public void Work_that_is_done_in_time_wins() => Run(async cx => Assert.That(await cx.TimeoutAsync(s_long, _ => Task.FromResult(7)), Is.EqualTo(7)));

    [Test]
    public void Abandoning_the_wait_for_a_task_does_not_cancel_it() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var go = new Notify();
        var worker = await Start(scope, cx, c => go.WaitAsync(c).AsTask());
        var waiter = scope.Spawn(c => worker.JoinAsync(c).AsTask());
        await cx.YieldAsync();
        waiter.Cancel();
        Assert.That(await End(waiter, cx), Is.EqualTo("Canceled"));
        go.NotifyOne();
        Assert.That(await End(worker, cx), Is.EqualTo("Ok"));
    }));

    [Test]
    public void A_join_that_was_cancelled_is_not_ended_again_by_its_task() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var (go, other, waits) = (new Notify(), new Notify(), new AsyncSemaphore(0));
        var woken = false;
        var worker = await Start(scope, cx, c => go.WaitAsync(c).AsTask());
        var joiner = await Start(scope, cx, async c =>
        {
            await Thrown<CanceledException>(() => worker.JoinAsync(c).AsTask());

            // The node that waited for the worker waits for something else now.
            using var mask = c.Mask();
            var wait = other.WaitAsync(c);
            waits.Release();
            await wait;
            Volatile.Write(ref woken, true);
        });
        joiner.Cancel();
        await waits.AcquireAsync(cx);
        go.NotifyOne();
        await End(worker, cx);
        for (var i = 0; i < 5; i++)
        {
            await cx.YieldAsync();
        }

        Assert.That(Volatile.Read(ref woken), Is.False);
        other.NotifyOne();
        await End(joiner, cx);
    }));

    [Test]
    public void Everybody_who_joins_a_task_hears_of_its_end() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var go = new Notify();
        var worker = await Start(scope, cx, c => go.WaitAsync(c).AsTask());
        var joiners = new[] { scope.Spawn(c => worker.JoinAsync(c).AsTask()), scope.Spawn(c => worker.JoinAsync(c).AsTask()) };
        await cx.YieldAsync();
        go.NotifyOne();
        foreach (var joiner in joiners)
        {
            Assert.That(await End(joiner, cx), Is.EqualTo("Ok"));
        }
    }));

    [Test]
    public void Joining_throws_what_the_task_ended_with_and_the_scope_does_not_again() => Run(async cx =>
    {
        var caught = "";
        await cx.ScopeAsync(
            async scope =>
            {
                var child = scope.Spawn<int>(_ => throw new FormatException("mine"));
                caught = (await Thrown<FormatException>(() => child.JoinAsync(cx).AsTask())).Message;
            },
            new ScopeOptions { Faults = FaultPolicy.CollectAll });
        Assert.That(caught, Is.EqualTo("mine"));
    });

    [Test]
    public void With_fail_fast_the_scope_throws_what_a_joiner_has_seen_already() => Run(async cx =>
    {
        var seen = "";
        var fault = await Thrown<FormatException>(() => cx.ScopeAsync(async scope =>
        {
            var child = scope.Spawn(static _ => throw new FormatException("mine"));
            using var mask = cx.Mask();
            seen = (await child.OutcomeAsync(cx)).Error!.Message;
        }));
        Assert.That((seen, fault.Message), Is.EqualTo(("mine", "mine")));
    });

    [Test]
    public void An_async_void_keeps_its_task_alive_and_its_exception_faults_it() => Run(cx => cx.ScopeAsync(
        async scope =>
        {
            var (log, task) = ("", default(TaskHandle));
            async void Later(Cx c)
            {
                await c.YieldAsync();
                log += "later";
            }

            async void Throw(Cx c)
            {
                await c.YieldAsync();
                throw new FormatException("void");
            }

            task = scope.Spawn(c =>
            {
                Later(c);
                return Task.CompletedTask;
            });
            Assert.That(await End(task, cx), Is.EqualTo("Ok"));
            Assert.That(log, Is.EqualTo("later"));
            var faulty = scope.Spawn(c =>
            {
                Throw(c);
                return Task.CompletedTask;
            });
            Assert.That((await faulty.OutcomeAsync(cx)).Error?.Message, Is.EqualTo("void"));
        },
        new ScopeOptions { Faults = FaultPolicy.CollectAll }));

    [Test]
    public void AsyncLocal_flows_into_a_task_and_not_back() => Run(async cx =>
    {
        s_local.Value = "parent";
        var seen = "";
        await cx.ScopeAsync(async scope =>
        {
            scope.Spawn(async c =>
            {
                await c.YieldAsync();
                seen = s_local.Value;
                s_local.Value = "child";
                await c.YieldAsync();
                seen += " " + s_local.Value;
            });
            await cx.YieldAsync();
        });
        Assert.That((seen, s_local.Value), Is.EqualTo(("parent child", "parent")));
    });

    [Test]
    public void What_a_body_leaves_in_the_execution_context_without_a_suspension_is_gone_after_it() => Run(async cx =>
    {
        s_local.Value = "parent";
        await cx.ScopeAsync(async scope =>
        {
            await scope.Spawn(_ =>
            {
                Assert.That(s_local.Value, Is.EqualTo("parent"));
                s_local.Value = "child";
                return Task.CompletedTask;
            }).JoinAsync(cx);
            Assert.That(s_local.Value, Is.EqualTo("parent"));
            await scope.Spawn(static _ =>
            {
                ExecutionContext.SuppressFlow();
                return Task.CompletedTask;
            }).JoinAsync(cx);
            Assert.That((s_local.Value, ExecutionContext.IsFlowSuppressed()), Is.EqualTo(("parent", false)));
        });
    });

    [Test]
    public void Continuations_of_one_task_never_run_in_parallel_and_come_home() => Run(async cx =>
    {
        var inside = 0;
        async Task Branch(Task start)
        {
            await start;
            Assert.That(Interlocked.Increment(ref inside), Is.EqualTo(1));
            Thread.SpinWait(50);
            Interlocked.Decrement(ref inside);
            await cx.YieldAsync();
        }

        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var branches = Enumerable.Range(0, 4).Select(_ => Branch(go.Task)).ToArray();
        await cx.ScopeAsync(async scope =>
        {
            scope.Spawn(_ =>
            {
                go.SetResult();
                return Task.CompletedTask;
            });
            await Task.WhenAll(branches);
        });
    });

    [Test]
    public void Three_tasks_run_in_all_six_orders() => Outcomes(
        async cx =>
        {
            var log = new System.Collections.Concurrent.ConcurrentQueue<string>();
            await cx.JoinAllAsync([.. new[] { "a", "b", "c" }.Select(name => new Func<Cx, Task>(_ =>
            {
                log.Enqueue(name);
                return Task.CompletedTask;
            }))]);
            return string.Concat(log);
        },
        "abc",
        "acb",
        "bac",
        "bca",
        "cab",
        "cba");
}
