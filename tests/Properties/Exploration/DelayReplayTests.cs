using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Seeds;
using NUnit.Framework;

namespace Lab.Properties.Exploration;

/// <summary>A delay's timer gets its number when it is first used, which may be when a decision chooses it: replay must number it then, too.</summary>
[TestFixture]
public sealed class DelayReplayTests
{
    [Test]
    public void An_execution_that_chooses_between_delays_replays([Range(0, 40)] int seed)
    {
        var result = LabRuntime.TryRun(Program, seed: new Seed((ulong)seed));
        Assert.That(result.Verdict.Name, Is.EqualTo("exception"), result.Verdict.ToString());
        Assert.That(ReplayComparison.Of(result.Trace!, LabRuntime.Replay(result.Trace!, Program)).Agreement, Is.EqualTo(ReplayAgreement.Exact));
    }

    private static async Task Program(Cx cx)
    {
        await cx.ScopeAsync(scope =>
        {
            for (var i = 1; i <= 3; i++)
            {
                var delay = TimeSpan.FromMilliseconds(i);
                scope.Spawn(child => child.DelayAsync(delay));
            }

            return Task.CompletedTask;
        });
        throw new InvalidOperationException("to have a trace");
    }
}
