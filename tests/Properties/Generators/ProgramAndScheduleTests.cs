using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Generators;
using Lab.Properties.Shrinking;
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
    private static readonly Arbitrary<int[]> s_amounts = Arb.From(Gen.Choose(0, 9).ArrayOf(), static amounts => Smaller(amounts));

    [Test]
    public void A_lost_update_shrinks_to_two_tasks_one_increment_each_and_one_deviation()
    {
        var cases = Scheduled.Cases(s_amounts, Sum);
        var found = Failing();
        while (cases.Shrinker(found).FirstOrDefault(Fails) is { } smaller)
        {
            found = smaller;
        }

        Assert.That(found.Input, Is.EqualTo(new[] { 1, 1 }));
        Assert.That(found.Schedule.Items, Has.Count.EqualTo(1));
        Assert.That(found.ToString(), Does.StartWith("[1, 1]   (schedule: "));
    }

    [Test]
    public void The_property_fails_with_the_report_of_the_smallest_case()
    {
        var error = Assert.Catch(() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000).WithReplay(1, 3), Scheduled.ForAll(s_amounts, Sum)))!;
        Assert.That(error.ToString(), Does.Contain("an update was lost").And.Contain("[1, 1]   (schedule: ").And.Contain("1 pre-emption"));
    }

    [Test]
    public void What_holds_for_all_inputs_and_schedules_passes() =>
        Check.One(Config.QuickThrowOnFailure, Scheduled.ForAll<int[]>(static (amounts, cx) => cx.ScopeAsync(scope =>
        {
            foreach (var _ in amounts)
            {
                scope.Spawn(static c => c.YieldAsync().AsTask());
            }

            return Task.CompletedTask;
        })));

    [Test]
    public void Nothing_smaller_fails()
    {
        for (var index = 0; index < 10; index++)
        {
            Assert.That(Fails(new([1], new Schedule([new Deviation(index, 1)]))), Is.False);
        }

        Assert.That(Fails(new([1, 1], Schedule.Default)), Is.False, "the default does not pre-empt");
    }

    [Test]
    public void A_schedule_that_takes_a_slow_machine_shrinks_to_one_that_any_machine_can_show() =>
        Assert.That(EarlyAdvances(ClockPrograms.LostOrLate(0)), Is.Empty);

    [Test]
    public void A_schedule_of_a_program_that_only_fails_late_keeps_one_early_advance_and_leaves_one_task_behind() =>
        Assert.That(EarlyAdvances(ClockPrograms.Late(0)), Is.EqualTo(new[] { "00:00:00 -> 00:00:00.0010000; T0.1 was ready for 1 ms" }));

    /// <summary>Of the smallest schedule that is found from one in which the clock left two tasks behind.</summary>
    private static string[] EarlyAdvances(Func<Cx, Task> program)
    {
        var cases = Scheduled.Cases(Arb.From(Gen.Constant(0)), (_, cx) => program(cx));
        var random = new Prng(new Seed(1));
        Scheduled<int> found;
        do
        {
            found = new(0, new Schedule(Enumerable.Range(0, 8).Select(_ => new Deviation(random.Next(10), random.Next(4)))));
        }
        while (!Fails(found) || Early(found) is not [var early] || !early.Contains("T0.1 was ready for 1 ms") || !early.Contains("T0.2 was ready for 1 ms"));

        while (cases.Shrinker(found).FirstOrDefault(Fails) is { } smaller)
        {
            found = smaller;
        }

        return Early(found);

        bool Fails(Scheduled<int> drawn) => LabRuntime.TryRun(drawn.Schedule, program).Verdict.IsFailure;

        string[] Early(Scheduled<int> drawn) => [.. LabRuntime.TryRun(drawn.Schedule, program).Trace!.Events
            .Where(static e => e.Kind == "ClockAdvanced" && e.Detail.Contains("was ready for")).Select(static e => e.Detail)];
    }

    private static Scheduled<int[]> Failing()
    {
        var random = new Prng(new Seed(1));
        while (true)
        {
            var tasks = Enumerable.Range(0, 4).Select(_ => 1 + random.Next(3)).ToArray();
            var schedule = new Schedule(Enumerable.Range(0, 12).Select(_ => new Deviation(random.Next(20), random.Next(4))));
            if (Fails(new(tasks, schedule)))
            {
                return new(tasks, schedule);
            }
        }
    }

    private static IEnumerable<int[]> Smaller(int[] tasks)
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

    private static bool Fails(Scheduled<int[]> item) => LabRuntime.TryRun(item.Schedule, cx => Sum(item.Input, cx)).Verdict.IsFailure;

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
