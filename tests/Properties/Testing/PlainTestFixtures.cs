using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Seeds;
using Lab.Sharing;
using NUnit.Framework;

namespace Lab.Properties.Testing;

/// <summary>Plain tests that call the lab themselves, for <see cref="PlainTestTests"/>. Generic, so that only they run.</summary>
public class PlainTestFixtures<T>
{
    [Test]
    public void Expects_that_an_assertion_fails()
    {
        var result = Explorer.Explore(TopUpTwice, new ExploreOptions { Executions = 200 });
        Assert.That(result.Failure!.Verdict.Kind, Is.EqualTo(VerdictKind.AssertionFailed), result.Failure.Verdict.ToString());
        Assert.That(result.Failure.Verdict.Message, Does.Not.Contain("Multiple"));
    }

    [Test]
    public void Lets_the_failure_through()
    {
        for (var seed = 0UL; seed < 100; seed++)
        {
            LabRuntime.Run(TopUpTwice, seed: new Seed(seed));
        }
    }

    [Test]
    public void Catches_what_the_executions_throw()
    {
        var result = Explorer.Explore(
            static async cx =>
            {
                try
                {
                    Assert.Fail("never mind");
                }
                catch (AssertionException)
                {
                    await cx.YieldAsync();
                }
            },
            new ExploreOptions { Executions = 20 });
        Assert.That(result.Failure, Is.Null);
    }

    [Test]
    public void Fails_in_a_child_and_in_the_body()
    {
        var result = LabRuntime.TryRun(static cx => cx.ScopeAsync(async scope =>
        {
            scope.Spawn(static _ =>
            {
                Assert.Fail("child");
                return Task.CompletedTask;
            });
            await cx.YieldAsync();
            Assert.Fail("body");
        }));
        Assert.That(result.Verdict.IsFailure);
    }

    private static async Task TopUpTwice(Cx cx)
    {
        var balance = new Shared<int>(100);
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(c => Credit(balance, 30, c));
            scope.Spawn(c => Credit(balance, 50, c));
            return Task.CompletedTask;
        });
        Assert.That(balance.Peek(), Is.EqualTo(180));
    }

    private static async Task Credit(Shared<int> balance, int amount, Cx cx)
    {
        var current = await balance.ReadAsync(cx);
        await balance.WriteAsync(current + amount, cx);
    }
}
