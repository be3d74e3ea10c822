using Lab.Core.Tasks;
using Lab.Oracles;
using NUnit.Framework;

namespace Lab.Properties.Execution;

/// <summary>A Cx belongs to its task, while that runs.</summary>
[TestFixture]
internal sealed class ContextMisuseTests
{
    [Test]
    public void A_parents_context_in_a_childs_lambda() => Judge.MustFind(
        VerdictKind.Exception,
        cx => cx.ScopeAsync(scope =>
        {
            scope.Spawn(async c => await cx.YieldAsync());
            return Task.CompletedTask;
        }),
        "InvalidOperationException: The Cx of the task was used inside another task. Use the Cx that the running task's body was given");

    [Test]
    public void The_childs_own_passes() => Judge.MustPass(cx => cx.ScopeAsync(scope =>
    {
        scope.Spawn(async c => await c.YieldAsync());
        return Task.CompletedTask;
    }));

    [Test]
    public void The_context_of_a_task_that_has_ended() => Judge.MustFind(
        VerdictKind.Exception,
        async cx =>
        {
            Cx? ended = null;
            await cx.ScopeAsync(scope =>
            {
                scope.Spawn(
                    async c =>
                    {
                        ended = c;
                        await c.YieldAsync();
                    },
                    name: "short");
                return Task.CompletedTask;
            });
            await ended!.YieldAsync();
        },
        "InvalidOperationException: The task \"short\" has ended; its Cx cannot be used any more.");

    [Test]
    public void The_context_on_a_thread_of_the_pool_is_an_escape() => Judge.MustFind(
        VerdictKind.Escape,
        async cx =>
        {
            await cx.YieldAsync();
#pragma warning disable RS0030 // What the lab must notice.
            await Task.Run(async () => await cx.YieldAsync());
#pragma warning restore RS0030
        },
        "T0 left the lab");

    [Test]
    public void A_task_of_an_earlier_execution_that_a_static_holds_is_an_escape()
    {
        var waiting = new TaskCompletionSource();
        Judge.MustFind(
            VerdictKind.Escape,
            async cx =>
            {
                // Each execution wakes what an earlier one left behind; the first of them fails by its step limit and leaves its task.
                waiting.TrySetResult();
                waiting = new TaskCompletionSource();
                var mine = waiting.Task;
                await cx.ScopeAsync(async scope =>
                {
                    scope.Spawn(async c => await mine);
                    await cx.DelayAsync(TimeSpan.FromMilliseconds(1));
                    while (true)
                    {
                        await cx.YieldAsync();
                    }
                });
            },
            "a task of an earlier execution was woken by this execution");
    }
}
