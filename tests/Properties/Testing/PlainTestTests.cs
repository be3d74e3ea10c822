using NUnit.Framework;
using NUnit.Framework.Interfaces;

namespace Lab.Properties.Testing;

/// <summary>A test that is no [LabTest] calls the lab: NUnit's assertions in the program belong to the execution, not to the test.</summary>
public sealed class PlainTestTests
{
    private static readonly Dictionary<string, ITestResult> s_results = NestedRun.Of(typeof(PlainTestFixtures<int>));

    [TestCase("Expects_that_an_assertion_fails")]
    [TestCase("Catches_what_the_executions_throw")]
    [TestCase("Fails_in_a_child_and_in_the_body")]
    public void What_the_executions_assert_is_not_counted_as_the_tests(string test)
    {
        var result = s_results[test];
        Assert.That(result.ResultState, Is.EqualTo(ResultState.Success), result.Message);
        Assert.That(result.AssertionResults.Count(static assertion => assertion.Status == AssertionStatus.Failed), Is.Zero);
    }

    [Test]
    public void A_failure_that_the_test_lets_through_fails_it_with_the_programs_own_assertion()
    {
        var result = s_results["Lets_the_failure_through"];
        Assert.That(result.ResultState.Status, Is.EqualTo(TestStatus.Failed));
        Assert.That(result.Message, Does.Contain("balance.Peek()").And.Not.Contain("nondeterministic").And.Not.Contain("Multiple"));
    }
}
