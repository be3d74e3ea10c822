using Lab.Core.Scheduling;
using Lab.Properties.Memory;
using NUnit.Framework;

namespace Lab.Properties.Scheduling;

[TestFixture]
public sealed class IdleWorkersTests
{
    [Test]
    public void One_is_woken_at_a_time()
    {
        var idle = Asleep(3);
        Assert.That(idle.TryWakeOne(out var first), Is.True);
        Assert.That(idle.TryWakeOne(out _), Is.False, "one searches already");
        Assert.That(idle.EndSearching(), Is.True, "the caller must look whether to pass the search on");
        Assert.That(idle.TryWakeOne(out var second), Is.True);
        Assert.That((first, second, idle.Asleep), Is.EqualTo((2, 1, 1)), "the last to fall asleep first");
    }

    [Test]
    public void The_watcher_is_woken_for_work_only_if_it_is_alone()
    {
        var idle = Asleep(1, of: 3);
        Assert.That(idle.Watched, Is.EqualTo(Watch.TimersAndSlots));
        Sleep(idle, 2);
        Assert.That(idle.TryWakeOne(out var worker), Is.True);
        Assert.That(worker, Is.EqualTo(2));
        idle.EndSearching();
        Assert.That(idle.TryWakeOne(out worker), Is.True);
        Assert.That((worker, idle.Watched), Is.EqualTo((0, Watch.Nothing)));
    }

    [Test]
    public void The_watcher_is_spared_even_if_it_fell_asleep_last()
    {
        var idle = Asleep(2, of: 3);
        Assert.That(idle.TryWakeWatcher(out _), Is.True);
        idle.EndSearching();
        Sleep(idle, 2);
        Assert.That(idle.Watched, Is.Not.EqualTo(Watch.Nothing), "the newcomer watches");
        Assert.That(idle.TryWakeOne(out var worker), Is.True);
        Assert.That(worker, Is.EqualTo(1));
    }

    [Test]
    public void A_sleeper_that_rises_while_somebody_wakes_it_leaves_the_right_to_wake() => GateBoundary.Each(() =>
    {
        var idle = Asleep(1, of: 2);
        var (rose, woken) = (false, false);
        return (
            () => woken = idle.TryWakeOne(out _),
            () => rose = idle.TryRise(0),
            () => Assert.That((rose ^ woken, idle.Searching), Is.EqualTo((true, 1)), "one of the two has it, and searches"));
    });

    [Test]
    public void The_watcher_is_found_when_what_it_watches_changes_even_while_others_search()
    {
        var idle = Asleep(3);
        idle.BeginSearching();
        Assert.That(idle.TryWakeWatcher(out var watcher), Is.True);
        Assert.That(watcher, Is.Zero, "the first to fall asleep");
        Assert.That(idle.TryWakeWatcher(out var other), Is.True, "without a watcher anybody will do: it takes over");
        Assert.That(other, Is.EqualTo(2));
    }

    [Test]
    public void The_last_one_to_fall_asleep_does_not_make_the_watcher_of_all_look_at_slots()
    {
        var idle = Asleep(1, of: 1);
        Assert.That(idle.Watched, Is.EqualTo(Watch.Timers), "nobody is awake who could be stuck");
    }

    [Test]
    public void A_watcher_that_looks_at_no_slots_gives_way_to_who_falls_asleep_while_another_is_awake()
    {
        var idle = Asleep(3);
        Assert.That(idle.TryRise(0), Is.True);
        Assert.That(idle.Sleep(0), Is.EqualTo(Watch.Timers), "nobody is awake who could be stuck");
        Assert.That(idle.TryWakeOne(out var busy), Is.True);
        idle.EndSearching();
        Assert.That(idle.TryWakeOne(out var other), Is.True);
        Assert.That((busy, other), Is.EqualTo((2, 1)), "the watcher last");
        Assert.That(idle.Sleep(other), Is.EqualTo(Watch.TimersAndSlots));
        Assert.That(idle.TryRise(0), Is.True);
        Assert.That(idle.Watched, Is.EqualTo(Watch.TimersAndSlots), "whom it replaced is a sleeper like others");
        Assert.That(idle.Sleep(0), Is.EqualTo(Watch.Nothing), "one is enough");
    }

    [Test]
    public void A_sleeper_rises_by_itself_or_was_chosen_never_both()
    {
        var idle = Asleep(2);
        Assert.That(idle.TryWakeOne(out var worker), Is.True);
        Assert.That(idle.TryRise(worker), Is.False);
        Assert.That(idle.TryRise(1 - worker), Is.True);
        Assert.That((idle.Asleep, idle.Searching), Is.EqualTo((0, 2)));
    }

    [Test]
    public void With_nobody_asleep_the_right_to_wake_is_given_back()
    {
        var idle = new IdleWorkers(2);
        Assert.That(idle.TryWakeOne(out _), Is.False);
        Assert.That(idle.TryWakeWatcher(out _), Is.False);
        Assert.That(idle.Searching, Is.Zero);
    }

    private static IdleWorkers Asleep(int count, int? of = null)
    {
        var idle = new IdleWorkers(of ?? count);
        for (var i = 0; i < count; i++)
        {
            Sleep(idle, i);
        }

        return idle;
    }

    private static void Sleep(IdleWorkers idle, int worker)
    {
        idle.BeginSearching();
        idle.Sleep(worker);
    }
}
