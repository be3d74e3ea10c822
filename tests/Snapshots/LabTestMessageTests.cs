using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Sharing;
using Lab.Testing;
using NUnit.Framework;

namespace Lab.Snapshots;

/// <summary>What a test runner shows of a failing <c>[LabTest]</c>, and of its replay.</summary>
[TestFixture]
public sealed class LabTestMessageTests
{
    private static readonly FixtureProgram s_test = new(typeof(AccountTests<int>).GetMethod(nameof(AccountTests<>.Deposits_add_up))!, typeof(AccountTests<int>), []);

    private const string Name = "Bank.Tests.AccountTests.Deposits_add_up";
    private const string File = Name + ".assertion-failed.0-7.trace";

    // Beside the tests, where the trace is unless somebody moved it; the text names no folder of this machine.
    private string _before = "";

    [SetUp]
    public void GoBesideTheTests()
    {
        _before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = AppContext.BaseDirectory;
    }

    [TearDown]
    public void GoBack() => Environment.CurrentDirectory = _before;

    [Test]
    public async Task A_test_that_fails()
    {
        var exploration = Explore();
        await Verify(LabTestMessage.OfFailure(exploration, exploration.Failure! with { TracePath = File }, GetType().Assembly));
    }

    [Test]
    public async Task Its_replay()
    {
        var trace = Explore().Failure!.Trace!;
        var replay = LabRuntime.Replay(trace, s_test.RunAsync) with { Index = trace.Execution, TracePath = File };
        await Verify(LabTestMessage.OfReplay(trace, replay, ReplayComparison.Of(trace, replay), GetType().Assembly));
    }

    [Test]
    public async Task Its_replay_after_the_bug_was_fixed()
    {
        var trace = Explore().Failure!.Trace!;
        var replay = LabRuntime.Replay(trace, static cx => cx.ScopeAsync(static scope =>
        {
            scope.Spawn(static _ => Task.CompletedTask, name: "salary");
            return Task.CompletedTask;
        })) with { Index = trace.Execution, TracePath = File };
        await Verify(LabTestMessage.OfReplay(trace, replay, ReplayComparison.Of(trace, replay), GetType().Assembly));
    }

    private static ExplorationResult Explore() => Explorer.Explore(
        s_test.RunAsync, new ExploreOptions { Scenario = Name, AssemblyName = "Bank.Tests", Executions = 1_000, Clock = StoppedClock.Instance });

    /// <summary>Generic, so that nobody takes it for a fixture of this project.</summary>
    public sealed class AccountTests<T>
    {
        public async Task Deposits_add_up(Cx cx)
        {
            var balance = new Shared<int>();
            await cx.ScopeAsync(scope =>
            {
                scope.Spawn(child => Deposit(balance, child), name: "salary");
                scope.Spawn(child => Deposit(balance, child), name: "refund");
                return Task.CompletedTask;
            });
            Assert.That(balance.Peek(), Is.EqualTo(2), "both deposits count");
        }

        private static async Task Deposit(Shared<int> balance, Cx cx)
        {
            var value = await balance.ReadAsync(cx);
            await balance.WriteAsync(value + 1, cx);
        }
    }
}
