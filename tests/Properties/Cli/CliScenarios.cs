using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Sharing;

namespace Lab.Properties.Cli;

/// <summary>Small programs with names, for the tests of the command line: one for each way in which an exploration can end.</summary>
internal static class CliScenarios
{
    /// <summary>What the program that says so says.</summary>
    internal const string Running = "the program runs";

    private static int s_runs;
    private static int s_hasSaid;

    /// <summary>What the changing program computes with; a test changes it between recording and replay.</summary>
    internal static string Expected { get; set; } = "2";

    /// <summary>What happens to the world while the changing program runs.</summary>
    internal static Action Meanwhile { get; set; } = static () => { };

    /// <summary>How many reads the changing program begins with.</summary>
    internal static int ExtraReads { get; set; }

    [Scenario("lost-update", Description = "Two increments, read and write apart.", ExpectedVerdict = "exception")]
    internal static async Task LostUpdate(Cx cx)
    {
        var balance = new Shared<int>();
        await cx.ScopeAsync(async scope =>
        {
            scope.Spawn(child => Increment(balance, child), name: "left");
            scope.Spawn(child => Increment(balance, child), name: "right");
            await Task.CompletedTask;
        });
        if (balance.Peek() != 2)
        {
            throw new InvalidOperationException($"the balance is {balance.Peek()}, not {Expected}");
        }
    }

    [Scenario("safe-update", Description = "Two increments by compare-exchange.")]
    internal static async Task SafeUpdate(Cx cx)
    {
        var balance = new Shared<int>();
        await cx.ScopeAsync(async scope =>
        {
            scope.Spawn(child => Exchange(balance, child));
            scope.Spawn(child => Exchange(balance, child));
            await Task.CompletedTask;
        });
    }

    [Scenario("waits-for-itself", Description = "A deadlock in every interleaving.", ExpectedVerdict = "deadlock")]
    internal static async Task WaitsForItself(Cx cx)
    {
        var never = new TaskCompletionSource();
        await cx.DelayAsync(TimeSpan.FromMilliseconds(20));
        await never.Task;
    }

    [Scenario("late-by-a-millisecond", Description = "Three steps take longer than a delay of 1 ms, where the clock may move meanwhile.", ExpectedVerdict = "exception")]
    internal static async Task LateByAMillisecond(Cx cx)
    {
        var isDone = new Shared<bool>();
        await cx.ScopeAsync(async scope =>
        {
            scope.Spawn(async child =>
            {
                await child.YieldAsync();
                await child.YieldAsync();
                await isDone.WriteAsync(true, child);
            });
            await cx.DelayAsync(TimeSpan.FromMilliseconds(1));
            if (!await isDone.ReadAsync(cx))
            {
                throw new InvalidOperationException("too late");
            }
        });
    }

    [Scenario("changes", Description = "Becomes another program between recording and replay.")]
    internal static async Task Changes(Cx cx)
    {
        Meanwhile();
        var value = new Shared<int>();
        for (var i = 0; i < ExtraReads; i++)
        {
            await value.ReadAsync(cx);
        }

        await LostUpdate(cx);
    }

    [Scenario("remembers", Description = "Depends on a static that survives executions.")]
    internal static async Task Remembers(Cx cx)
    {
        var value = new Shared<int>();
        for (var i = s_runs++ % 2; i < 2; i++)
        {
            await value.WriteAsync(i, cx);
        }
    }

    [Scenario("says-that-it-runs", Description = "Two increments, told on standard error by the first execution of a process.")]
    internal static async Task SaysThatItRuns(Cx cx)
    {
        SayOnce();
        await SafeUpdate(cx);
    }

    // Only where the process is the command's own: the tests explore all scenarios of this assembly, too.
    [Scenario("ends-the-process", Description = "Leaves, and says that all is well.")]
    internal static async Task EndsTheProcess(Cx cx)
    {
        await cx.YieldAsync();
        if (System.Reflection.Assembly.GetEntryAssembly()?.GetName().Name == "lab-cli")
        {
            Environment.Exit(0);
        }
    }

    private static void SayOnce()
    {
        if (Interlocked.Exchange(ref s_hasSaid, 1) == 0)
        {
            Console.Error.WriteLine(Running);
        }
    }

    private static async Task Increment(Shared<int> balance, Cx cx)
    {
        var value = await balance.ReadAsync(cx);
        await balance.WriteAsync(value + 1, cx);
    }

    private static async Task Exchange(Shared<int> balance, Cx cx)
    {
        int value;
        do
        {
            value = await balance.ReadAsync(cx);
        }
        while (!await balance.CompareExchangeAsync(value + 1, value, cx));
    }
}
