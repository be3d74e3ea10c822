using System.Globalization;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Seeds;
using Lab.Sharing;
using Lab.Shrinking;
using NUnit.Framework;

namespace Lab.Properties.Exploration;

/// <summary>Failures whose messages differ in a number alone are one where they come from one place, and two where they come from two.</summary>
[TestFixture]
internal sealed class FailureSiteTests
{
    private static readonly ExploreOptions s_all = new() { Shrink = null, Strategy = "random", Executions = 100, KeepGoing = true };
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("lab-sites-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    // Three tasks, so the last is 1, 2 or 3: three numbers from one call, or the same three from two.
    [TestCase(false, 1)]
    [TestCase(true, 2)]
    public void A_run_that_goes_on_tells_checks_apart_by_where_they_are(bool isTwo, int failures) =>
        Assert.That(Explorer.Explore(Program(isTwo), s_all).Failures, Has.Count.EqualTo(failures));

    [TestCase(false, 1)]
    [TestCase(true, 2)]
    public void So_do_the_parts_of_a_run_when_they_are_joined_and_a_run_that_is_resumed(bool isTwo, int failures)
    {
        var files = new List<string>();
        for (var part = 1; part <= 3; part++)
        {
            files.Add(Path.Combine(_folder, FormattableString.Invariant($"{part}.run")));
            Explorer.Explore(Program(isTwo), s_all with { Shard = new Shard(part, 3), RunFile = files[^1] });
        }

        Assert.That(ShardMerge.Of(files).Result.Failures, Has.Count.EqualTo(failures));
        var half = s_all with { RunFile = Path.Combine(_folder, "half.run"), Executions = 50 };
        Assert.That(Explorer.Explore(Program(isTwo), half).Failures, Has.Count.EqualTo(failures));
        Assert.That(Explorer.Explore(Program(isTwo), half with { Executions = 100, Resume = true }).Failures, Has.Count.EqualTo(failures));
    }

    [Test]
    public void Shrinking_does_not_go_from_one_check_to_another()
    {
        var found = Enumerable.Range(1, 100).Select(static i => Explorer.Explore(Program(isTwo: true), s_all with { First = i, Executions = 1 }).Failure!)
            .First(static failure => failure.Verdict.FirstLine == Message(1));

        // The order of spawning ends with 3, at the other check.
        var shrunk = LabRuntime.Shrink(found.Trace!, Program(isTwo: true)).Verdict;
        Assert.That(shrunk.FirstLine, Is.EqualTo(Message(1)));
    }

    [Test]
    public void Who_joins_the_task_that_failed_makes_no_difference()
    {
        var one = Explorer.Explore(Joined, s_all).Failures;
        Assert.That(one.Select(static failure => failure.Verdict.FirstLine), Is.EqualTo(new[] { one[0].Verdict.FirstLine }));

        // The failing task throws 1 or 2; who hears of it first, the join in the one line or that in the other, is a matter of the schedule as well.
        static Task Joined(Cx cx) => cx.ScopeAsync(async scope =>
        {
            var last = new Shared<int>();
            var fails = scope.Spawn(async c =>
            {
                await c.YieldAsync();
                Fail(1 + await last.ReadAsync(c));
            });
            scope.Spawn(async c => await last.WriteAsync(1, c));
            if (await last.ReadAsync(cx) == 0)
            {
                await fails.JoinAsync(cx);
            }

            await fails.JoinAsync(cx);
        }, new ScopeOptions { Faults = FaultPolicy.CollectAll });
    }

    [Test]
    public void A_method_that_the_JIT_has_put_into_its_caller_is_no_other_place()
    {
        Assert.That(IsOne(["A (a.cs:1)", "B (b.cs:2)"], ["B (b.cs:2)"]), Is.True);
        Assert.That(IsOne(["B (b.cs:2)"], ["A (a.cs:1)", "B (b.cs:2)"]), Is.True);
        Assert.That(IsOne(["A (a.cs:1)", "B (b.cs:2)"], ["A (a.cs:1)", "B (b.cs:3)"]), Is.False);
        Assert.That(IsOne([], ["A (a.cs:1)"]), Is.True, "nothing is known of the one");

        static bool IsOne(string[] a, string[] b) => FailureSite.IsOneBug(
            new Verdict(VerdictKind.Exception, "1") { Site = a }, new Verdict(VerdictKind.Exception, "2") { Site = b });
    }

    private static Func<Cx, Task> Program(bool isTwo) => async cx =>
    {
        var last = new Shared<int>();
        await cx.ScopeAsync(scope =>
        {
            for (var i = 1; i <= 3; i++)
            {
                var mine = i;
                scope.Spawn(async c => await last.WriteAsync(mine, c));
            }

            return Task.CompletedTask;
        });
        if (isTwo && last.Peek() == 1)
        {
            Fail(1);
        }

        Fail(last.Peek());
    };

    private static void Fail(int code) => throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"code {code}"));

    private static string Message(int code) => string.Create(CultureInfo.InvariantCulture, $"InvalidDataException: code {code}");
}
