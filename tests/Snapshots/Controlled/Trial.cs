using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Strategies;
using Lab.Traces;

namespace Lab.Snapshots.Controlled;

/// <summary>Runs a construct in the lab beside a task that does nothing but step, and says what came of it.</summary>
internal sealed class Trial
{
    private const int Steps = 4;

    private static readonly AsyncLocal<Thread?> s_lab = new();

    private readonly Construct _construct;
    private readonly LabOptions _options;
    private volatile object? _seen;
    private volatile bool _others;

    private Trial(Construct construct)
    {
        _construct = construct;

        // What comes from outside ends the wait for it, however late a busy machine lets it come; and who only has to wait for a processor does not block.
        var lab = new LabOptions { StepLimit = 2_000, ForeignWait = TimeSpan.FromSeconds(20), Watchdog = TimeSpan.FromMinutes(1) };
        _options = construct.Blocks ? lab with { Watchdog = TimeSpan.FromMilliseconds(100) } : lab;
    }

    /// <summary>
    /// For what runs outside: goes on when the lab's thread has nothing left to do but to wait for it. Sooner, it might be over before anybody awaits it.
    /// </summary>
    internal static void UntilTheLabWaits()
    {
        var lab = s_lab.Value!;
        SpinWait.SpinUntil(() => lab.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TimeSpan.FromSeconds(20));
    }

    /// <summary>The row of the table.</summary>
    internal static string Row(Construct construct)
    {
        var trial = new Trial(construct);
        var explored = Explorer.Explore(trial.RunAsync, new ExploreOptions { Executions = 200, Lab = trial._options, Shrink = null });
        var others = explored.Failure is null ? trial._others ? "yes" : "no" : "";
        var verdict = explored.Failure is { } failure ? $"noticed: *{Verdict.NameOf(failure.Verdict.Kind)}*" : trial.IsRepeatable() ? "controlled" : "**not noticed**";
        return $"| {construct.Name} | {verdict} | {others} | {construct.Instead} |";
    }

    /// <summary>The same schedule twice: does the program see the same world?</summary>
    private bool IsRepeatable()
    {
        var seen = new object?[2];
        for (var i = 0; i < seen.Length; i++)
        {
            _seen = null;
            LabRuntime.Run(RunAsync, _options, NonPreemptive.Name);
            seen[i] = _seen;
        }

        return Equals(seen[0], seen[1]);
    }

    private async Task RunAsync(Cx cx)
    {
        s_lab.Value = Thread.CurrentThread;
        var steps = new Sharing.Shared<int>();
        await cx.ScopeAsync(async scope =>
        {
            scope.Spawn(
                async c =>
                {
                    for (var i = 1; i <= Steps; i++)
                    {
                        await steps.WriteAsync(i, c);
                    }
                },
                name: "other");
            await cx.YieldAsync();
            var before = steps.Peek();
            _seen = await _construct.Use(cx, scope);
            _others |= steps.Peek() != before;

            // Whoever came back on another thread is noticed at the next call of the core at the latest.
            await cx.YieldAsync();
        });
    }
}
