using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using NUnit.Framework;

namespace Lab.Properties.Strategies.Dpor;

/// <summary>
/// A timer that the BCL has from <c>cx.Clock</c> calls back for the task that made it, in the middle of what that does. How far the task had come is an order
/// that the program may show: the fingerprint has it, and two executions that differ in it are not taken for one.
/// </summary>
[TestFixture]
internal sealed class TimersOfTheBclTests
{
    private static readonly TimeSpan s_length = TimeSpan.FromMilliseconds(2);

    private static readonly TestCaseData[] s_programs =
    [
        // It fires before the first of two yields, between them, or after both: only the last is late.
        Case("a Task.Delay beside yields", 2, DelayOrYields),

        // It is set in the step of the first look: seen at the second (behind one yield), at the third, or too late.
        Case("a CancellationTokenSource that is looked at", 3, Source),

        // Before the first yield, between the two, or after them.
        Case("a timer of the clock", 3, Plain),
    ];

    [TestCaseSource(nameof(s_programs))]
    public void Its_place_among_the_steps_of_its_task_is_in_the_fingerprint(Func<Cx, Task> program, int endings)
    {
        var (all, dpor) = (Search.All(program, new LabOptions()), Search.Dpor(program, new LabOptions()));
        Assert.That(all.Endings, Has.Count.EqualTo(endings));
        Assert.That(all.Fingerprints, Has.Count.GreaterThanOrEqualTo(endings));
        Assert.That(dpor.Endings, Is.EquivalentTo(all.Endings));
        Assert.That(dpor.Fingerprints.SetEquals(all.Fingerprints));
        Assert.That(dpor.Executions, Is.EqualTo(all.Fingerprints.Count));
    }

    [TestCaseSource(nameof(s_programs))]
    public void What_shows_it_is_no_undeclared_sharing(Func<Cx, Task> program, int endings)
    {
        foreach (var strategy in new[] { "random", "dfs", "dpor" })
        {
            var result = Explorer.Explore(program, new ExploreOptions { Strategy = strategy, Executions = 300, LinearisationSamples = 100 });
            Assert.That(result.Failure?.Verdict.Message, Is.Null, strategy);
        }
    }

    private static TestCaseData Case(string name, int endings, Func<Cx, Task> program) => new(program, endings) { TestName = "{m}: " + name };

    private static async Task DelayOrYields(Cx cx)
    {
        var yields = YieldsAsync(cx);
        cx.Note(await Task.WhenAny(yields, Task.Delay(s_length, cx.Clock)) == yields ? "yields" : "delay");
        await yields;
    }

    private static async Task Source(Cx cx)
    {
        using var source = new CancellationTokenSource(s_length, cx.Clock);
        var looks = 0;
        while (looks < 3 && !source.IsCancellationRequested)
        {
            await cx.YieldAsync();
            looks++;
        }

        cx.Note($"{looks}");
    }

    private static async Task Plain(Cx cx)
    {
        var (yields, seen) = (0, -1);
        using var timer = cx.Clock.CreateTimer(_ => seen = yields, null, s_length, Timeout.InfiniteTimeSpan);
        while (yields < 2)
        {
            await cx.YieldAsync();
            yields++;
        }

        await cx.DelayAsync(2 * s_length);
        cx.Note($"after {seen} yields");
    }

    private static async Task YieldsAsync(Cx cx)
    {
        await cx.YieldAsync();
        await cx.YieldAsync();
    }
}
