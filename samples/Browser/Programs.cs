using Lab.Core.Tasks;

namespace Lab.Samples.Browser;

/// <summary>What the page explores: by name, since a trimmed program has no methods that could be found by their attributes.</summary>
internal static class Programs
{
    /// <summary>Where <c>lab replay</c> finds them.</summary>
    internal static readonly string AssemblyName = typeof(LostUpdate).Assembly.GetName().Name!;

    internal static readonly Dictionary<string, Func<Cx, Task>> ByName = new()
    {
        ["lost-update"] = LostUpdate.Buggy,
        ["lost-update-fixed"] = LostUpdate.Fixed,
        ["abba-deadlock"] = AbbaDeadlock.Buggy,
        ["timeout-race"] = TimeoutRace.Buggy,
        ["timeout-race-fixed"] = TimeoutRace.Fixed,
        ["cancellation-loses-message"] = CancellationLosesMessage.Buggy,
        ["dining-philosophers"] = DiningPhilosophers.Buggy,
        ["outside"] = Outside,
        ["blocking"] = Blocking,
    };

    /// <summary>Leaves the lab: it awaits a timer of the page's own, which fires between two slices. The verdict says so.</summary>
    private static async Task Outside(Cx cx)
    {
        await cx.YieldAsync();
        await Task.Delay(1);
        await cx.YieldAsync();
    }

    /// <summary>Blocks: a page has no thread that could be given up, and its runtime refuses.</summary>
    private static async Task Blocking(Cx cx)
    {
        await cx.YieldAsync();
        new TaskCompletionSource().Task.GetAwaiter().GetResult();
    }
}
