using Lab.Core.Cancellation;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Oracles;
using NUnit.Framework;

namespace Lab.Properties.Execution;

/// <summary>
/// What a task started and did not await goes on outside when the task has ended, where the BCL resumes it: a cache that loads on behalf of all, in the task of
/// whoever came first.
/// </summary>
[TestFixture]
internal sealed class AfterTheEndTests
{
    [Test]
    public void Who_waits_for_what_goes_on_outside_is_told_of_an_escape()
    {
        var verdict = Explorer.Explore(cx => LoadForAll(cx, static (_, load) => load())).Failure!.Verdict;
        Assert.That(verdict.Kind, Is.EqualTo(VerdictKind.Escape));
        Assert.That(verdict.FirstLine, Does.StartWith("T0.1 \"impatient\" had ended when an async method that it had started was to go on").And.EndsWith("a scope that outlives its callers."));
        Assert.That(verdict.Message, Does.Contain("T0.2 \"patient\""));
    }

    // Its wait for the core is told at once. What it waits for of the BCL then is set in a step, and it does not go on on a thread outside beside the others.
    [TestCase("random")]
    [TestCase("dpor")]
    public void What_first_waited_for_the_core_goes_on_outside_of_the_lab_in_no_execution(string strategy)
    {
        var verdict = Explorer.Explore(Program, new ExploreOptions { Strategy = strategy, Executions = 100 }).Failure!.Verdict;
        Assert.That(verdict.FirstLine, Is.EqualTo("InvalidOperationException: it has not gone on"));
        Assert.That(verdict.Notes, Has.Exactly(1).StartsWith("T0.1 had ended when an async method that it had started was to go on"));

        static async Task Program(Cx cx)
        {
            var (never, answer, hasGoneOn) = (new Notify(), new TaskCompletionSource(), false);
            await cx.ScopeAsync(scope =>
            {
                scope.Spawn(c =>
                {
                    _ = Rest(c);
                    return Task.CompletedTask;
                });
                scope.Spawn(async c =>
                {
                    await c.YieldAsync();
                    answer.SetResult();
                });
                scope.Spawn(static async c => await c.YieldAsync());
                return Task.CompletedTask;
            });
            for (var i = 0; i < 20; i++)
            {
                await cx.YieldAsync();
            }

            if (!hasGoneOn)
            {
                throw new InvalidOperationException("it has not gone on");
            }

            async Task Rest(Cx c)
            {
                try
                {
                    await never.WaitAsync(c);
                }
                catch (InvalidOperationException)
                {
                    await answer.Task;
                    hasGoneOn = true;
                }
            }
        }
    }

    [Test]
    public void Another_failure_has_a_note_of_it() => Assert.That(
        Explorer.Explore(static async cx =>
        {
            var answer = new TaskCompletionSource();
            await cx.ScopeAsync(scope =>
            {
                scope.Spawn(_ => Leave(answer.Task, static () => { }));
                return Task.CompletedTask;
            });
            answer.SetResult();
            throw new InvalidOperationException("of its own");
        }).Failure!.Verdict.Notes,
        Has.Exactly(1).StartsWith("T0.1 had ended when an async method that it had started was to go on"));

    [Test]
    public void In_a_task_of_its_own_it_goes_on() => Judge.MustPass(cx => LoadForAll(cx, static (scope, load) =>
    {
        var loaded = new TaskCompletionSource();
        scope.Spawn(
            async _ =>
            {
                await load();
                loaded.SetResult();
            },
            name: "load");
        return loaded.Task;
    }));

    [Test]
    public void Other_failures_do_not_speak_of_it() => Assert.That(
        Explorer.Explore(static async cx =>
        {
            await cx.ScopeAsync(static scope =>
            {
                scope.Spawn(static async c =>
                {
                    _ = Forgotten(c);
                    await c.YieldAsync();
                });
                return Task.CompletedTask;
            });
            throw new InvalidOperationException("of its own");
        }).Failure!.Verdict.Notes,
        Is.Empty);

    [TestCase(false)]
    [TestCase(true)]
    public async Task Natively_what_comes_after_the_end_goes_on_and_not_in_a_task(bool isThereAtTheEnd)
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = new TaskCompletionSource<SynchronizationContext?>();
        await using var runtime = new Runtime(new RuntimeOptions { Workers = 2 });
        await runtime.RunAsync(_ =>
        {
            var left = Leave(answer.Task, () => seen.SetResult(SynchronizationContext.Current));
            if (isThereAtTheEnd)
            {
                // Posted inside of the last step, behind which no step comes.
                answer.SetResult();
            }

            return left;
        });
        answer.TrySetResult();
        Assert.That(await seen.Task, Is.Null);
    }

    [Test]
    public async Task Natively_all_of_it_goes_on_whenever_it_comes_and_one_after_the_other()
    {
        const int Rounds = 2_000;
        const int Each = 4;
        await using var runtime = new Runtime(new RuntimeOptions { Workers = 2 });
        for (var round = 0; round < Rounds; round++)
        {
            var answers = Enumerable.Range(0, Each).Select(static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
            var running = 0;
            var most = 0;
            var rest = new Task[Each];
            var task = runtime.RunAsync(_ =>
            {
                for (var i = 0; i < Each; i++)
                {
                    var answer = answers[i].Task;
                    rest[i] = GoOn(answer);
                }

                return Task.CompletedTask;
            });

            // Some before the end, some after it, and some while it ends.
            foreach (var answer in answers)
            {
                answer.SetResult();
            }

            await task;
            await Task.WhenAll(rest);
            Assert.That(most, Is.EqualTo(1));

            async Task GoOn(Task answer)
            {
                await answer;
                most = Math.Max(most, Interlocked.Increment(ref running));
                Interlocked.Decrement(ref running);
            }
        }
    }

    [Test]
    public async Task A_callback_that_throws_after_the_end_is_an_unobserved_fault_and_the_next_one_runs()
    {
        var told = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var runtime = new Runtime(new RuntimeOptions { Workers = 1, UnobservedFault = told.SetResult });
        SynchronizationContext? left = null;
        await runtime.RunAsync(_ =>
        {
            left = SynchronizationContext.Current;
            return Task.CompletedTask;
        });
        left!.Post(static _ => throw new InvalidOperationException("late"), null);
        Assert.That((await told.Task).Message, Is.EqualTo("late"));
        left.Post(_ => next.SetResult(), null);
        await next.Task;
    }

    [Test]
    public async Task A_context_does_not_serve_what_goes_on_after_its_task()
    {
        var answer = new TaskCompletionSource();
        await using var runtime = new Runtime(new RuntimeOptions { Workers = 1 });
        Task? rest = null;
        await runtime.RunAsync(cx =>
        {
            rest = GoOn(cx);
            return Task.CompletedTask;
        });
        answer.SetResult();
        await Assert.ThatAsync(() => rest!, Throws.InvalidOperationException);

        async Task GoOn(Cx cx)
        {
            await answer.Task;
            await cx.YieldAsync();
        }
    }

    [Test]
    public void On_a_runtime_without_threads_it_goes_on_as_well()
    {
        var answer = new TaskCompletionSource();
        var went = new TaskCompletionSource();
        using var runtime = new CooperativeRuntime();
        var task = runtime.RunAsync(_ => Leave(answer.Task, went.SetResult));
        while (!task.IsCompleted)
        {
            runtime.RunFor(TimeSpan.FromMilliseconds(8));
        }

        answer.SetResult();
        Assert.That(() => went.Task.IsCompleted, Is.True.After(10_000, 1));
    }

    [TestCase(false, false)]
    [TestCase(true, false)]
    [TestCase(false, true)]
    public void What_waits_for_the_core_when_its_task_ends_is_told_and_whoever_waits_for_that(bool isCancelled, bool awaitsCoreOnly)
    {
        Judge.MustPass(Program);
        foreach (var workers in new[] { 1, 2 })
        {
            using var runtime = new Runtime(new RuntimeOptions { Workers = workers });
            Assert.That(runtime.RunAsync(Program).Wait(TimeSpan.FromSeconds(30)), Is.True);
        }

        Task Program(Cx cx) => cx.ScopeAsync(async scope =>
        {
            var (never, cleanedUp) = (new Notify(), 0);
            Task? left = null;
            var task = scope.Spawn(
                async (_, c) =>
                {
                    left = Outer(c);
                    if (isCancelled)
                    {
                        await c.DelayAsync(TimeSpan.FromHours(1));
                    }
                },
                0,
                new SpawnOptions { AwaitsCoreOnly = awaitsCoreOnly });
            await cx.YieldAsync();
            if (isCancelled)
            {
                task.Cancel();
            }

            await task.OutcomeAsync(cx);
            var error = await left!.ContinueWith(static ended => ended.Exception?.InnerException, TaskContinuationOptions.ExecuteSynchronously);
            Assert.That((left.IsCanceled, error?.GetType(), cleanedUp), Is.EqualTo((isCancelled, isCancelled ? null : typeof(InvalidOperationException), 1)));

            // Two levels: what waits for the one that is told is told in turn.
            async Task Outer(Cx c) => await Inner(c);

            async Task Inner(Cx c)
            {
                try
                {
                    await never.WaitAsync(c);
                }
                finally
                {
                    cleanedUp++;
                }
            }
        });
    }

    [Test]
    public async Task What_a_step_leaves_that_ends_after_the_shutdown_goes_on_as_well()
    {
        var (answer, begun, goOn) = (new TaskCompletionSource(), new TaskCompletionSource(), new ManualResetEventSlim());
        var (never, left) = (new Notify(), Array.Empty<Task>());
        var runtime = new Runtime(new RuntimeOptions { Workers = 1, StopPatience = TimeSpan.FromMilliseconds(1) });
        _ = runtime.RunAsync(cx =>
        {
            left = [Bcl(), Core(cx)];
            begun.SetResult();
            goOn.Wait();
            return Task.CompletedTask;
        });
        await begun.Task;
        await runtime.ShutdownAsync(TimeSpan.Zero);
        goOn.Set();
        answer.SetResult();
        await Assert.ThatAsync(() => left[1], Throws.InstanceOf<CanceledException>());
        await left[0];

        async Task Bcl() => await answer.Task;

        async Task Core(Cx cx) => await never.WaitAsync(cx);
    }

    [Test]
    public async Task A_scope_that_its_task_left_open_ends_once_though_its_finalizer_goes_on_outside()
    {
        var (answer, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var runtime = new Runtime(new RuntimeOptions { Workers = 1 });
        Scope? outer = null;
        Task? inner = null;
        await runtime.RunAsync(cx =>
        {
            // Nobody waits for either. In the outer one a task is still alive when the finalizer of the inner one goes on.
            _ = cx.ScopeAsync(scope =>
            {
                outer = scope;
                scope.Spawn(_ => go.Task);
                inner = cx.ScopeAsync(scope =>
                {
                    scope.OnClose(_ => answer.Task);
                    return Task.CompletedTask;
                });
                return inner;
            });
            return Task.CompletedTask;
        });
        answer.SetResult();
        await inner!;
        Assert.That(outer!.State, Is.EqualTo(ScopeState.Draining));
        go.SetResult();
        Assert.That(() => outer.State, Is.EqualTo(ScopeState.Closed).After(10_000, 1));
    }

    // With a fault the race faults. A cancellation that comes from nowhere ends the branch as canceled, and it is the first that has ended.
    [TestCase(OutcomeKind.Faulted)]
    [TestCase(OutcomeKind.Canceled)]
    public void A_race_ends_though_an_async_void_has_ended_its_branch_without_its_body(OutcomeKind end)
    {
        Judge.MustPass(Program);
        using var runtime = new Runtime(new RuntimeOptions { Workers = 2 });
        Assert.That(runtime.RunAsync(Program).Wait(TimeSpan.FromSeconds(30)), Is.True);

        Task Program(Cx cx) => cx.ScopeAsync(
            async scope =>
            {
                var never = new Notify();
                var task = scope.Spawn(c => c.RaceAsync<int>(
                [
                    async branch =>
                    {
                        await never.WaitAsync(branch);
                        return 0;
                    },
                    async branch =>
                    {
                        Escape(branch);
                        await never.WaitAsync(branch);
                        return 1;
                    },
                ]));
                var outcome = await task.Untyped.OutcomeAsync(cx);
                Assert.That(outcome.Kind, Is.EqualTo(end));
                Assert.That(outcome.Error, end == OutcomeKind.Faulted ? Is.TypeOf<FormatException>() : Is.Null);
            },
            new ScopeOptions { Faults = FaultPolicy.CollectAll });

        async void Escape(Cx cx)
        {
            await cx.YieldAsync();
            throw end == OutcomeKind.Faulted ? new FormatException() : new OperationCanceledException();
        }
    }

    [Test]
    public void So_it_does_when_its_caller_is_cancelled_while_the_branch_cleans_up()
    {
        Judge.MustPass(Program);
        using var runtime = new Runtime(new RuntimeOptions { Workers = 2 });
        Assert.That(runtime.RunAsync(Program).Wait(TimeSpan.FromSeconds(30)), Is.True);

        static Task Program(Cx cx) => cx.ScopeAsync(async scope =>
        {
            var (never, begun) = (new Notify(), new Notify());
            var task = scope.Spawn(c => c.RaceAsync<int>([async branch =>
            {
                Tick(branch);
                begun.NotifyOne();
                try
                {
                    await never.WaitAsync(branch);
                    return 1;
                }
                finally
                {
                    using var masked = branch.Mask();
                    await branch.YieldAsync();
                    await branch.DelayAsync(TimeSpan.FromMilliseconds(1));
                }
            }]));
            await begun.WaitAsync(cx);
            task.Cancel("enough");
            Assert.That((await task.Untyped.OutcomeAsync(cx)).Kind, Is.EqualTo(OutcomeKind.Canceled));
        });

        static async void Tick(Cx cx)
        {
            while (true)
            {
                await cx.DelayAsync(TimeSpan.FromHours(1));
            }
        }
    }

    // Starts something and does not wait for it.
    private static Task Leave(Task awaited, Action then)
    {
        _ = GoOn();
        return Task.CompletedTask;

        async Task GoOn()
        {
            await awaited;
            then();
        }
    }

    // The first caller starts it, and goes away; the second waits for it.
    private static async Task LoadForAll(Cx cx, Func<Scope, Func<Task>, Task> start)
    {
        var begun = new TaskCompletionSource<Task>();
        await cx.ScopeAsync(async scope =>
        {
            var impatient = scope.Spawn(
                async c =>
                {
                    begun.SetResult(start(scope, () => Load(c.Clock)));
                    await c.DelayAsync(TimeSpan.FromHours(1));
                },
                name: "impatient");
            var loading = await begun.Task;
            var patient = scope.Spawn(_ => loading, name: "patient");
            impatient.Cancel();
            await patient.JoinAsync(cx);
        });
    }

    // The rest of it, an empty one, is resumed where it was started.
    private static async Task Load(TimeProvider clock) => await Task.Delay(TimeSpan.FromSeconds(1), clock);

    // Waits for the core: its wait ends with the task, which is no continuation that comes too late.
    private static async Task Forgotten(Cx cx) => await cx.DelayAsync(TimeSpan.FromHours(1));
}
