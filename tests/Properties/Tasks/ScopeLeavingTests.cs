using Lab.Core.Cancellation;
using Lab.Core.Tasks;
using Lab.Properties.Cancellation;
using NUnit.Framework;

namespace Lab.Properties.Tasks;

/// <summary>A scope in which nothing is alive leaves the task that opened it without the task's gate, as a cancellation node that has nothing leaves its parent.</summary>
[TestFixture]
public sealed class ScopeLeavingTests
{
    private const int Scopes = 1_000;

    private static readonly CancellationReason s_reason = new(CancellationKind.User, "", DateTimeOffset.UnixEpoch, "enough");

    [Test]
    public void It_takes_two_gates_one_to_come_and_one_to_close() => InTask(async cx =>
    {
        var log = new EventLog();
        using (log.Observe())
        {
            for (var i = 0; i < Scopes; i++)
            {
                await Closed(cx);
            }
        }

        // The task's gate when it is linked, its own when it closes.
        Assert.That(log.GatesEntered, Is.EqualTo(2 * Scopes));
        Assert.That(cx.HasChildren, Is.False);
    });

    [Test]
    public void One_that_has_handed_out_a_token_leaves_under_the_gate() => InTask(async cx =>
    {
        var log = new EventLog();
        await using var scope = cx.OpenScope();
        var token = scope.Token;
        using (log.Observe())
        {
            await scope.JoinAsync(cx);
        }

        Assert.That((log.GatesEntered, cx.HasChildren, token.IsCancellationRequested), Is.EqualTo((2, false, false)));
    });

    [Test]
    public void When_it_has_closed_it_hears_nothing_of_its_task([Values] bool alone) => InTask(async cx =>
    {
        await using var open = alone ? null : cx.OpenScope();
        var closed = await Closed(cx);
        await using var later = cx.OpenScope();
        cx.Cancel(s_reason);
        Assert.That((closed.IsCancellationRequested, later.IsCancellationRequested), Is.EqualTo((false, true)));
    });

    [Test]
    public void A_task_that_opens_one_after_the_other_keeps_none_of_them_but_a_few([Values] bool alone) => InTask(async cx =>
    {
        await using var open = alone ? null : cx.OpenScope();
        var closed = new List<WeakReference>();
        for (var i = 0; i < Scopes; i++)
        {
            closed.Add(new WeakReference(await Closed(cx)));
        }

        await cx.YieldAsync();
        GC.Collect();

        // The last stays in its slot until another comes.
        Assert.That(closed.Count(scope => scope.IsAlive), Is.LessThanOrEqualTo(1));
    });

    private static async ValueTask<Scope> Closed(Cx cx)
    {
        var scope = cx.OpenScope();
        await scope.JoinAsync(cx);
        return scope;
    }

    private static void InTask(Func<Cx, Task> body) => OneWorker.Run(async (scope, cx) =>
    {
        var outcome = await scope.Spawn(body).OutcomeAsync(cx);
        Assert.That(outcome.Error, Is.Null);
    });
}
