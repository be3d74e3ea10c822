using Lab.Core.Channels;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Properties.Execution;
using Lab.Sharing;
using NUnit.Framework;

namespace Lab.Properties.Exploration;

/// <summary>What a program depends on and the lab does not see: other inputs, and sharing that was not declared.</summary>
[TestFixture]
internal sealed class HiddenInputTests
{
    [Test]
    public void A_static_that_survives_executions_makes_a_program_nondeterministic()
    {
        var runs = 0;
        Judge.MustFind(
            VerdictKind.Nondeterministic,
            async cx =>
            {
                for (var i = 0; i < runs; i++)
                {
                    await cx.YieldAsync();
                }

                runs++;
            },
            "nondeterministic: the same schedule led elsewhere: ",
            "a static that survives executions");
    }

    [Test]
    public void A_failure_that_comes_only_sometimes_is_nondeterministic()
    {
        var runs = 0;
        Judge.MustFind(
            VerdictKind.Nondeterministic,
            cx => ++runs == 3 ? throw new AssertionException("third") : Task.CompletedTask,
            "first it ended with assertion-failed (third), and then with passed");
    }

    [Test]
    public void Notes_that_differ_between_repetitions_are_nondeterministic()
    {
        var runs = 0;
        Judge.MustFind(
            VerdictKind.Nondeterministic,
            cx =>
            {
                cx.Note($"run {++runs}");
                return Task.CompletedTask;
            },
            "it ended with different notes");
    }

    [Test]
    public void A_cancellation_depends_on_the_step_that_ended_the_wait() => Judge.MustPass(static async cx =>
    {
        // Exchanged with the step that wakes, the one that cancels takes the waiter out of the line.
        var (sender, receiver) = Mpsc.Bounded<int>(1);
        await cx.ScopeAsync(scope =>
        {
            var waiter = scope.Spawn(async c => await receiver.ReceiveAsync(c));
            scope.Spawn(c =>
            {
                sender.TrySend(1);
                return Task.CompletedTask;
            });
            scope.Spawn(c =>
            {
                waiter.Cancel();
                return Task.CompletedTask;
            });
            return Task.CompletedTask;
        });
    });

    [Test]
    public void A_plain_field_that_two_tasks_change_is_undeclared_sharing() => Judge.MustFind(
        VerdictKind.UndeclaredSharing, static cx => Order(cx, isDeclared: false), "undeclared-sharing: ", "Use Shared<T> or a primitive of the core.");

    [Test]
    public void The_same_field_declared_passes() => Judge.MustPass(static cx => Order(cx, isDeclared: true));

    [Test]
    public void Without_a_second_linearisation_equal_fingerprints_with_other_notes_are_enough()
    {
        var options = new ExploreOptions { Lab = Judge.Quick, Executions = 300, LinearisationSamples = 0 };
        var failure = Explorer.Explore(static cx => Order(cx, isDeclared: false), options).Failure!;
        Assert.That(failure.Verdict.ToString(), Does.Contain("two executions with the same order of declared operations ended with different notes"));
        Assert.That(failure.Trace!.Verdict.Kind, Is.EqualTo("undeclared-sharing"));
        var again = LabRuntime.Replay(failure.Trace, static cx => Order(cx, isDeclared: false));
        Assert.That(again.Verdict.IsSameAs(failure.Verdict), again.Verdict.ToString());
    }

    [Test]
    public void One_linearisation_says_which_two_steps()
    {
        var failure = Explorer.Explore(static cx => Order(cx, isDeclared: false), new ExploreOptions { Lab = Judge.Quick, Executions = 1, LinearisationSamples = 50 }).Failure!;
        Assert.That(failure.Verdict.FirstLine, Does.Match(
            @"^step \d+ of T0\.\d \(HiddenInputTests\.cs:\d+\) and step \d+ of T0\.\d \(HiddenInputTests\.cs:\d+\) touch nothing in common that was declared, "
            + "but their order matters: with the two exchanged, it ends with different notes"));
    }

    [Test]
    public void Where_the_exchange_leads_the_program_another_way_the_whole_execution_is_kept_and_replays()
    {
        // The first of two yields twice. With their first steps exchanged the other one is the first, and this one has ended when it is to run again, while
        // a third task can.
        var options = new ExploreOptions { Lab = Judge.Quick, Strategy = "random", Executions = 100, LinearisationSamples = 50 };
        var failure = Explorer.Explore(FirstGoesOn, options).Failure!;
        Assert.That(failure.Verdict.Kind, Is.EqualTo(VerdictKind.UndeclaredSharing));
        Assert.That(failure.Verdict.FirstLine, Does.Match("with the two exchanged, the program goes another way: whoever ran in step \\d+ cannot run there now\\.$"));
        var again = LabRuntime.Replay(failure.Trace!, FirstGoesOn);
        Assert.That(ReplayComparison.Of(failure.Trace!, again).Agreement, Is.EqualTo(ReplayAgreement.Exact), again.Verdict.ToString());

        static Task FirstGoesOn(Cx cx)
        {
            var begun = 0;
            return cx.ScopeAsync(scope =>
            {
                for (var i = 0; i < 2; i++)
                {
                    scope.Spawn(c => YieldAsync(c, begun++ == 0 ? 2 : 0));
                }

                scope.Spawn(static c => YieldAsync(c, 4));
                return Task.CompletedTask;
            });
        }

        static async Task YieldAsync(Cx cx, int times)
        {
            for (var i = 0; i < times; i++)
            {
                await cx.YieldAsync();
            }
        }
    }

    [Test]
    public void Without_exchanges_a_lock_of_the_BCL_passes()
    {
        var options = new ExploreOptions { Lab = Judge.Quick, Executions = 100, LinearisationSamples = 0 };
        Assert.That(Judge.Explore(Throttle, options).Kind, Is.EqualTo(VerdictKind.Passed));
    }

    // Whoever comes second finds it done: with their steps exchanged a timer is set, a wait is cancelled, or another one wins. All of that is right.
    [TestCase("limit")]
    [TestCase("token")]
    [TestCase("any")]
    [TestCase("source")]
    [TestCase("endless")]
    public void What_one_task_sets_and_another_waits_for_with_a_limit_is_no_undeclared_sharing(string wait)
    {
        var options = new ExploreOptions { Lab = Judge.Quick, Strategy = "random", Executions = 200, LinearisationSamples = 50 };
        Assert.That(Judge.Explore(Program, options), Is.EqualTo(Verdict.Passed));

        Task Program(Cx cx) => cx.ScopeAsync(scope =>
        {
            var (set, begun) = (new TaskCompletionSource(), new Notify());
            TimeSpan? limit = wait switch
            {
                "source" => TimeSpan.FromSeconds(30),
                "endless" => Timeout.InfiniteTimeSpan,
                _ => null,
            };
            var source = limit is { } time ? new CancellationTokenSource(time, cx.Clock) : null;
            var waiter = scope.Spawn(c =>
            {
                begun.NotifyOne();
                return wait switch
                {
                    "limit" => set.Task.WaitAsync(TimeSpan.FromSeconds(30), c.Clock),
                    "token" => set.Task.WaitAsync(c.CancellationToken),
                    "source" or "endless" => Task.CompletedTask,
                    _ => Task.WhenAny(set.Task, Task.Delay(TimeSpan.FromSeconds(30), c.Clock)),
                };
            });
            scope.Spawn(async c =>
            {
                await c.YieldAsync();
                set.SetResult();
                source?.Cancel();
            });
            scope.Spawn(async c =>
            {
                await begun.WaitAsync(c);
                source?.Cancel();
                if (wait == "token")
                {
                    waiter.Cancel("enough");
                }
            });
            return Task.CompletedTask;
        });
    }

    [TestCase("the limit of a source is set or comes too late")]
    [TestCase("the last of two resumes who waits for both")]
    public void What_two_tasks_do_to_one_object_of_the_BCL_in_either_order_is_no_undeclared_sharing(string what)
    {
        var options = new ExploreOptions { Lab = Judge.Quick, Strategy = "random", Executions = 200, LinearisationSamples = 50 };
        Assert.That(Judge.Explore(Program, options), Is.EqualTo(Verdict.Passed));

        Task Program(Cx cx) => cx.ScopeAsync(scope =>
        {
            var (one, other) = (new TaskCompletionSource(), new TaskCompletionSource());
            var limit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, cx.Clock);
            if (what.StartsWith("the last", StringComparison.Ordinal))
            {
                scope.Spawn(_ => Task.WhenAll(one.Task, other.Task));
                scope.Spawn(_ => Did(one.SetResult));
                scope.Spawn(_ => Did(other.SetResult));
            }
            else
            {
                scope.Spawn(_ => Did(() => limit.CancelAfter(TimeSpan.FromSeconds(1))));
                scope.Spawn(_ => Did(limit.Cancel));
            }

            return Task.CompletedTask;
        });

        static Task Did(Action action)
        {
            action();
            return Task.CompletedTask;
        }
    }

    // Other timers, or none, in the other order: but no object of the BCL is shared by the two steps that are exchanged.
    [TestCase("whether there is a timer")]
    [TestCase("how long a timer is")]
    [TestCase("whether one is taken out")]
    [TestCase("what is done when a source was set")]
    public void A_field_that_decides_what_the_BCL_does_is_found(string what)
    {
        var options = new ExploreOptions { Lab = Judge.Quick, Strategy = "random", Executions = 200, LinearisationSamples = 50 };
        Assert.That(Judge.Explore(Program, options).Kind, Is.EqualTo(VerdictKind.UndeclaredSharing));

        async Task Program(Cx cx)
        {
            var isSet = false;
            var (set, seen) = (new TaskCompletionSource(), new Shared<int>());
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3), cx.Clock);
            await cx.ScopeAsync(scope =>
            {
                scope.Spawn(_ =>
                {
                    isSet = true;
                    set.SetResult();
                    return Task.CompletedTask;
                });
                scope.Spawn(async c =>
                {
                    switch (what)
                    {
                        case "whether there is a timer" when isSet:
                            await Task.Delay(TimeSpan.FromMilliseconds(1), c.Clock);
                            break;
                        case "how long a timer is":
                            await Task.Delay(TimeSpan.FromMilliseconds(isSet ? 2 : 1), c.Clock);
                            break;
                        case "whether one is taken out" when isSet:
                            limit.Dispose();
                            break;
                        case "what is done when a source was set":
                            var wasSet = isSet;
                            await c.YieldAsync();
                            await set.Task;
                            await (wasSet ? Task.CompletedTask : seen.WriteAsync(1, c).AsTask());
                            break;
                    }
                });
                return Task.CompletedTask;
            });
        }
    }

    [Test]
    public void A_field_that_is_written_beside_what_the_BCL_does_in_any_order_is_found()
    {
        var options = new ExploreOptions { Lab = Judge.Quick, Executions = 1, LinearisationSamples = 50 };
        Assert.That(Judge.Explore(Program, options).FirstLine, Does.EndWith("with the two exchanged, it ends with different notes."));

        static async Task Program(Cx cx)
        {
            var last = 0;
            await cx.ScopeAsync(scope =>
            {
                for (var i = 1; i <= 2; i++)
                {
                    var (mine, set) = (i, new TaskCompletionSource());
                    scope.Spawn(async c =>
                    {
                        await c.YieldAsync();
                        last = mine;
                        set.SetResult();
                    });
                    scope.Spawn(_ => set.Task);
                }

                return Task.CompletedTask;
            });
            cx.Note($"last: {last}");
        }
    }

    [Test]
    public void A_failure_that_another_order_of_independent_steps_avoids_says_so() => Judge.MustFind(
        VerdictKind.AssertionFailed,
        static async cx =>
        {
            var order = "";
            await cx.ScopeAsync(scope =>
            {
                foreach (var name in new[] { "a", "b" })
                {
                    scope.Spawn(async c =>
                    {
                        await c.YieldAsync();
                        order += name;
                    });
                }

                return Task.CompletedTask;
            });
            if (order == "ba")
            {
                throw new AssertionException("ba");
            }
        },
        "assertion-failed: ba",
        "note: an execution with the same order of declared operations passed: something is shared that was not declared");

    [Test]
    public void An_oracle_that_was_asked_for_and_saw_nothing_is_a_verdict()
    {
        var options = new ExploreOptions { Lab = Judge.Quick, Executions = 10, Require = ["channel-fifo", "scope-quiescence"] };
        var result = Explorer.Explore(static cx => Order(cx, isDeclared: true), options);
        Assert.That(result.Failure!.Verdict.ToString(), Does.StartWith("not-exercised: not exercised in 10 executions: channel-fifo\n"));
        Assert.That(result.Oracles["channel-fifo"], Is.Zero);
        Assert.That(result.Oracles["scope-quiescence"], Is.GreaterThan(0));
        Assert.That(result.Oracles.Keys, Is.EqualTo(LiveOracles.Names));
    }

    [Test]
    public void An_oracle_that_saw_something_passes()
    {
        var options = new ExploreOptions { Lab = Judge.Quick, Executions = 10, Require = ["wake-after-unlock", "scope-quiescence"] };
        Assert.That(Judge.Explore(static cx => Order(cx, isDeclared: true), options).Kind, Is.EqualTo(VerdictKind.Passed));
    }

    [Test]
    public void An_oracle_that_does_not_exist_is_refused_with_those_that_do() => Assert.That(
        static () => Explorer.Explore(static _ => Task.CompletedTask, new ExploreOptions { Require = ["chanel-fifo"] }),
        Throws.ArgumentException.With.Message.Contains("'chanel-fifo' is not a live oracle; use one of: cancel-monotone, "));

    /// <summary>Two at a time. Who comes third waits, and who that is depends on an order that the lab does not know to matter.</summary>
    private static async Task Throttle(Cx cx)
    {
        using var two = new SemaphoreSlim(2);
        await cx.ScopeAsync(scope =>
        {
            for (var i = 0; i < 3; i++)
            {
                scope.Spawn(async c =>
                {
                    await two.WaitAsync();
                    await c.DelayAsync(TimeSpan.FromMilliseconds(50));
                    two.Release();
                });
            }

            return Task.CompletedTask;
        });
    }

    private static async Task Order(Cx cx, bool isDeclared)
    {
        var plain = 0;
        var declared = new Shared<int>();
        await cx.ScopeAsync(scope =>
        {
            for (var i = 1; i <= 2; i++)
            {
                var mine = i;
                scope.Spawn(async c =>
                {
                    await c.YieldAsync();
                    if (isDeclared)
                    {
                        await declared.WriteAsync(mine, c);
                    }
                    else
                    {
                        plain = mine;
                    }
                });
            }

            return Task.CompletedTask;
        });
        cx.Note($"last: {(isDeclared ? declared.Peek() : plain)}");
    }
}
