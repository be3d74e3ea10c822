using Lab.Core.Cancellation;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Properties.Execution;
using NUnit.Framework;

namespace Lab.Properties.Tasks;

/// <summary>Semantics 1.5, as tasks see it: which of the ready ones goes first, on one native worker and on one of the lab's.</summary>
[TestFixture]
internal sealed class LaneTests
{
    private static readonly LabOptions s_one = Judge.Quick with { Dispatch = DispatchKind.WorkStealing, Workers = 1 };

    [Test]
    public void A_task_that_is_asked_to_cancel_goes_before_those_that_have_been_ready_for_longer() => Both(async (scope, cx, log) =>
    {
        scope.Spawn(Says(log, "a"));
        scope.Spawn(Says(log, "b"));
        var last = scope.Spawn(Says(log, "c"));
        last.Cancel();
        await scope.JoinAsync(cx);
        Assert.That(log, Is.EqualTo(new[] { "c", "a", "b" }));
    });

    [Test]
    public void A_body_whose_scope_is_cancelled_goes_before_those_that_have_been_ready_for_longer() => Both(async (scope, cx, log) =>
    {
        Scope? inner = null;
        scope.Spawn(c => c.ScopeAsync(async s =>
        {
            inner = s;
            using var mask = c.Mask();
            await c.YieldAsync();
            log.Add("body");
        }));
        scope.Spawn(Says(log, "a"));
        scope.Spawn(async c =>
        {
            inner!.Cancel(new CancellationReason(CancellationKind.User));
            log.Add("cancelled");
            await c.YieldAsync();
        });
        scope.Spawn(Says(log, "b"));
        await scope.JoinAsync(cx);
        Assert.That(log, Is.EqualTo(new[] { "a", "cancelled", "body", "b" }));
    });

    [Test]
    public void A_task_whose_deadline_is_due_goes_before_the_ready_ones_and_one_whose_deadline_is_not_after_them() => Both(async (scope, cx, log) =>
    {
        var now = cx.Clock.GetUtcNow();
        scope.Spawn(Says(log, "late"), Deadline(now + TimeSpan.FromHours(2)));
        scope.Spawn(Says(log, "later"), Deadline(now + TimeSpan.FromHours(3)));
        scope.Spawn(Says(log, "a"));
        scope.Spawn(Says(log, "due"), Deadline(now));
        scope.Spawn(Says(log, "past"), Deadline(now - TimeSpan.FromHours(1)));
        await scope.JoinAsync(cx);

        // Of what was past at the spawn nothing is later than anything else: it is due at once, in the order of the spawns.
        Assert.That(log, Is.EqualTo(new[] { "due", "past", "a", "late", "later" }));
    });

    private static SpawnOptions Deadline(DateTimeOffset at) => new() { Budget = new Budget(Deadline: at) };

    private static Func<Cx, Task> Says(List<string> log, string name) => _ =>
    {
        log.Add(name);
        return Task.CompletedTask;
    };

    private static void Both(Func<Scope, Cx, List<string>, Task> program)
    {
        OneWorker.Run((scope, cx) => program(scope, cx, []));
        Judge.MustPass(
            async cx =>
            {
                await using var scope = cx.OpenScope();
                await program(scope, cx, []);
            },
            s_one);
    }
}
