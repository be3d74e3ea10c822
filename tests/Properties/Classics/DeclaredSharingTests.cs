using Lab.Classics;
using Lab.Exploration;
using NUnit.Framework;

namespace Lab.Properties.Classics;

/// <summary>
/// What the classic programs share without an operation lies under a lock or before a join, as they say: otherwise their counts would mean nothing.
/// </summary>
[TestFixture]
internal sealed class DeclaredSharingTests
{
    private static IEnumerable<Classic> All => Catalogue.Buggy.Concat(Catalogue.Right);

    [TestCaseSource(nameof(All))]
    public void Independent_steps_may_be_exchanged(Classic classic)
    {
        var result = Explorer.Explore(
            classic.Program(Spawning.OneByOne),
            new ExploreOptions { Executions = 130, KeepGoing = true, LinearisationSamples = 4, Lab = Classic.Options(Spawning.OneByOne) });
        foreach (var failure in result.Failures)
        {
            Assert.That(failure.Verdict.Kind, Is.EqualTo(classic.Expected), $"{failure.Verdict}");
            Assert.That(failure.Verdict.ToString(), Does.Not.Contain("was not declared"));
        }
    }
}
