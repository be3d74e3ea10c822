using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Oracles;
using NUnit.Framework;

namespace Lab.Properties.Execution;

/// <summary>
/// What a task started and did not await ends with it, where the BCL would resume it: a cache that loads on behalf of all, in the task of whoever came first.
/// </summary>
[TestFixture]
internal sealed class AfterTheEndTests
{
    private const string Note = " had ended when an async method that it had started was to go on: the rest of that never runs";

    [Test]
    public void A_deadlock_for_what_never_goes_on_says_so()
    {
        var verdict = Explorer.Explore(cx => LoadForAll(cx, static (_, load) => load())).Failure!.Verdict;
        Assert.That(verdict.Kind, Is.EqualTo(VerdictKind.Deadlock));
        Assert.That(verdict.Notes, Has.Exactly(1).EndsWith("a scope that outlives its callers.").And.Exactly(1).StartsWith("T0.1 \"impatient\"" + Note));
    }

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

    [Test]
    public async Task Natively_it_never_goes_on_either()
    {
        var answer = new TaskCompletionSource();
        var wentOn = false;
        await using (var runtime = new Runtime(new RuntimeOptions { Workers = 1 }))
        {
            await runtime.RunAsync(cx =>
            {
                _ = GoOn();
                return Task.CompletedTask;
            });
            answer.SetResult();

            // One worker: whatever was queued before this has run when it ends.
            await runtime.RunAsync(static cx => cx.YieldAsync().AsTask());
        }

        Assert.That(wentOn, Is.False);

        async Task GoOn()
        {
            await answer.Task;
            wentOn = true;
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

    // Waits for the core: its wait is withdrawn with the task, which is no continuation that comes too late.
    private static async Task Forgotten(Cx cx) => await cx.DelayAsync(TimeSpan.FromHours(1));
}
