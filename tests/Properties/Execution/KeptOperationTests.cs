using Lab.Core.Cancellation;
using Lab.Core.Channels;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using NUnit.Framework;

namespace Lab.Properties.Execution;

/// <summary>
/// A limit that the README states: an operation that a task starts and awaits later takes effect at the task's next call of the core, or when it is chosen, and
/// others may hear of it before that by something that is not the core's. Natively it takes effect at its call.
/// </summary>
[TestFixture]
internal sealed class KeptOperationTests
{
    [TestCase(false, VerdictKind.AssertionFailed)]
    [TestCase(true, VerdictKind.Passed)]
    public void A_send_that_is_awaited_later_looks_late_to_who_was_told_of_it_outside_of_the_core(bool tellsByCore, VerdictKind expected) =>
        Assert.That(Explore(tellsByCore, awaitsFirst: false, DispatchKind.Explored), Is.EqualTo(expected));

    [Test]
    public void It_does_not_when_it_is_awaited_first_or_where_the_order_is_the_native_one()
    {
        Assert.That(Explore(tellsByCore: false, awaitsFirst: true, DispatchKind.Explored), Is.EqualTo(VerdictKind.Passed));
        Assert.That(Explore(tellsByCore: false, awaitsFirst: false, DispatchKind.WorkStealing), Is.EqualTo(VerdictKind.Passed));
    }

    // Cancelling is a call of the core as well, and no task is named in it.
    [TestCase(false)]
    [TestCase(true)]
    public void A_send_that_is_awaited_later_has_taken_effect_for_who_was_told_by_a_cancellation(bool byToken) => Judge.MustPass(cx => cx.ScopeAsync(scope =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(capacity: 1);
        var told = new TaskCompletionSource();
        scope.Spawn(async c =>
        {
            using var branch = c.CreateChild();
            using var source = new CancellationTokenSource();
            using var link = branch.LinkTo(source.Token);
            using var registration = branch.Token.Register(told.SetResult);
            var sending = tx.SendAsync(1, c);
            if (byToken)
            {
                source.Cancel();
            }
            else
            {
                branch.Cancel(new CancellationReason(CancellationKind.User, "", default));
            }

            await sending;
        });
        scope.Spawn(async c =>
        {
            await told.Task;
            Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Ok), "it was told that it had been sent");
        });
        return Task.CompletedTask;
    }));

    private static VerdictKind Explore(bool tellsByCore, bool awaitsFirst, DispatchKind dispatch) =>
        Explorer.Explore(cx => cx.ScopeAsync(scope =>
        {
            var (tx, rx) = Mpsc.Bounded<int>(capacity: 1);
            var (told, notified) = (new TaskCompletionSource(), new Notify());
            scope.Spawn(async c =>
            {
                var sending = tx.SendAsync(1, c);
                if (awaitsFirst)
                {
                    await sending;
                }

                if (tellsByCore)
                {
                    notified.NotifyOne();
                }
                else
                {
                    told.SetResult();
                }

                if (!awaitsFirst)
                {
                    await sending;
                }
            });
            scope.Spawn(async c =>
            {
                await (tellsByCore ? notified.WaitAsync(c).AsTask() : told.Task);
                Assert.That(rx.TryReceive(out _), Is.EqualTo(ReceiveStatus.Ok), "it was told that it had been sent");
            });
            return Task.CompletedTask;
        }), new ExploreOptions { Executions = 200, Strategy = "dfs", Lab = new LabOptions { Dispatch = dispatch } }).Failure?.Verdict.Kind ?? VerdictKind.Passed;
}
