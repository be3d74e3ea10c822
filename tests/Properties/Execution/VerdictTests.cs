using Lab.Core.Cancellation;
using Lab.Core.Channels;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Oracles;
using Lab.Sharing;
using NUnit.Framework;

namespace Lab.Properties.Execution;

/// <summary>A small program for each verdict, and the repaired program that passes.</summary>
[TestFixture]
internal sealed class VerdictTests
{
    [Test]
    public void A_lost_update_is_an_assertion_that_failed()
    {
        var verdict = Judge.MustFind(VerdictKind.AssertionFailed, cx => Count(cx, atomically: false), "assertion-failed: expected 2, was 1");
        Assert.That(verdict.Exception, Is.TypeOf<AssertionException>());
    }

    [Test]
    public void An_atomic_update_passes() => Judge.MustPass(cx => Count(cx, atomically: true));

    [Test]
    public void An_exception_that_leaves_the_program_is_the_verdict() => Judge.MustFind(
        VerdictKind.Exception,
        async cx =>
        {
            await cx.YieldAsync();
            throw new InvalidDataException("bad");
        },
        "exception: InvalidDataException: bad");

    [Test]
    public void A_caught_exception_passes() => Judge.MustPass(async cx =>
    {
        try
        {
            await cx.ScopeAsync(scope =>
            {
                scope.Spawn(Fail);
                return Task.CompletedTask;
            });
        }
        catch (InvalidDataException)
        {
        }
    });

    [Test]
    public void A_program_that_ends_canceled_unasked_fails() => Judge.MustFind(
        VerdictKind.Exception,
        cx => throw new OperationCanceledException("enough"),
        "the program ended canceled");

    [Test]
    public void Yielding_for_ever_is_the_step_limit() => Judge.MustFind(
        VerdictKind.StepLimit,
        cx => cx.ScopeAsync(scope =>
        {
            scope.Spawn(Spin, name: "spinner");
            return Task.CompletedTask;
        }),
        "step-limit: 2000 steps without an end: a livelock? The last step was of T0.1 \"spinner\" (its last call of the core: VerdictTests.cs:");

    [Test]
    public void A_primitive_that_forgets_a_waiter_is_a_lost_wakeup() => Judge.MustFind(
        VerdictKind.LostWakeup,
        cx => WaitForEvent(cx, new ForgetfulEvent(forgets: true)),
        "lost wake-up on event@0#1: set, 1 waiting",
        "T0.1 \"waiter\" waits on event@0#1 (set, 1 waiting) (VerdictTests.cs:");

    [Test]
    public void A_primitive_that_remembers_passes() => Judge.MustPass(cx => WaitForEvent(cx, new ForgetfulEvent(forgets: false)));

    [Test]
    public void A_primitive_that_wakes_under_its_gate_is_an_oracle_violation() => Judge.MustFind(
        VerdictKind.OracleViolation,
        cx => WaitForEvent(cx, new ForgetfulEvent(forgets: false, wakesInside: true)),
        "oracle-violation: wake-after-unlock: T0 woke T0.1 \"waiter\" while a gate was held");

    [Test]
    public void A_scope_left_open_is_a_task_leak() => Judge.MustFind(
        VerdictKind.TaskLeak,
        async cx =>
        {
            var scope = cx.OpenScope();
            scope.Spawn(Spin);
            await cx.YieldAsync();
        },
        "task-leak: T0 ended and left scope@0#1 open with 1 live task in it; join or dispose it before the end");

    [Test]
    public void Finalizers_of_a_scope_left_open_are_a_leak_since_they_never_run() => Judge.MustFind(
        VerdictKind.TaskLeak,
        cx =>
        {
            cx.OpenScope().OnClose(static _ => Task.CompletedTask);
            return Task.CompletedTask;
        },
        "task-leak: T0 ended and left scope@0#1 open with finalizers in it, which never run; join or dispose it before the end");

    [Test]
    public void A_scope_that_nobody_awaits_is_a_task_leak() => Judge.MustFind(
        VerdictKind.TaskLeak,
        static async cx =>
        {
            _ = cx.ScopeAsync(static scope =>
            {
                scope.Spawn(Spin);
                return Task.CompletedTask;
            });
            await cx.YieldAsync();
        },
        "task-leak: T0 ended and left scope@0#1 open with 1 live task in it; join or dispose it before the end");

    [Test]
    public void A_scope_that_is_disposed_passes() => Judge.MustPass(async cx =>
    {
        await using var scope = cx.OpenScope();
        scope.Spawn(Spin);
        await cx.YieldAsync();
    });

    [Test]
    public void A_reservation_that_is_neither_sent_nor_aborted_is_a_permit_leak() => Judge.MustFind(
        VerdictKind.PermitLeak,
        cx => Reserve(cx, static _ => { }),
        "permit-leak: T0.1 \"careless\" ended normally and left a permit of channel@0#2 unresolved (its last call: VerdictTests.cs:");

    [Test]
    public void A_reservation_that_is_aborted_passes() => Judge.MustPass(cx => Reserve(cx, static permit => permit.Dispose()));

    [Test]
    public void A_cancelled_task_may_leave_its_reservation() => Judge.MustPass(cx => cx.ScopeAsync(scope =>
    {
        var (tx, _) = Mpsc.Bounded<int>(1);
        scope.Spawn(async c =>
        {
            await tx.ReserveAsync(c);
            scope.Cancel(new CancellationReason(CancellationKind.User, "", c.Clock.GetUtcNow()));
            await c.YieldAsync();
        });
        return Task.CompletedTask;
    }));

    [Test]
    public void The_verdict_of_a_failure_comes_with_a_trace_that_replays_to_it()
    {
        var failure = Lab.Exploration.Explorer.Explore(cx => Count(cx, atomically: false)).Failure!;
        var again = Lab.Exploration.LabRuntime.Replay(failure.Trace!, cx => Count(cx, atomically: false));
        Assert.That(again.Verdict.IsSameAs(failure.Verdict), again.Verdict.ToString());
    }

    [Test]
    public void Unknown_kinds_of_verdict_do_not_exist()
    {
        foreach (var kind in Enum.GetValues<VerdictKind>())
        {
            Assert.That(Verdict.NameOf(kind), Does.Match("^[a-z]+(-[a-z]+)*$"));
        }
    }

    private static async Task Count(Cx cx, bool atomically)
    {
        var counter = new Shared<int>();
        var mutex = new AsyncMutex();
        await cx.ScopeAsync(scope =>
        {
            for (var i = 0; i < 2; i++)
            {
                scope.Spawn(async c =>
                {
                    using (atomically ? await mutex.LockAsync(c) : default)
                    {
                        await counter.WriteAsync(await counter.ReadAsync(c) + 1, c);
                    }
                });
            }

            return Task.CompletedTask;
        });
        if (counter.Peek() != 2)
        {
            throw new AssertionException($"expected 2, was {counter.Peek()}");
        }
    }

    private static Task WaitForEvent(Cx cx, ForgetfulEvent happened) => cx.ScopeAsync(async scope =>
    {
        scope.Spawn(async c => await happened.WaitAsync(c), name: "waiter");
        await cx.YieldAsync();
        happened.Set();
    });

    private static Task Reserve(Cx cx, Action<Permit<int>> use) => cx.ScopeAsync(scope =>
    {
        var (tx, _) = Mpsc.Bounded<int>(1);
        scope.Spawn(async c => use(await tx.ReserveAsync(c)), name: "careless");
        return Task.CompletedTask;
    });

    private static async Task Spin(Cx cx)
    {
        while (true)
        {
            await cx.YieldAsync();
        }
    }

    private static async Task Fail(Cx cx)
    {
        await cx.YieldAsync();
        throw new InvalidDataException("bad");
    }
}
