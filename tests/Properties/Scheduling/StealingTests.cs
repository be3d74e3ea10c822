using NUnit.Framework;

namespace Lab.Properties.Scheduling;

[TestFixture]
public sealed class StealingTests
{
    [Test]
    public void The_fuller_of_two_victims_is_stolen_from()
    {
        // Worker 0 asks twice among the three others: positions 0 and 2 are workers 1 and 3.
        var bed = new PickBed(4, 0, 2);
        bed.Local("1", 2, worker: 1);
        bed.Local("2", 9, worker: 2);
        bed.Local("3", 5, worker: 3);
        Assert.That(bed.Pick(3), Is.EqualTo("333"), "three of five are the older half");
        Assert.That(bed.Decisions.Asked, Is.EqualTo(new[] { 3, 3 }));
    }

    [Test]
    public void An_empty_victim_is_followed_by_a_scan()
    {
        var bed = new PickBed(4, 1, 1);
        bed.Local("1", 1, worker: 1);
        Assert.That(bed.Pick(1), Is.EqualTo("1"));
    }

    [Test]
    public void Nobody_is_asked_when_there_is_nothing_to_steal_or_only_one_victim()
    {
        var bed = new PickBed(4);
        Assert.That(bed.Next(), Is.Null);
        Assert.That(bed.Decisions.Asked, Is.Empty);

        var two = new PickBed(2);
        two.Local("1", 2, worker: 1);
        Assert.That(two.Pick(5), Is.EqualTo("11"));
        Assert.That(two.Decisions.Asked, Is.Empty);
    }

    [Test]
    public void A_worker_never_steals_from_itself([Range(0, 3)] int thief)
    {
        var bed = new PickBed(4, 2, 2, 2, 2, 2, 2);
        for (var i = 0; i < 4; i++)
        {
            if (i != thief)
            {
                bed.Local($"{i}", 1, worker: i);
            }
        }

        // Position 2 of the others, then the scan goes round.
        var others = Enumerable.Range(0, 4).Where(i => i != thief).ToList();
        Assert.That(bed.Pick(4, worker: thief), Is.EqualTo($"{others[2]}{others[0]}{others[1]}"));
    }

    [Test]
    public void The_slot_of_a_victim_is_left_to_its_owner()
    {
        var bed = new PickBed(2);
        bed.Slot("s", worker: 1);
        Assert.That(bed.Next(worker: 0), Is.Null);
        Assert.That(bed.Next(worker: 1), Is.EqualTo("s"));
    }

    [Test]
    public void Stolen_stale_entries_do_not_end_the_search()
    {
        var bed = new PickBed(2);
        var tasks = Enumerable.Range(0, 3).Select(_ => bed.Queued("p")).ToList();
        tasks.ForEach(bed.Workers[1].Push);
        bed.Local("l", 3, worker: 1);
        tasks.ForEach(bed.Promote);
        bed.Pick(3, worker: 1);

        // The older half of six is the three dead ones.
        Assert.That(bed.Next(worker: 0), Is.EqualTo("l"));
    }
}
