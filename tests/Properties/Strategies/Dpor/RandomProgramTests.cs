using Lab.Classics;
using Lab.Execution;
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

    [Test]
    public void With_three_tasks_that_cancel_and_join_nothing_is_missed() =>
        Compare(Palette.Control, 3, 3, new LabOptions(), isOptimal: false);

    private static void Compare(Palette palette, int tasks, int steps, LabOptions options, bool isOptimal)
    {
        var compared = 0;
        for (var number = 0UL; number < 16; number++)
        {
            var program = RandomProgram.Of(number, palette, tasks, steps);
            var all = Search.All(program.Run, options, Limit);
            if (!all.IsComplete)
            {
                continue;
            }

            compared++;
            var dpor = Search.Dpor(program.Run, options, Limit);
            Assert.That(dpor.IsComplete, $"{number}: {program}");
            Assert.That(dpor.Endings, Is.EquivalentTo(all.Endings), $"{number}: {program}");
            Assert.That(dpor.Fingerprints.SetEquals(all.Fingerprints), $"{number}: {program}");
            if (isOptimal)
            {
                Assert.That(dpor.Executions, Is.EqualTo(all.Fingerprints.Count), $"{number}: {program}");
            }
        }

        Assert.That(compared, Is.GreaterThan(4));
    }
}
