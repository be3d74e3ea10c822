using Lab.Core.Tasks;
using Lab.Sharing;

namespace Lab.Bench;

/// <summary>
/// A program with one bug of a chosen depth: a and b climb in turns, and each may take its step only once. The bug is d + 1 steps in a row, a's first: d
/// constraints between the two, and each is needed. b has idle operations before its first step, so that at equal speeds a is past its second long before.
/// </summary>
internal sealed class Staircase(int depth, int idle)
{
    /// <summary>Tasks, the one that spawns the two included.</summary>
    internal const int Tasks = 3;

    /// <summary>Whether the last execution had the bug. No exception: failing executions are costly, and only their number matters here.</summary>
    internal bool IsHit { get; private set; }

    internal async Task RunAsync(Cx cx)
    {
        IsHit = false;
        var stage = new Shared<int>();
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(c => Climb(stage, 0, c));
            scope.Spawn(async c =>
            {
                var own = new Shared<int>();
                for (var i = 0; i < idle; i++)
                {
                    await own.ReadAsync(c);
                }

                await Climb(stage, 1, c);
            });
            return Task.CompletedTask;
        });
        IsHit = stage.Peek() == depth + 1;
    }

    private async Task Climb(Shared<int> stage, int first, Cx cx)
    {
        for (var step = first; step <= depth; step += 2)
        {
            await stage.CompareExchangeAsync(step + 1, step, cx);
        }
    }
}
