using Lab.Core.Tasks;

namespace Lab.Properties.Tasks;

/// <summary>Runs a program in a scope of a native runtime with one worker, where nothing runs between two awaits and records come back in order.</summary>
internal static class OneWorker
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    internal static void Run(Func<Scope, Cx, Task> program)
    {
        using var runtime = new Runtime(new RuntimeOptions { Workers = 1 });
        runtime.RunAsync(async cx =>
        {
            await using var scope = cx.OpenScope(new ScopeOptions { Faults = FaultPolicy.CollectAll });
            await program(scope, cx);
            await scope.JoinAsync(cx);
        }).WaitAsync(s_patience).GetAwaiter().GetResult();
    }
}
