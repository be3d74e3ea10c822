using Lab.Classics;
using Lab.Exploration;
using Lab.Strategies;
using NUnit.Framework;

namespace Lab.Properties.Classics;

/// <summary>Each classic program does what it is in the catalogue for.</summary>
[TestFixture]
internal sealed class CatalogueTests
{
    private static IEnumerable<Classic> Buggy => Catalogue.Buggy;

    private static IEnumerable<Classic> Smoke => Catalogue.Smoke;

    private static IEnumerable<Classic> Right => Catalogue.Right;

    [Test]
    public void There_are_more_than_thirty_with_a_bug_and_no_name_twice()
    {
        Assert.That(Catalogue.Buggy, Has.Count.GreaterThanOrEqualTo(30));
        Assert.That(Catalogue.Buggy.Concat(Catalogue.Smoke).Concat(Catalogue.Right).Select(classic => classic.Name), Is.Unique);
    }

    [TestCaseSource(nameof(Buggy))]
    public void The_bug_is_there_and_no_other(Classic classic)
    {
        // One of a random walk, PCT and few pre-emptions shows each of them within a few hundred executions.
        foreach (var strategy in new[] { RandomWalk.Name, "pct:3", "pct:2", "dfs:preemptions=0..2" })
        {
            var result = Explorer.Explore(
                classic.Program(Spawning.AllAtOnce),
                new ExploreOptions { Strategy = strategy, Executions = 400, LinearisationSamples = 0, Lab = Classic.Options(Spawning.AllAtOnce) });
            if (result.Failure is { } failure)
            {
                Assert.That(failure.Verdict.Kind, Is.EqualTo(classic.Expected), $"{failure.Verdict}");
                return;
            }
        }

        Assert.Fail("not found");
    }

    [TestCaseSource(nameof(Smoke))]
    public void A_smoke_test_fails_on_every_schedule(Classic classic)
    {
        var (all, failing) = InterleavingCounts.Of(classic, new PreemptionBounded(1, 1));
        Assert.That(failing, Is.EqualTo(all).And.GreaterThan(0));
    }

    [TestCaseSource(nameof(Right))]
    public void A_right_program_passes_exhaustively(Classic classic) =>
        Assert.That(InterleavingCounts.Of(classic, new PreemptionBounded(2, 2)).Failing, Is.Zero);
}
