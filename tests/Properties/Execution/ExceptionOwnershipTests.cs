using Lab.Core.Tasks;
using Lab.Oracles;
using NUnit.Framework;

namespace Lab.Properties.Execution;

/// <summary>A task's exception belongs to whoever observes it; the rest of the execution is a note to it (design D11).</summary>
[TestFixture]
internal sealed class ExceptionOwnershipTests
{
    private static readonly ScopeOptions s_collect = new() { Faults = FaultPolicy.CollectAll };

    [Test]
    public void A_deadlock_while_draining_after_a_fault_is_a_note() => Judge.MustFind(
        VerdictKind.Exception,
        cx => cx.ScopeAsync(async scope =>
        {
            scope.Spawn(
                async c =>
                {
                    using (c.Mask())
                    {
                        await new Lab.Core.Sync.Notify().WaitAsync(c);
                    }
                },
                name: "deaf");
            await cx.YieldAsync();
            throw new InvalidDataException("first");
        }),
        "exception: T0: InvalidDataException: first",
        "note: while draining after it: 2 tasks can never run again",
        "T0.1 \"deaf\" waits on notify@0.1#1");

    [Test]
    public void A_livelock_while_draining_after_a_fault_is_a_note() => Judge.MustFind(
        VerdictKind.Exception,
        cx => cx.ScopeAsync(async scope =>
        {
            scope.Spawn(async c =>
            {
                using (c.Mask())
                {
                    while (true)
                    {
                        await c.YieldAsync();
                    }
                }
            });
            await cx.YieldAsync();
            throw new InvalidDataException("first");
        }),
        "InvalidDataException: first",
        "note: after it: step-limit");

    [Test]
    public void A_fault_that_nobody_looks_at_is_the_verdict() => Judge.MustFind(
        VerdictKind.AssertionFailed,
        cx => cx.ScopeAsync(
            scope =>
            {
                scope.Spawn(Fail, name: "unseen");
                return Task.CompletedTask;
            },
            s_collect),
        "wrong");

    [Test]
    public void A_fault_that_was_looked_at_is_its_observers() => Judge.MustPass(cx => cx.ScopeAsync(
        async scope =>
        {
            var outcome = await scope.Spawn(Fail).OutcomeAsync(cx);
            if (outcome.Kind != OutcomeKind.Faulted)
            {
                throw new AssertionException($"was {outcome}");
            }
        },
        s_collect));

    [Test]
    public void A_losers_fault_in_a_race_is_not_swallowed() => Judge.MustFind(
        VerdictKind.AssertionFailed,
        async cx => await cx.RaceAsync<int>(
        [
            async c =>
            {
                await c.YieldAsync();
                return 1;
            },
            async c =>
            {
                await Fail(c);
                return 2;
            },
        ]),
        "wrong");

    [Test]
    public void A_callback_of_a_timer_that_throws_is_the_verdict() => Judge.MustFind(
        VerdictKind.Exception,
        async cx =>
        {
            using var timer = cx.Clock.CreateTimer(static _ => throw new InvalidDataException("in a timer"), null, TimeSpan.FromSeconds(1), TimeSpan.Zero);
            await cx.DelayAsync(TimeSpan.FromSeconds(2));
        },
        "a timer callback threw: InvalidDataException: in a timer");

    private static async Task Fail(Cx cx)
    {
        await cx.YieldAsync();
        throw new AssertionException("wrong");
    }
}
