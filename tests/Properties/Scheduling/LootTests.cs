using Lab.Core.Scheduling;
using NUnit.Framework;

namespace Lab.Properties.Scheduling;

/// <summary>What a thief learns from what it stole. Worker 1 steals from worker 0; times are in nanoseconds, and made up.</summary>
[TestFixture, FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LootTests
{
    private readonly PickBed _bed = new(workers: 2);
    private readonly OwnerPace _pace;
    private long _now = 1_000;
    private long _steps;

    public LootTests() => _pace = new OwnerPace(_bed.Workers);

    private Worker Victim => _bed.Workers[0];

    [SetUp]
    public void A_crowd_waits() => _bed.Local("a", 100);

    [Test]
    public void An_owner_of_tasks_that_were_not_worth_it_is_left_alone_twice_as_long_each_time_up_to_a_limit()
    {
        // 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10 and 10 ms.
        var rest = OwnerPace.ShortestRest;
        for (var i = 0; i < 8; i++)
        {
            Steal(Loot.Sample, Loot.Worth - 1);
            Assert.That(IsWorthStealing(after: rest - 1), Is.False, $"loot {i}");
            Assert.That(IsWorthStealing(after: rest), Is.True, $"loot {i}");
            _now += rest;
            rest = Math.Min(2 * rest, OwnerPace.LongestRest);
        }
    }

    [Test]
    public void What_was_worth_it_ends_the_rest_and_quarters_the_next()
    {
        Steal(Loot.Sample, Loot.Worth - 1);
        Steal(Loot.Sample, Loot.Worth - 1);
        Steal(Loot.Sample, Loot.Worth - 1);
        Steal(Loot.Sample, Loot.Long);
        Assert.That(IsWorthStealing(after: 0), Is.True);

        // It was 0.8 ms; twice a quarter of it is 0.4.
        Steal(Loot.Sample, Loot.Worth - 1);
        Assert.That(IsWorthStealing(after: (2 * OwnerPace.ShortestRest) - 1), Is.False);
        Assert.That(IsWorthStealing(after: 2 * OwnerPace.ShortestRest), Is.True);
    }

    [Test]
    public void An_owner_in_a_long_step_is_relieved_all_the_same()
    {
        Steal(Loot.Sample, 1);
        MakeShortSteps(_now);
        _pace.Look(_now + OwnerPace.SlowAfter - 1);
        Assert.That(_pace.IsWorthStealing(Victim, _now + OwnerPace.SlowAfter - 1), Is.False, "it was fast a moment ago");
        Assert.That(_pace.IsWorthStealing(Victim, _now + OwnerPace.SlowAfter), Is.True);
    }

    [Test]
    public void An_owner_whose_steps_have_become_longer_is_relieved()
    {
        Steal(Loot.Sample, 1);
        MakeShortSteps(_now);
        for (var i = 0; i < 10; i++)
        {
            // A step in 20 microseconds; the fifth look is 100 after the last short ones.
            Assert.That(_pace.IsWorthStealing(Victim, _now), Is.EqualTo(i >= 5), $"look {i}");
            _bed.Pick(1);
            _now += OwnerPace.SlowAfter / 5;
            _pace.Look(_now);
        }
    }

    [Test]
    public void A_few_tasks_are_no_sample_and_are_put_together_with_the_next()
    {
        Steal(Loot.Sample - 1, 1);
        Assert.That(IsWorthStealing(after: 0), Is.True);
        _now += 1_000_000;
        Steal(1, 1);
        Assert.That(IsWorthStealing(after: 0), Is.False, "the time between is not theirs");
    }

    [Test]
    public void What_was_stolen_back_does_not_count()
    {
        // 100 taken, 16 run, each for as long as is worth it.
        _pace.HasStolen(Victim, 100, false, _steps, _now);
        Run(Loot.Sample, Loot.Sample * Loot.Long);
        Assert.That(IsWorthStealing(after: 0), Is.True);
    }

    [Test]
    public void A_task_that_goes_on_for_many_steps_counts_once()
    {
        _pace.HasStolen(Victim, Loot.Sample, false, _steps, _now);
        Run(100 * Loot.Sample, Loot.Sample * Loot.Worth);
        Assert.That(IsWorthStealing(after: 0), Is.True);
    }

    [Test]
    public void Loot_of_one_says_nothing_of_another()
    {
        var bed = new PickBed(workers: 3);
        var pace = new OwnerPace(bed.Workers);
        bed.Local("a", 100, worker: 0);
        bed.Local("a", 100, worker: 1);
        pace.HasStolen(bed.Workers[0], Loot.Sample - 1, false, 0, 0);
        pace.RunsOut(Loot.Sample - 1, 1);
        pace.HasStolen(bed.Workers[1], 1, false, Loot.Sample - 1, 1);
        pace.RunsOut(Loot.Sample, 2);
        Assert.That((pace.IsWorthStealing(bed.Workers[0], 2), pace.IsWorthStealing(bed.Workers[1], 2)), Is.EqualTo((true, true)), "no sample of either");

        pace.HasStolen(bed.Workers[1], Loot.Sample, false, Loot.Sample, 2);
        pace.RunsOut(2 * Loot.Sample, 3);
        Assert.That((pace.IsWorthStealing(bed.Workers[0], 3), pace.IsWorthStealing(bed.Workers[1], 3)), Is.EqualTo((true, false)));
    }

    [Test]
    public void An_owner_of_woken_tasks_that_take_it_much_less_than_their_thief_is_left_alone()
    {
        // 500 for the thief: a step of less than 375 is short. Ten short steps take 2 microseconds here.
        Steal(Loot.Sample, 500, haveBegun: true);
        Assert.That(IsWorthStealing(after: OwnerPace.SlowAfter), Is.False);
        Assert.That(IsWorthStealing(after: OwnerPace.ShortestRest), Is.True);
    }

    [Test]
    public void An_owner_of_tasks_that_were_to_begin_is_tried_for_a_shorter_time()
    {
        Steal(Loot.Sample, 500);
        Assert.That(IsWorthStealing(after: 0), Is.False, "its steps are short");

        // In one step ever since.
        _pace.Look(_now + OwnerPace.SlowToBeginAfter - 1);
        Assert.That(_pace.IsWorthStealing(Victim, _now + OwnerPace.SlowToBeginAfter - 1), Is.False);
        Assert.That(_pace.IsWorthStealing(Victim, _now + OwnerPace.SlowToBeginAfter), Is.True);
    }

    [Test]
    public void Woken_tasks_that_went_on_for_many_short_steps_are_shared()
    {
        _pace.HasStolen(Victim, Loot.Sample, true, _steps, _now);
        Run(10 * Loot.Sample, 500 * Loot.Sample);
        Assert.That(IsWorthStealing(after: 0), Is.True);
    }

    [Test]
    public void Woken_tasks_that_take_long_are_shared_without_a_trial()
    {
        Steal(Loot.Sample, Loot.Long, haveBegun: true);
        Assert.That(IsWorthStealing(after: 0), Is.True);
    }

    [Test]
    public void An_owner_on_trial_whose_steps_are_not_much_shorter_is_relieved_and_has_a_respite_that_doubles_up_to_a_limit()
    {
        // 0.2, 0.4, 0.8, 1.6 and 1.6 ms.
        var respite = OwnerPace.ShortestRest;
        for (var i = 0; i < 5; i++)
        {
            Steal(Loot.Sample, 500, haveBegun: true);
            _pace.Forget();
            _bed.Pick(1);
            Assert.That(IsLeftAlone(), Is.True, $"trial {i}");
            _now += OwnerPace.SlowAfter;
            Assert.That(IsLeftAlone(), Is.False, $"trial {i}");
            Steal(Loot.Sample, 500, haveBegun: true);
            _pace.Forget();
            _bed.Pick(1);
            Assert.That(IsLeftAlone(), Is.False, $"respite {i}");
            _now += respite;
            respite = Math.Min(2 * respite, OwnerPace.LongestRespite);
        }

        // Seen from one look to the next: an owner in a step that goes on.
        bool IsLeftAlone()
        {
            _pace.Look(_now);
            _pace.Look(_now);
            return !_pace.IsWorthStealing(Victim, _now);
        }
    }

    [Test]
    public void What_an_owner_did_while_nobody_looked_is_not_held_against_it()
    {
        Steal(Loot.Sample, 1);
        _now += OwnerPace.SlowAfter;
        _pace.Forget();
        _bed.Pick(1);
        _pace.Look(_now);
        _pace.Look(_now);
        Assert.That(_pace.IsWorthStealing(Victim, _now), Is.False);
        Assert.That(_pace.IsWorthStealing(Victim, _now + OwnerPace.SlowAfter), Is.True);
    }

    [Test]
    public void An_owner_that_has_begun_no_step_since_it_was_last_seen_is_in_that_same_step_and_relieved_at_once()
    {
        // Each loot from an owner that is stuck would otherwise be followed by 0.1 ms in which nobody runs what waits there.
        Steal(Loot.Sample, 1);
        MakeShortSteps(_now);
        _now += OwnerPace.SlowAfter;
        _pace.Forget();
        _pace.Look(_now);
        _pace.Look(_now);
        Assert.That(_pace.IsWorthStealing(Victim, _now), Is.True);
    }

    /// <summary>So many tasks are stolen and run, so long each.</summary>
    private void Steal(int count, long each, bool haveBegun = false)
    {
        _pace.HasStolen(Victim, count, haveBegun, _steps, _now);
        Run(count, count * each);
    }

    private void Run(int steps, long time)
    {
        _now += time;
        _steps += steps;
        _pace.RunsOut(_steps, _now);
    }

    /// <summary>Two looks, and ten short steps of the owner between them; the second is now.</summary>
    private void MakeShortSteps(long now)
    {
        _pace.Look(now - (10 * OwnerPace.ShortStep) + 1);
        _bed.Pick(10);
        _bed.Local("a", 10);
        _pace.Look(now);
    }

    /// <summary>To a thief that has just looked twice and seen short steps.</summary>
    private bool IsWorthStealing(long after)
    {
        MakeShortSteps(_now + after);
        return _pace.IsWorthStealing(Victim, _now + after);
    }
}
