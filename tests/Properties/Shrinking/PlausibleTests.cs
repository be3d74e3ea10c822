using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Sharing;
using NUnit.Framework;

namespace Lab.Properties.Shrinking;

/// <summary>A failure that any machine can show comes before one that needs a slow one (semantics 6.4), however it was found.</summary>
[TestFixture]
internal sealed class PlausibleTests
{
    private const int Seeds = 12;

    private static readonly ShrinkOptions s_untimed = new() { Time = null };

    private static readonly (string Name, Func<Cx, Task> Program, string[] Early, int Preemptions, int Steps)[] s_known =
    [
        // Steps: the program's two, three tasks' starts, 2 accesses of each of two, the delay, the clock's, and one that it wakes: 12.
        ("lost or late", ClockPrograms.LostOrLate(0), [], 1, 12),

        // And 6 accesses of noise of each of two.
        ("lost or late in noise", ClockPrograms.LostOrLate(6), [], 1, 24),

        // The program's two, three starts, 2 and 3 accesses, 20 of noise of each of two, the delay: 51. The fault cancels it before the clock moves.
        ("blink or late", ClockPrograms.BlinkOrLate(20), [], 3, 51),

        // The first one's 12. The other increment, which could be held back as well, is over before.
        ("late", ClockPrograms.Late(0), ["00:00:00 -> 00:00:00.0010000; T0.1 was ready for 1 ms"], 0, 12),

        // The program's two, six starts, 2 accesses of each of five, 1 of the second and 1 of the sixth, its delay, the clock's, and one that it wakes: 23.
        ("late among many", ClockPrograms.LateAmongMany, ["00:00:00 -> 00:00:00.0010000; T0.3 was ready for 1 ms"], 0, 23),

        // The clock is at 3 ms before any task is ready again: 1 ms is left. The program's two, four starts, three delays, three steps of the clock, one of
        // each of three that it wakes, 3 accesses of noise and 2 others: 20.
        ("only late", ClockPrograms.OnlyLate, ["00:00:00.0030000 -> 00:00:00.0040000; T0.2 was ready for 1 ms"], 0, 20),

        // One task is left behind, the other is done before. The program's two, three starts, 5 delays with a step each of the clock and of who is woken,
        // 2 accesses of each of two: 24.
        ("five times", ClockPrograms.FiveTimes, [.. Enumerable.Range(1, 5).Select(static ms => $"00:00:00{(ms == 1 ? "" : $".00{ms - 1}0000")} -> 00:00:00.00{ms}0000; T0.3 was ready for {ms} ms")], 0, 24),
    ];

    private static IEnumerable<TestCaseData> Known =>
        s_known.Select(static known => new TestCaseData(known.Program, known.Early, known.Preemptions, known.Steps).SetArgDisplayNames(known.Name));

    [TestCaseSource(nameof(Known))]
    public void From_any_seed_a_program_shrinks_to_its_most_plausible_failure(Func<Cx, Task> program, string[] early, int preemptions, int steps)
    {
        var schedules = new HashSet<string>();
        for (var seed = 0UL; seed < Seeds; seed++)
        {
            var found = ShrinkerTests.Failure(program, seed);
            var shrunk = LabRuntime.Shrink(found.Trace!, program, s_untimed);
            Assert.That(Early(shrunk), Is.EqualTo(early), $"seed {seed}");
            Assert.That((Preemptions(shrunk), shrunk.Steps), Is.EqualTo((preemptions, (long)steps)), $"seed {seed}");
            Assert.That(shrunk.Verdict.Notes.Count(static note => note.Contains("could a machine be that slow?")), Is.EqualTo(early.Length > 0 ? 1 : 0));
            Assert.That(shrunk.Shrinking!.FoundEarlyAdvances, Is.EqualTo(Early(found).Length), $"seed {seed}");
            schedules.Add(string.Join(' ', shrunk.Trace!.Decisions.Select(static decision => decision.Choice)));
        }

        Assert.That(schedules, Has.Count.EqualTo(1), "all in one schedule");
    }

    [Test]
    public void The_late_failure_is_found_too_and_is_what_would_be_simpler_without_a_clock()
    {
        // Otherwise the tests above would show nothing: from some seeds the late one is what there is to shrink, and it takes no pre-emption.
        var early = Enumerable.Range(0, Seeds).Select(static seed => ShrinkerTests.Failure(ClockPrograms.LostOrLate(0), (ulong)seed)).Where(static found => Early(found).Length > 0);
        Assert.That(early.Count(static found => Preemptions(found) == 0), Is.AtLeast(1));
    }

    [Test]
    public void That_none_is_smaller_is_said_where_all_that_ask_for_no_more_were_tried()
    {
        Assert.That(Shrunk(ClockPrograms.LostOrLate(0)).Shrinking!.IsLeast, Is.True);
        Assert.That(Shrunk(ClockPrograms.FiveTimes).Shrinking, Has.Property("IsLeast").False.And.Property("IsComplete").True, "every order without the clock asks for less");
        Assert.That(Shrunk(ShrinkPrograms.Draws).Shrinking, Has.Property("IsLeast").False, "100 * 100 * 100 draws");
    }

    [Test]
    public void In_the_free_model_a_failure_within_the_lag_comes_before_one_beyond_it()
    {
        // One early advance of 20 ms would do; two of 1 ms each, in which nobody is held back for more than 10, are what Lag allows.
        var lab = new LabOptions { Time = TimeModel.Free };
        var found = Enumerable.Range(0, Seeds).Select(seed => Explorer.Explore(Overtaken, new ExploreOptions { Seed = new((ulong)seed), First = 1, Shrink = null, Lab = lab }).Failure!)
            .First(static found => Early(found) is [var only] && only.Contains("T0.2 was ready for 20 ms"));
        Assert.That(
            Early(LabRuntime.Shrink(found.Trace!, Overtaken, s_untimed)),
            Is.EqualTo(new[] { "00:00:00 -> 00:00:00.0010000; T0.2 was ready for 1 ms", "00:00:00.0010000 -> 00:00:00.0020000; T0.2 was ready for 2 ms" }));
    }

    private static async Task Overtaken(Cx cx)
    {
        var isOver = false;
        var isShort = new Shared<bool>();
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(async c =>
            {
                var (times, milliseconds) = await isShort.ReadAsync(c) ? (2, 1) : (1, 20);
                for (var i = 0; i < times; i++)
                {
                    await c.DelayAsync(TimeSpan.FromMilliseconds(milliseconds));
                }

                isOver = true;
            });
            scope.Spawn(async c =>
            {
                await ShrinkPrograms.Noise(1, c);
                ShrinkPrograms.Require(!isOver);
            });
            scope.Spawn(async c => await isShort.WriteAsync(true, c));
            return Task.CompletedTask;
        });
    }

    private static LabResult Shrunk(Func<Cx, Task> program) => LabRuntime.Shrink(ShrinkerTests.Failure(program, 1).Trace!, program, s_untimed);

    private static string[] Early(LabResult result) =>
        [.. result.Trace!.Events.Where(static e => e.Kind == "ClockAdvanced" && e.Detail.Contains("was ready for")).Select(static e => e.Detail)];

    private static int Preemptions(LabResult result) => result.Trace!.Events.Count(static e => e.Kind == "TaskPreempted");
}
