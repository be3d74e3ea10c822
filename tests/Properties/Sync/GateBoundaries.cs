using Lab.Core.Cancellation;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Properties.Memory;
using NUnit.Framework;
using static Lab.Properties.Sync.Native;

namespace Lab.Properties.Sync;

/// <summary>
/// Waits against what another thread does between two critical sections. The lab switches between steps only, and threads rarely meet in so short
/// a moment; here every such moment is visited.
/// </summary>
[TestFixture]
internal sealed class GateBoundaries
{
    [Test]
    public Task A_wait_that_begins_at_any_moment_of_a_notification_gets_its_permit() => Run(cx =>
    {
        GateBoundary.Each(() =>
        {
            var notify = new Notify();
            var wait = default(ValueTask);
            return (notify.NotifyOne, () => wait = notify.WaitAsync(cx), () => Assert.That(wait.IsCompleted));
        });
        return Task.CompletedTask;
    });

    [Test]
    public Task A_notification_at_any_moment_of_a_wait_reaches_it() => Run(cx =>
    {
        GateBoundary.Each(() =>
        {
            var notify = new Notify();
            var wait = default(ValueTask);
            return (() => wait = notify.WaitAsync(cx), notify.NotifyOne, () => Assert.That(wait.IsCompleted));
        });
        return Task.CompletedTask;
    });

    [Test]
    public Task A_release_at_any_moment_of_an_acquisition_reaches_it() => Run(cx =>
    {
        GateBoundary.Each(() =>
        {
            var semaphore = new AsyncSemaphore(0);
            var wait = default(ValueTask);
            return (() => wait = semaphore.AcquireAsync(cx), () => semaphore.Release(), () => Assert.That(wait.IsCompleted));
        });
        return Task.CompletedTask;
    });

    [Test]
    public Task A_cancellation_at_any_moment_of_a_wait_ends_it() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var acted = true;
        for (var at = 0; acted; at++)
        {
            var waiter = scope.Spawn(c =>
            {
                var wait = default(ValueTask);
                acted = GateBoundary.At(at, () => wait = new Notify().WaitAsync(c), () => Cancel(c));
                Assert.That(wait.IsCompleted, Is.EqualTo(acted), $"boundary {at}");
                return Task.CompletedTask;
            });
            await waiter.JoinAsync(cx);
            Assert.That(acted || at >= 2, "there was a gate to enter and to leave");
        }
    }));

    [Test]
    public Task A_cancellation_that_meets_the_end_of_a_wait_leaves_the_next_one_alone() => Run(cx => cx.ScopeAsync(async scope =>
    {
        var acted = true;
        for (var at = 0; acted; at++)
        {
            var waiter = scope.Spawn(c =>
            {
                var notify = new Notify();
                var (first, second) = (notify.WaitAsync(c), default(ValueTask?));
                acted = GateBoundary.At(at, () => Cancel(c), () =>
                {
                    notify.NotifyOne();
                    if (!first.IsCompleted)
                    {
                        // Withdrawn, and its task has not been told.
                        return;
                    }

                    var wasCanceled = IsCanceled(first);

                    // The same node, in a wait that cancellation must not end.
                    using var mask = c.Mask();
                    Assert.That(!wasCanceled || notify.WaitAsync(c).IsCompleted, $"boundary {at}: the permit that the first did not take");
                    second = notify.WaitAsync(c);
                });
                if (acted)
                {
                    Assert.That(second is { IsCompleted: true }, Is.False, $"boundary {at}: nothing may end it");
                }

                return Task.CompletedTask;
            });
            Assert.That((await waiter.OutcomeAsync(cx)).Error, Is.Null);
        }
    }));

    private static void Cancel(Cx cx) => cx.Cancel(new CancellationReason(CancellationKind.User));

    private static bool IsCanceled(ValueTask wait)
    {
        try
        {
            wait.GetAwaiter().GetResult();
            return false;
        }
        catch (CanceledException)
        {
            return true;
        }
    }
}
