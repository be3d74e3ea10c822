using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Seeds;
using Lab.Sharing;
using NUnit.Framework;

namespace Lab.Properties.Exploration;

/// <summary>Objects made outside of the program (a static, a field of a fixture) have numbers that replay finds again.</summary>
[TestFixture]
public sealed class OutsideObjectReplayTests
{
    private readonly Shared<int> _first = new();
    private readonly Shared<int> _second = new();

    [Test]
    public void An_execution_that_uses_what_was_made_outside_replays([Range(0, 20)] int seed)
    {
        var result = LabRuntime.TryRun(Program, seed: new Seed((ulong)seed));
        Assert.That(result.Verdict.Name, Is.EqualTo("exception"), result.Verdict.ToString());
        var replay = ReplayComparison.Of(result.Trace!, LabRuntime.Replay(result.Trace!, Program));
        Assert.That(replay.Agreement, Is.EqualTo(ReplayAgreement.Exact), replay.Message);
    }

    private async Task Program(Cx cx)
    {
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(child => _first.WriteAsync(1, child));
            scope.Spawn(child => _second.WriteAsync(1, child));
            scope.Spawn(async child => await _first.ReadAsync(child));
            return Task.CompletedTask;
        });
        throw new InvalidOperationException("to have a trace");
    }
}
