using Lab.Core.Scheduling;
using NUnit.Framework;

namespace Lab.Properties.Scheduling;

[TestFixture]
internal sealed class OwnerPaceTests
{
    [Test]
    public void Steps_of_the_owner_that_take_nothing_from_its_queue_count_too()
    {
        var (bed, pace) = Make(1);
        pace.Look(0);
        bed.Slot("s");
        Assert.That(bed.Pick(1), Is.EqualTo("s"));
        pace.Look(0);
        Assert.That(pace.IsWorthStealing(bed.Workers[0], 0), Is.False);
    }

    [Test]
    public void What_lies_untouched_between_two_looks_is_taken_and_nothing_before()
    {
        var (bed, pace) = Make(3);
        Assert.That(pace.IsWorthStealing(bed.Workers[0], 0), Is.False, "not looked yet");
        pace.Look(0);
        Assert.That(pace.IsWorthStealing(bed.Workers[0], 0), Is.False, "one look shows no pace");
        pace.Look(0);
        Assert.That(pace.IsWorthStealing(bed.Workers[0], 0));
    }

    [Test]
    public void What_the_owner_does_within_two_intervals_is_left_to_it()
    {
        var (bed, pace) = Make(6);
        pace.Look(0);
        bed.Pick(2);
        pace.Look(0);

        // 2 taken in an interval, 4 left: two intervals more. A fifth would be one too many.
        Assert.That(pace.IsWorthStealing(bed.Workers[0], 0), Is.False);
        bed.Local("a", 1);
        Assert.That(pace.IsWorthStealing(bed.Workers[0], 0));
    }

    [Test]
    public void The_last_interval_counts()
    {
        var (bed, pace) = Make(6);
        pace.Look(0);
        bed.Pick(5);
        pace.Look(0);
        Assert.That(pace.IsWorthStealing(bed.Workers[0], 0), Is.False);
        pace.Look(0);
        Assert.That(pace.IsWorthStealing(bed.Workers[0], 0), "its owner has stopped");
    }

    [Test]
    public void A_crowd_is_taken_without_a_look()
    {
        var (bed, pace) = Make(OwnerPace.Crowd - 1);
        Assert.That(pace.IsWorthStealing(bed.Workers[0], 0), Is.False);
        bed.Local("a", 1);
        Assert.That(pace.IsWorthStealing(bed.Workers[0], 0));
    }

    [Test]
    public void A_queue_that_stays_long_is_shared_however_fast_its_owner_is()
    {
        var (bed, pace) = Make(OwnerPace.Lasting);
        pace.Look(0);
        bed.Pick(OwnerPace.Lasting);
        bed.Local("a", OwnerPace.Lasting);
        pace.Look(0);
        Assert.That(pace.IsWorthStealing(bed.Workers[0], 0), "as many as before, all of them new");

        bed.Pick(1);
        pace.Look(0);
        bed.Local("a", 1);
        bed.Pick(OwnerPace.Lasting);
        bed.Local("a", OwnerPace.Lasting);
        pace.Look(0);
        Assert.That(pace.IsWorthStealing(bed.Workers[0], 0), Is.False, "it was shorter once");
    }

    [Test]
    public void A_new_search_looks_anew()
    {
        var (bed, pace) = Make(3);
        pace.Look(0);
        pace.Look(0);
        pace.Forget();
        pace.Look(0);
        Assert.That(pace.IsWorthStealing(bed.Workers[0], 0), Is.False);
    }

    [Test]
    public void A_worker_leaves_alone_what_is_not_worth_stealing()
    {
        var bed = new PickBed(workers: 3);
        bed.Local("a", 2, worker: 0);
        bed.Decisions.Spared.Add(0);
        Assert.That(bed.Next(worker: 2), Is.Null);
        Assert.That(bed.Decisions.Asked, Is.Empty, "nobody is drawn when there is nothing to steal");
        bed.Local("b", 1, worker: 1);
        Assert.That(bed.Pick(3, worker: 2), Is.EqualTo("b"), "drawn or not, the spared one is passed over");
        bed.Decisions.Spared.Clear();
        Assert.That(bed.Next(worker: 2), Is.EqualTo("a"));
    }

    [Test]
    public void What_a_spared_worker_had_no_room_for_is_left_to_it_too_until_something_comes_from_outside()
    {
        // 257 entries are one too many for the ring: 128 go to the injector with the last, 128 stay.
        var bed = new PickBed(workers: 2);
        bed.Local("a", LocalQueue.Capacity + 1);
        bed.Decisions.Spared.Add(0);
        Assert.That((bed.Injector.Ready.Count, bed.Workers[0].Waiting), Is.EqualTo((LocalQueue.Half + 1, LocalQueue.Capacity + 1)));
        Assert.That(bed.Next(worker: 1), Is.Null);
        Assert.That(bed.Injector.IsForAnybody, Is.False);

        bed.Injected("b", 1);
        Assert.That(bed.Injector.IsForAnybody);
        Assert.That(bed.Next(worker: 1), Is.EqualTo("a"));
    }

    [Test]
    public void A_worker_takes_what_it_had_no_room_for_itself()
    {
        var bed = new PickBed(workers: 2);
        bed.Local("a", LocalQueue.Capacity + 1);
        bed.Decisions.Spared.Add(0);
        bed.Decisions.Spared.Add(1);
        Assert.That(bed.Pick(LocalQueue.Capacity + 2), Has.Length.EqualTo(LocalQueue.Capacity + 1));
    }

    [Test]
    public void A_thief_tells_how_much_it_took_and_from_whom()
    {
        // Of 129 in the injector its share: one, and half of the other 128. When it has run them, and the one of its 61st step's look, half of 256 in the ring.
        var bed = new PickBed(workers: 2);
        bed.Local("a", LocalQueue.Capacity + 1);
        bed.Local("a", LocalQueue.Half);
        bed.Next(worker: 1);
        Assert.That(bed.Decisions.Stolen, Is.EqualTo(new[] { (0, 65) }));
        bed.Pick(65, worker: 1);
        bed.Injector.Clear();
        bed.Next(worker: 1);
        Assert.That(bed.Decisions.Stolen, Is.EqualTo(new[] { (0, 65), (0, 128) }));
    }

    private static (PickBed Bed, OwnerPace Pace) Make(int queued)
    {
        var bed = new PickBed(workers: 2);
        bed.Local("a", queued);
        return (bed, new OwnerPace(bed.Workers));
    }
}
