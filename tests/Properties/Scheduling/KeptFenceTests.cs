using Lab.Core.Memory;
using Lab.Core.Scheduling;
using NUnit.Framework;

namespace Lab.Properties.Scheduling;

/// <summary>
/// The two fences in every thread that the protocol of kept tasks rests on. The worker has stored something and read what follows, and its store is not seen yet;
/// it is seen after the stranger's fence, where the test makes it with its own hands. <see cref="KeptModelTests"/> says that this is all that can happen.
/// </summary>
[TestFixture, FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class KeptFenceTests
{
    private readonly KeptBed _bed = new();

    [TearDown]
    public void TheFenceWasReached()
    {
        var isLeft = Fence.Observed is not null;
        Fence.Observed = null;
        Assert.That(isLeft, Is.False);
    }

    [Test]
    public void A_stranger_that_wakes_a_task_finds_it_resting_if_its_worker_did_not_see_him()
    {
        var task = _bed.Ready();
        Assert.That(_bed.Take(), Is.SameAs(task));
        task.RunOne();
        Fence.Observed = () =>
        {
            Assert.That(task.Keeping!.Wanted.Read(), Is.EqualTo(1), "from here on the worker sees him");
            task.Keeping.Place.Write(Keeping.Resting);
        };
        _bed.AsStranger(task.Resume);
        Assert.That(_bed.Entries, Is.EqualTo(new[] { ReadyReason.Woken }));
        Assert.That((_bed.Run(worker: 1), task.Polls), Is.EqualTo((1, 1027)));
    }

    [Test]
    public void A_thief_leaves_a_task_that_its_worker_has_taken_without_seeing_him()
    {
        var task = _bed.Ready();
        Fence.Observed = () => task.Keeping!.Place.Write(Keeping.Running);
        Assert.That(_bed.Workers[0].TryTakeSlot(out _), Is.False, "it would run twice");
    }

    [Test]
    public void Who_asks_a_task_to_cancel_finds_the_entry_that_its_worker_makes_without_seeing_the_mark()
    {
        var task = _bed.Task(static _ => { });
        task.Resume();
        Assert.That(_bed.Take(), Is.SameAs(task));
        Fence.Observed = () =>
        {
            task.IsPromoted = false;
            task.Wake.FinishNotified();
            _bed.Enqueue(task, ReadyReason.Requeued);
            task.IsPromoted = true;
        };
        _bed.AsStranger(() => _bed.Promote(task));
        Assert.That(_bed.Entries.TakeLast(2), Is.EqualTo(new[] { ReadyReason.Requeued, ReadyReason.Promoted }));
        Assert.That(_bed.HasLiveInItsLane, "and it has left the queue of ready tasks");
    }
}
