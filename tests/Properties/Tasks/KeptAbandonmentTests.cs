using Lab.Core.Cancellation;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Properties.Scheduling;
using NUnit.Framework;

namespace Lab.Properties.Tasks;

/// <summary>A shutdown abandons a task that its worker keeps: like any other it has no further step, and gives back what it was given.</summary>
[TestFixture]
internal sealed class KeptAbandonmentTests
{
    private readonly KeptBed _bed = new();

    [Test]
    public void A_kept_task_that_is_abandoned_has_no_further_step([Values] bool isReady)
    {
        var root = new TaskHost(_bed.Scheduler, TimeProvider.System).Open(null, null, null);
        var notify = new Notify();
        var steps = 0;
        var handle = root.Spawn(async cx =>
        {
            try
            {
                while (true)
                {
                    await notify.WaitAsync(cx);
                    steps++;
                }
            }
            finally
            {
                steps = -1;
            }
        });
        _bed.Run(1);
        while (!handle.Task.Wake.IsKept)
        {
            notify.NotifyOne();
            Assert.That((_bed.Run(1), steps), Is.EqualTo((1, handle.Task.Polls - 1)));
        }

        if (isReady)
        {
            notify.NotifyOne();
        }

        var left = (IReadOnlyList<string>)[];
        _bed.AsStranger(() => left = root.Abandon(new CancellationReason(CancellationKind.Shutdown, "", DateTimeOffset.UnixEpoch), []));
        Assert.That((left.Count, handle.IsCompleted), Is.EqualTo((1, true)));
        Assert.That((_bed.Run(), _bed.Run(worker: 1), steps), Is.EqualTo((0, 0, 1024)));

        // What it had been chosen for goes to the next, at once.
        var next = root.Spawn(cx => notify.WaitAsync(cx).AsTask());
        Assert.That((_bed.Run(), next.IsCompleted), Is.EqualTo((1, isReady)));
    }
}
