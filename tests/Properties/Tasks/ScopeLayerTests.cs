using Lab.Core.Cancellation;
using Lab.Core.Tasks;
using Lab.Properties.Memory;
using NUnit.Framework;

namespace Lab.Properties.Tasks;

/// <summary>While the body of a scope runs in a task, the task shows that scope's cancellation; and not a moment longer, whoever cancels when.</summary>
[TestFixture]
public sealed class ScopeLayerTests
{
    private static readonly CancellationReason s_reason = new(CancellationKind.User, "", DateTimeOffset.UnixEpoch, "enough");

    [Test]
    public void A_body_that_ends_at_any_moment_of_its_scopes_cancellation_leaves_nothing_shown() => OneWorker.Run(async (_, cx) =>
    {
        var hasActed = true;
        for (var boundary = 0; hasActed; boundary++)
        {
            await cx.ScopeAsync(scope =>
            {
                var outer = scope.Outer;
                hasActed = GateBoundary.At(boundary, () => scope.Cancel(s_reason), () => cx.PopLayer(outer));
                Assert.That((scope.IsCancellationRequested, cx.IsCancellationRequested), Is.EqualTo((true, !hasActed)), $"boundary {boundary}");
                return Task.CompletedTask;
            });
            Assert.That(cx.IsCancellationRequested, Is.False);

            // Of the scope's node and of the task's: entered and left.
            Assert.That(hasActed || boundary >= 4, "otherwise this shows nothing");
        }
    });

    [Test]
    public void A_scope_that_is_cancelled_as_its_body_ends_on_another_thread_leaves_nothing_shown()
    {
        const int Scopes = 4_000;
        const int Cancellations = 5;
        Scope? running = null;
        var isOver = false;
        var canceled = 0;
        var canceller = new Thread(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                if (Interlocked.Exchange(ref running, null)?.Cancel(s_reason) == true)
                {
                    Interlocked.Increment(ref canceled);
                }
            }
        });
        canceller.Start();
        var shown = 0;
        OneWorker.Run(async (_, cx) =>
        {
            // Mostly there are thousands; on a busy machine the other thread may come late.
            for (var i = 0; i < Scopes || Volatile.Read(ref canceled) < Cancellations; i++)
            {
                await cx.ScopeAsync(scope =>
                {
                    Volatile.Write(ref running, scope);
                    return Task.CompletedTask;
                });
                shown += cx.ShownReason is null ? 0 : 1;
            }
        });
        Volatile.Write(ref isOver, true);
        canceller.Join();
        Assert.That(shown, Is.Zero);
    }
}
