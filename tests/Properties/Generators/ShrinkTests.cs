using FsCheck;
using FsCheck.Fluent;
using Lab.Generators;
using Lab.Seeds;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Generators;

/// <summary>Shrinking needs no run of a program and always ends.</summary>
[TestFixture]
public sealed class ShrinkTests
{
    [Test]
    public void The_schedule_without_deviations_is_the_smallest() => Assert.That(Shrinks(Schedule.Default), Is.Empty);

    [FsCheck.NUnit.Property(Arbitrary = [typeof(LabArbitraries)])]
    public bool A_schedule_shrinks_to_others_with_no_more_deviations(Schedule schedule) =>
        Shrinks(schedule).All(smaller => smaller.Items.Count <= schedule.Items.Count && !smaller.Equals(schedule));

    [FsCheck.NUnit.Property(Arbitrary = [typeof(LabArbitraries)])]
    public bool Greedy_shrinking_of_a_schedule_ends_at_the_default(Schedule schedule)
    {
        var steps = 0;
        while (Shrinks(schedule).FirstOrDefault() is { } smaller)
        {
            schedule = smaller;
            steps++;
        }

        return schedule.Equals(Schedule.Default) && steps <= 64;
    }

    [Test]
    public void A_schedule_shrinks_to_the_one_deviation_that_matters()
    {
        var schedule = new Schedule([new(2, 3), new(9, 1), new(30, 4), new(31, 5), new(50, 2)]);
        Assert.That(Minimal(schedule, s => s.Items.Any(item => item.Index >= 9 && item.Choice >= 2)).ToString(), Is.EqualTo("9->2"));
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(LabArbitraries)])]
    public bool A_program_shrinks_to_smaller_programs(LabProgram program) => program.Shrink().All(smaller => Size(smaller) < Size(program));

    [Test]
    public void A_program_is_a_function_of_seed_and_size()
    {
        var first = LabProgram.Random(new Seed(7), 60).ToString();
        var second = LabProgram.Random(new Seed(7), 60).ToString();
        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public void Every_action_is_generated()
    {
        var seen = new HashSet<ProgramAction>();
        for (ulong seed = 0; seed < 500; seed++)
        {
            Collect(LabProgram.Random(new Seed(seed), 60).Tasks.SelectMany(steps => steps), seen);
        }

        Assert.That(seen, Is.EquivalentTo(Enum.GetValues<ProgramAction>()));
    }

    private static IEnumerable<Schedule> Shrinks(Schedule schedule) => LabArbitraries.Schedules().Shrinker(schedule);

    private static Schedule Minimal(Schedule schedule, Func<Schedule, bool> fails)
    {
        while (Shrinks(schedule).FirstOrDefault(fails) is { } smaller)
        {
            schedule = smaller;
        }

        return schedule;
    }

    private static long Size(LabProgram program) =>
        program.Channels.Sum() + program.Semaphores.Sum() + program.Notifies + program.Tasks.Sum(steps => 1 + steps.Sum(Size));

    private static long Size(ProgramStep step) => 100 + step.Target + step.Amount + step.Body.Sum(Size);

    private static void Collect(IEnumerable<ProgramStep> steps, HashSet<ProgramAction> seen)
    {
        foreach (var step in steps)
        {
            seen.Add(step.Action);
            Collect(step.Body, seen);
        }
    }
}
