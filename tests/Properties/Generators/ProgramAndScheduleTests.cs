using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Generators;
using Lab.Seeds;
using Lab.Sharing;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Generators;

/// <summary>A property over a program and a schedule shrinks both: to the fewest tasks that show a seeded bug, and the one deviation it takes.</summary>
[TestFixture]
public sealed class ProgramAndScheduleTests
{
    /// <summary>What each task adds, by reading and writing apart: the bug.</summary>
    private static readonly Arbitrary<(int[] Tasks, Schedule Schedule)> s_cases = Arb.From(
        Gen.Constant((Array.Empty<int>(), Schedule.Default)),
        static both => Lists(both.Item1).SelectMany(tasks => Near(both.Item2).Select(schedule => (tasks, schedule)))
            .Concat(LabArbitraries.Schedules().Shrinker(both.Item2).Select(schedule => (both.Item1, schedule))));

    [Test]
    public void A_lost_update_shrinks_to_two_tasks_one_increment_each_and_one_deviation()
    {
        var found = Failing();
        while (s_cases.Shrinker(found).FirstOrDefault(Fails) is { Tasks: not null } smaller)
        {
            found = smaller;
        }

        Assert.That(found.Tasks, Is.EqualTo(new[] { 1, 1 }));
        Assert.That(found.Schedule.Items, Has.Count.EqualTo(1));
    }

    [Test]
    public void Nothing_smaller_fails()
    {
        for (var index = 0; index < 10; index++)
        {
            Assert.That(Fails(([1], new Schedule([new Deviation(index, 1)]))), Is.False);
        }

        Assert.That(Fails(([1, 1], Schedule.Default)), Is.False, "the default does not pre-empt");
    }

    /// <summary>In a smaller program the deviation that matters may stand at another decision.</summary>
    private static IEnumerable<Schedule> Near(Schedule schedule) => new[] { schedule }.Concat(
        from index in Enumerable.Range(0, schedule.Items.Select(static item => item.Index).DefaultIfEmpty().Max() + 3)
        from choice in Enumerable.Range(0, 4)
        select new Schedule([new Deviation(index, choice)]));

    private static (int[] Tasks, Schedule Schedule) Failing()
    {
        var random = new Prng(new Seed(1));
        while (true)
        {
            var tasks = Enumerable.Range(0, 4).Select(_ => 1 + random.Next(3)).ToArray();
            var schedule = new Schedule(Enumerable.Range(0, 12).Select(_ => new Deviation(random.Next(20), random.Next(4))));
            if (Fails((tasks, schedule)))
            {
                return (tasks, schedule);
            }
        }
    }

    private static IEnumerable<int[]> Lists(int[] tasks)
    {
        for (var i = 0; i < tasks.Length; i++)
        {
            yield return [.. tasks[..i], .. tasks[(i + 1)..]];
            if (tasks[i] > 1)
            {
                yield return [.. tasks[..i], tasks[i] - 1, .. tasks[(i + 1)..]];
            }
        }
    }

    private static bool Fails((int[] Tasks, Schedule Schedule) both) => LabRuntime.TryRun(both.Schedule, cx => Sum(both.Tasks, cx)).Verdict.IsFailure;

    private static async Task Sum(int[] tasks, Cx cx)
    {
        var sum = new Shared<int>();
        await cx.ScopeAsync(scope =>
        {
            foreach (var increments in tasks)
            {
                scope.Spawn(async c =>
                {
                    for (var i = 0; i < increments; i++)
                    {
                        await sum.WriteAsync(await sum.ReadAsync(c) + 1, c);
                    }
                });
            }

            return Task.CompletedTask;
        });
        if (sum.Peek() != tasks.Sum())
        {
            throw new InvalidOperationException("an update was lost");
        }
    }
}
