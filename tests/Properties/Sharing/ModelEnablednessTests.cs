using Lab.Core.Observing;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Oracles;
using Lab.Properties.Execution;
using Lab.Seeds;
using Lab.Sharing;
using Lab.Strategies;
using NUnit.Framework;

namespace Lab.Properties.Sharing;

/// <summary>A pending operation on a model object is among the alternatives only while it can complete (design D3); else strategies find it apart.</summary>
[TestFixture]
internal sealed class ModelEnablednessTests
{
    [Test]
    public void A_pending_lock_of_a_held_mutex_is_no_alternative_and_becomes_one_with_the_unlock()
    {
        var watch = new Watch();
        var mutex = new ModelMutex();
        new LabEngine(Judge.Quick with { Start = StartMode.Eager }).Run(cx => TwoLockers(cx, mutex), watch, default, 1);

        // Both may lock; then the holder alone may go on (no decision), until it has unlocked and ended; the other one never has a choice either.
        Assert.That(watch.Points, Is.EqualTo(new[] { "lock lock | " }));
    }

    [Test]
    public void What_is_disabled_is_named_with_its_object()
    {
        var watch = new Watch();
        var mutex = new ModelMutex();
        new LabEngine(Judge.Quick with { Start = StartMode.Eager }).Run(
            cx => cx.ScopeAsync(async scope =>
            {
                await TwoLockers(cx, mutex, scope);
                scope.Spawn(async c => await c.YieldAsync());
            }),
            watch,
            default,
            1);
        Assert.That(watch.Points, Is.EqualTo(new[] { "lock lock yield | ", "unlock yield | lock mutex", "lock yield | ", "unlock yield | " }));
    }

    [Test]
    public void A_wait_for_a_condition_is_disabled_until_the_signal_and_then_until_the_mutex_is_free()
    {
        var watch = new Watch();
        new LabEngine(Judge.Quick with { Start = StartMode.Eager }).Run(
            cx => cx.ScopeAsync(scope =>
            {
                var mutex = new ModelMutex();
                var condition = new ModelCondition(mutex);
                scope.Spawn(async c =>
                {
                    await mutex.LockAsync(c);
                    await condition.WaitAsync(c);
                    await mutex.UnlockAsync(c);
                });
                scope.Spawn(async c =>
                {
                    await mutex.LockAsync(c);
                    await condition.SignalAsync(c);
                    await mutex.UnlockAsync(c);
                });
                scope.Spawn(async c =>
                {
                    for (var i = 0; i < 6; i++)
                    {
                        await c.YieldAsync();
                    }
                });
                return Task.CompletedTask;
            }),
            watch,
            default,
            1);
        Assert.That(watch.Points[..5], Is.EqualTo(new[]
        {
            "lock lock yield | ",
            "wait yield | lock mutex",
            "lock yield | wait condition",
            "signal yield | wait condition",
            "unlock yield | lock mutex",
        }));
        Assert.That(watch.Points[5], Does.StartWith("lock yield | "));
    }

    [Test]
    public void A_deadlock_names_who_holds_what() => Judge.MustFind(
        VerdictKind.Deadlock,
        cx =>
        {
            var (a, b) = (new ModelMutex(), new ModelMutex());
            return cx.ScopeAsync(scope =>
            {
                scope.Spawn(c => Both(a, b, c), name: "left");
                scope.Spawn(c => Both(b, a, c), name: "right");
                return Task.CompletedTask;
            });
        },
        "deadlock: 3 tasks can never run again",
        "T0.1 \"left\" waits to lock mutex@0#2, which T0.2 \"right\" holds (ModelEnablednessTests.cs:",
        "wait-for cycle: T0.1 \"left\" -> mutex@0#2 -> T0.2 \"right\" -> mutex@0#1 -> T0.1 \"left\"");

    [Test]
    public void A_semaphore_nobody_releases_is_a_deadlock_with_its_state() => Judge.MustFind(
        VerdictKind.Deadlock,
        async cx => await new ModelSemaphore(0).AcquireAsync(cx),
        "T0 waits to acquire semaphore@0#1 (0 free, 1 waiting)");

    private static Task TwoLockers(Cx cx, ModelMutex mutex) => cx.ScopeAsync(scope => TwoLockers(cx, mutex, scope));

    private static Task TwoLockers(Cx cx, ModelMutex mutex, Scope scope)
    {
        for (var i = 0; i < 2; i++)
        {
            scope.Spawn(async c =>
            {
                await mutex.LockAsync(c);
                await mutex.UnlockAsync(c);
            });
        }

        return Task.CompletedTask;
    }

    private static async Task Both(ModelMutex first, ModelMutex second, Cx cx)
    {
        await first.LockAsync(cx);
        await second.LockAsync(cx);
        await second.UnlockAsync(cx);
        await first.UnlockAsync(cx);
    }

    /// <summary>Takes the first alternative that is not a yield, and notes what there was to choose from and what there was not.</summary>
    private sealed class Watch : Strategy
    {
        internal List<string> Points { get; } = [];

        public override string ToString() => "watch";

        internal override void Begin(Seed seed, long index)
        {
        }

        internal override int Choose(ChoicePoint point)
        {
            var enabled = new List<string>();
            var chosen = 0;
            for (var i = point.TaskCount - 1; i >= 0; i--)
            {
                enabled.Add(DecisionText.Of(point[i].Operation));
                chosen = point[i].Operation == OperationKind.Yield ? chosen : i;
            }

            enabled.Sort(StringComparer.Ordinal);
            var disabled = new List<string>();
            for (var i = 0; i < point.DisabledCount; i++)
            {
                disabled.Add($"{DecisionText.Of(point.Disabled(i).Operation)} {point.Disabled(i).Task.PendingTarget!.KindName}");
            }

            Points.Add($"{string.Join(' ', enabled)} | {string.Join(' ', disabled)}");
            return chosen;
        }

        internal override ulong Draw(ulong bound) => 0;

        internal override int Pick(int count, bool isVictim) => 0;
    }
}
