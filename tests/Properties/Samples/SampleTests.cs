using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Samples;
using Lab.Seeds;
using Lab.Strategies;
using NUnit.Framework;

namespace Lab.Properties.Samples;

/// <summary>Both directions of each famous bug: found by random walk, hidden from the ordinary order, and gone when fixed.</summary>
[TestFixture]
public sealed class SampleTests
{
    private static readonly Scenarios s_samples = Scenarios.In(typeof(LostUpdate).Assembly);

    private static IEnumerable<string> Buggy => s_samples.All.Where(sample => sample.Expected is not null).Select(sample => sample.Name);

    private static IEnumerable<string> Fixed => s_samples.All.Where(sample => sample.Expected is null).Select(sample => sample.Name);

    [Test]
    public void Every_bug_stands_beside_its_fix() => Assert.That(Fixed, Is.EquivalentTo(Buggy.Select(name => $"{name}-fixed")).And.Exactly(9).Items);

    [TestCaseSource(nameof(Buggy))]
    public void Random_walk_finds_the_bug_within_10_000_executions(string name)
    {
        var sample = s_samples.Find(name);

        // Execution 0 is non-pre-emptive whatever the strategy: the walk is judged alone.
        for (var seed = 1UL; seed <= 5; seed++)
        {
            var found = Explorer.Explore(sample.Program, sample.ToExploreOptions() with { Strategy = RandomWalk.Name, Executions = 10_000, Seed = new Seed(seed), First = 1 });
            Assert.That(found.Failure?.Verdict.Kind, Is.EqualTo(sample.Expected), $"seed {seed}: {found.Failure?.Verdict}");
        }
    }

    // What a test on an idle machine sees: every task runs until it has to wait.
    [TestCaseSource(nameof(Buggy))]
    public void The_ordinary_order_hides_the_bug(string name)
    {
        var sample = s_samples.Find(name);
        Assert.That(LabRuntime.TryRun(sample.Program, sample.Options, NonPreemptive.Name).Verdict, Is.EqualTo(Verdict.Passed));
    }

    [TestCaseSource(nameof(Fixed))]
    public void The_fixed_version_survives(string name)
    {
        var sample = s_samples.Find(name);
        var result = Explorer.Explore(sample.Program, sample.ToExploreOptions() with { Executions = 2_000 });
        Assert.That(result.Failure?.Verdict, Is.Null);
        Assert.That(result.Executions, Is.EqualTo(2_000));
    }

    [TestCaseSource(nameof(Fixed))]
    public async Task The_fixed_version_passes_natively(string name)
    {
        await using var runtime = new Runtime(new RuntimeOptions { Workers = 4 });
        await runtime.RunAsync(s_samples.Find(name).Program).WaitAsync(TimeSpan.FromSeconds(30));
    }

    // With a clock that moves only when nobody has anything left to do, as fake clocks do, nothing ever races with a timeout.
    [Test]
    public void A_clock_that_moves_only_when_idle_never_finds_the_timeout_race()
    {
        var sample = s_samples.Find("timeout-race");
        var idle = sample.ToExploreOptions() with { Executions = 2_000, Lab = sample.Options with { Time = TimeModel.WhenIdle } };
        Assert.That(Explorer.Explore(sample.Program, idle).Failure?.Verdict, Is.Null);
    }
}
