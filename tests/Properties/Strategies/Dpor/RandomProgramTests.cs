using Lab.Classics;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Sharing;
using NUnit.Framework;

namespace Lab.Properties.Strategies.Dpor;

/// <summary>
/// On programs so small that all of their interleavings can be run: <c>dpor</c> meets every ending (verdict and final state) and every fingerprint that
/// depth-first search meets, and no other.
/// </summary>
[TestFixture]
internal sealed class RandomProgramTests
{
    private const long Limit = 500;

    [TestCase(Palette.Shared, 2, 4)]
    [TestCase(Palette.Model, 3, 3)]
    [TestCase(Palette.Model, 2, 5)]
    [TestCase(Palette.Core, 3, 3)]
    [TestCase(Palette.Control, 2, 4)]
    public void Every_fingerprint_is_run_once(Palette palette, int tasks, int steps) =>
        Compare(palette, tasks, steps, new LabOptions { Time = TimeModel.Free }, isOptimal: true);

    [TestCase(Palette.Shared, 3, 3)]
    [TestCase(Palette.Model, 3, 3)]
    [TestCase(Palette.Core, 3, 3)]
    public void Every_fingerprint_is_run_once_when_all_tasks_live_at_the_start(Palette palette, int tasks, int steps) =>
        Compare(palette, tasks, steps, new LabOptions { Start = StartMode.Eager }, isOptimal: true);

    [Test]
    public void The_clock_that_moves_when_idle_adds_no_order() =>
        Compare(Palette.Time, 2, 3, new LabOptions { Time = TimeModel.WhenIdle }, isOptimal: true);

    [TestCase(TimeModel.Free)]
    [TestCase(TimeModel.Lag)]
    public void With_a_clock_that_may_be_early_nothing_is_missed(TimeModel time) =>
        Compare(Palette.Time, 2, 3, new LabOptions { Time = time, Lag = TimeSpan.FromMilliseconds(3) }, isOptimal: false);

    [TestCase(2, 2)]
    [TestCase(3, 1)]
    public void With_several_waits_at_once_no_ending_is_missed(int tasks, int steps)
    {
        var compared = 0;
        for (var number = 0UL; compared < 60; number++)
        {
            compared += CompareEndings(number, tasks, steps, Limit) ? 1 : 0;
        }
    }

    // What each of them shows was missed once.
    [TestCase(3, 1, 1256UL, Description = "a send is announced while its sender has not ended, and takes effect when it has")]
    [TestCase(2, 3, 203UL, Description = "the same beside the end of a scope")]
    [TestCase(3, 1, 213UL, Description = "a delay of the BCL, and a join that may come before it")]
    [TestCase(2, 2, 795UL, Description = "a delay of the BCL, and the end of a scope")]
    [TestCase(2, 2, 12901UL, Description = "one step sets a timer, looks at the clock and ends, which takes the timer out")]
    public void No_ending_of_this_program_with_several_waits_is_missed(int tasks, int steps, ulong number) =>
        Assert.That(CompareEndings(number, tasks, steps, limit: 1000), "too large");

    // The sender ends before the send is announced, between that and its effect, or afterwards.
    [Test]
    public void A_send_whose_sender_ends_meets_every_fingerprint() =>
        Compare([120, 314], Palette.Several, 3, 1, new LabOptions { Time = TimeModel.Free }, isOptimal: true, Limit);

    // What each of them shows was missed once.
    [TestCase(Palette.Control, 3, 3, 1055UL, Description = "cancels by way of a step that is only planned")]
    [TestCase(Palette.Control, 3, 3, 1156UL, Description = "cancels, or has nothing left to cancel")]
    [TestCase(Palette.Control, 3, 3, 1850UL, Description = "what is left to a plan that turns out to be no way to go")]
    [TestCase(Palette.Control, 3, 3, 2516UL, Description = "cancels a wait, which a send may have ended")]
    [TestCase(Palette.Time, 2, 3, 96UL, Description = "timers of one due time")]
    [TestCase(Palette.Time, 2, 3, 148UL, Description = "nothing is planned that was seen")]
    [TestCase(Palette.Time, 2, 3, 1402UL, Description = "a timer is taken out behind another one of the same due time")]
    [TestCase(Palette.Time, 3, 2, 185UL, Description = "a race between steps that are repeated, with something new in between")]
    [TestCase(Palette.Time, 3, 2, 203UL, Description = "a timer cancels who waits, or does not wait yet")]
    public void Every_fingerprint_of_this_program_is_run_once(Palette palette, int tasks, int steps, ulong number) =>
        Compare([number], palette, tasks, steps, new LabOptions { Time = TimeModel.Free }, isOptimal: true, limit: 3000);

    [TestCase(TimeModel.Free)]
    [TestCase(TimeModel.WhenIdle)]
    public void With_three_tasks_that_cancel_and_join_every_fingerprint_is_run_once(TimeModel time) =>
        Compare(Palette.Control, 3, 3, new LabOptions { Time = time }, isOptimal: true);

    // Such a delay has no timer, and so no event but its end. A clock that waits for the writer never shows what was there before.
    [TestCase(TimeModel.Free, 2)]
    [TestCase(TimeModel.WhenIdle, 1)]
    public void Every_fingerprint_of_a_delay_for_ever_that_is_cancelled_is_run_once(TimeModel time, int endings)
    {
        var options = new LabOptions { Time = time };
        var all = Search.All(Program, options);
        var dpor = Search.Dpor(Program, options);
        Assert.That(all.IsComplete && dpor.IsComplete);
        Assert.That(dpor.Endings, Is.EquivalentTo(all.Endings).And.Exactly(endings).Items);
        Assert.That(dpor.Fingerprints.SetEquals(all.Fingerprints));
        Assert.That(dpor.Executions, Is.EqualTo(all.Fingerprints.Count));

        static Task Program(Cx cx) => cx.ScopeAsync(scope =>
        {
            var seen = new Shared<int>();
            var sleeper = scope.Spawn(async c =>
            {
                try
                {
                    await c.DelayAsync(Timeout.InfiniteTimeSpan);
                }
                finally
                {
                    using (c.Mask())
                    {
                        await c.DelayAsync(TimeSpan.FromMilliseconds(1));
                        c.Note($"{await seen.ReadAsync(c)}");
                    }
                }
            });
            scope.Spawn(async c =>
            {
                await c.YieldAsync();
                sleeper.Cancel();
                await seen.WriteAsync(1, c);
            });
            return Task.CompletedTask;
        });
    }

    /// <summary>
    /// A leak ends the execution there and then, and how it would have gone on is not known: of those programs the failure alone is compared.
    /// </summary>
    private static bool CompareEndings(ulong number, int tasks, int steps, long limit)
    {
        var options = new LabOptions { Time = TimeModel.Free, ForeignWait = TimeSpan.Zero };
        var program = RandomProgram.Of(number, Palette.Several, tasks, steps);
        var all = Search.All(program.Run, options, limit);
        if (!all.IsComplete)
        {
            return false;
        }

        var dpor = Search.Dpor(program.Run, options, limit);
        Assert.That(dpor.IsComplete, $"{number}: {program}");
        var isCut = all.Verdicts.Overlaps(["task-leak", "permit-leak"]);
        Assert.That(isCut ? dpor.Failures > 0 : dpor.Endings.SetEquals(all.Endings), $"{number}: {program}");
        return true;
    }

    private static void Compare(Palette palette, int tasks, int steps, LabOptions options, bool isOptimal) =>
        Assert.That(Compare(Enumerable.Range(0, 16).Select(static i => (ulong)i), palette, tasks, steps, options, isOptimal, Limit), Is.GreaterThan(4));

    private static int Compare(IEnumerable<ulong> numbers, Palette palette, int tasks, int steps, LabOptions options, bool isOptimal, long limit)
    {
        var compared = 0;
        foreach (var number in numbers)
        {
            var program = RandomProgram.Of(number, palette, tasks, steps);
            var all = Search.All(program.Run, options, limit);
            if (!all.IsComplete)
            {
                continue;
            }

            compared++;
            var dpor = Search.Dpor(program.Run, options, limit);
            Assert.That(dpor.IsComplete, $"{number}: {program}");
            Assert.That(dpor.Endings, Is.EquivalentTo(all.Endings), $"{number}: {program}");
            Assert.That(dpor.Fingerprints.SetEquals(all.Fingerprints), $"{number}: {program}");
            if (isOptimal)
            {
                Assert.That(dpor.Executions, Is.EqualTo(all.Fingerprints.Count), $"{number}: {program}");
            }
        }

        Assert.That(compared, Is.Positive);
        return compared;
    }
}
