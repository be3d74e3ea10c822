using Lab.Core.Channels;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Oracles;
using NUnit.Framework;

namespace Lab.Properties.Execution;

/// <summary>Nobody can ever run: who waits for what, and the circle where there is one.</summary>
[TestFixture]
internal sealed class DeadlockTests
{
    [Test]
    public void Two_mutexes_in_opposite_order_are_a_circle_with_names_and_call_sites() => Judge.MustFind(
        VerdictKind.Deadlock,
        cx => TwoMutexes(cx, sameOrder: false),
        "deadlock: 3 tasks can never run again",
        "T0.1 \"left\" waits to lock mutex@0#2, which T0.2 \"right\" holds (DeadlockTests.cs:",
        "T0.2 \"right\" waits to lock mutex@0#1, which T0.1 \"left\" holds (DeadlockTests.cs:",
        "T0 waits for the tasks of scope@0#3 (DeadlockTests.cs:",
        "wait-for cycle: T0.1 \"left\" -> mutex@0#2 -> T0.2 \"right\" -> mutex@0#1 -> T0.1 \"left\"");

    [Test]
    public void The_same_order_passes() => Judge.MustPass(cx => TwoMutexes(cx, sameOrder: true));

    [Test]
    public void Tasks_that_join_each_other_are_a_circle() => Judge.MustFind(
        VerdictKind.Deadlock,
        cx => cx.ScopeAsync(scope =>
        {
            TaskHandle second = default;
            var first = scope.Spawn(async c => await second.JoinAsync(c), name: "first");
            second = scope.Spawn(async c => await first.JoinAsync(c), name: "second");
            return Task.CompletedTask;
        }),
        "T0.1 \"first\" waits for the end of T0.2 \"second\"",
        "wait-for cycle: T0.1 \"first\" -> T0.2 \"second\" -> T0.1 \"first\"");

    [Test]
    public void A_receiver_whose_sender_never_ends_is_named_with_the_channels_state() => Judge.MustFind(
        VerdictKind.Deadlock,
        async cx =>
        {
            var (_, rx) = Mpsc.Bounded<int>(2);
            await rx.ReceiveAsync(cx);
        },
        "a task can never run again",
        "T0 waits to receive from channel@0#1 (0 of 2 buffered",
        "DeadlockTests.cs:");

    [Test]
    public void A_delay_for_ever_that_nobody_cancels_is_a_deadlock() => Judge.MustFind(
        VerdictKind.Deadlock,
        async cx => await cx.DelayAsync(Timeout.InfiniteTimeSpan),
        "a task can never run again",
        "T0 waits in a delay that has no end",
        "DeadlockTests.cs:");

    [Test]
    public void Awaiting_what_nobody_completes_is_told_apart() => Judge.MustFind(
        VerdictKind.Deadlock,
        cx => new TaskCompletionSource().Task,
        "T0 awaits a task the lab does not own");

    [Test]
    public void A_bcl_completion_from_inside_the_lab_is_no_deadlock() => Judge.MustPass(cx => cx.ScopeAsync(async scope =>
    {
        var done = new TaskCompletionSource();
        scope.Spawn(async c =>
        {
            await c.YieldAsync();
            done.SetResult();
        });
        await done.Task;
    }));

    private static Task TwoMutexes(Cx cx, bool sameOrder)
    {
        var (a, b) = (new AsyncMutex(), new AsyncMutex());
        return cx.ScopeAsync(scope =>
        {
            scope.Spawn(c => Both(a, b, c), name: "left");
            scope.Spawn(c => sameOrder ? Both(a, b, c) : Both(b, a, c), name: "right");
            return Task.CompletedTask;
        });
    }

    private static async Task Both(AsyncMutex first, AsyncMutex second, Cx cx)
    {
        using (await first.LockAsync(cx))
        using (await second.LockAsync(cx))
        {
            await cx.YieldAsync();
        }
    }
}
