using Lab.Core.Tasks;
using Lab.Sharing;

namespace Lab.Properties.Exploration;

/// <summary>Small programs for tests of the explorer: every execution builds its state anew.</summary>
internal static class ExplorerPrograms
{
    /// <summary>Two tasks that read and then write: fails when both read before one writes.</summary>
    internal static async Task LostUpdate(Cx cx)
    {
        var value = new Shared<int>();
        await cx.ScopeAsync(scope =>
        {
            for (var i = 0; i < 2; i++)
            {
                scope.Spawn(async child => await value.WriteAsync(await value.ReadAsync(child) + 1, child));
            }

            return Task.CompletedTask;
        });
        if (value.Peek() != 2)
        {
            throw new InvalidOperationException("an update was lost");
        }
    }

    /// <summary>Two tasks that write what nobody reads, twice each.</summary>
    internal static Task TwoWriters(Cx cx) => Writers(cx, 2, 2);

    /// <summary>Three tasks that write what nobody reads, twice each: passes, with 6! / (2! 2! 2!) = 90 orders of the writes.</summary>
    internal static Task ThreeWriters(Cx cx) => Writers(cx, 3, 2);

    /// <summary>So many orders that a sample hardly meets one twice.</summary>
    internal static Task ManyOrders(Cx cx) => Writers(cx, 6, 4);

    /// <summary>Fails in two ways, each in few interleavings.</summary>
    internal static async Task TwoBugs(Cx cx)
    {
        var value = new Shared<int>();
        await cx.ScopeAsync(scope =>
        {
            for (var i = 1; i <= 4; i++)
            {
                var mine = i;
                scope.Spawn(async child =>
                {
                    var before = await value.ReadAsync(child);
                    await value.WriteAsync((before * 5) + mine, child);
                });
            }

            return Task.CompletedTask;
        });
        var text = value.Peek() switch
        {
            (4 * 5) + 1 => "four, then one",
            (((3 * 5) + 2) * 5) + 4 => "three, two, four",
            _ => null,
        };
        if (text is not null)
        {
            throw new InvalidOperationException(text);
        }
    }

    /// <summary>A field that nobody declared decides what is noted.</summary>
    internal static async Task Undeclared(Cx cx)
    {
        var plain = 0;
        await cx.ScopeAsync(scope =>
        {
            for (var i = 1; i <= 3; i++)
            {
                var mine = i;
                scope.Spawn(async child =>
                {
                    await child.YieldAsync();
                    await child.YieldAsync();
                    plain = (plain * 4) + mine;
                });
            }

            return Task.CompletedTask;
        });
        cx.Note(plain == (((3 * 4) + 2) * 4) + 1 ? "backwards" : "some order");
    }

    /// <summary>Notes which of two tasks was last, from a field that nobody declared.</summary>
    internal static async Task LastOfTwo(Cx cx)
    {
        var last = 0;
        await cx.ScopeAsync(scope =>
        {
            for (var i = 1; i <= 2; i++)
            {
                var mine = i;
                scope.Spawn(async child =>
                {
                    await child.YieldAsync();
                    last = mine;
                });
            }

            return Task.CompletedTask;
        });
        cx.Note($"last: {last}");
    }

    private static async Task Writers(Cx cx, int tasks, int writes)
    {
        var value = new Shared<int>();
        await cx.ScopeAsync(scope =>
        {
            for (var i = 0; i < tasks; i++)
            {
                scope.Spawn(async child =>
                {
                    for (var n = 0; n < writes; n++)
                    {
                        await value.WriteAsync(n, child);
                    }
                });
            }

            return Task.CompletedTask;
        });
    }
}
