using Lab.Core.Scheduling;
using Lab.Core.Tasks;

namespace Lab.Properties.Sync;

/// <summary>Runs a test's body as a task of a native runtime. With one worker nothing runs between two awaits of the body, so cases are exact.</summary>
internal static class Native
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    internal static async Task Run(Func<Cx, Task> body, int workers = 1)
    {
        await using var runtime = new Runtime(new RuntimeOptions { Workers = workers, GracePeriod = TimeSpan.FromSeconds(1) });
        await runtime.RunAsync(body).WaitAsync(s_limit);
    }

    /// <summary>Lets the other tasks run until the condition holds.</summary>
    internal static async Task Until(Cx cx, Func<bool> condition)
    {
        for (var i = 0; i < 10_000; i++)
        {
            if (condition())
            {
                return;
            }

            await cx.YieldAsync();
        }

        throw new TimeoutException("The condition did not come to hold.");
    }

    /// <summary>Lets every other task run as far as it can.</summary>
    internal static async Task Settle(Cx cx)
    {
        for (var i = 0; i < 100; i++)
        {
            await cx.YieldAsync();
        }
    }

    internal static async Task JoinAll(Cx cx, List<TaskHandle> handles)
    {
        foreach (var handle in handles)
        {
            await handle.JoinAsync(cx);
        }
    }

    internal static int Waiters(object primitive) => ((IInspectable)primitive).Waiters;

    /// <summary>Starts one waiter after the other, each when its predecessor is parked.</summary>
    internal static async Task<List<TaskHandle>> StartInOrder(Cx cx, Scope scope, object primitive, int count, Func<Cx, int, Task> body)
    {
        var handles = new List<TaskHandle>();
        for (var i = 0; i < count; i++)
        {
            var (index, before) = (i, Waiters(primitive));
            handles.Add(scope.Spawn(c => body(c, index)));
            await Until(cx, () => Waiters(primitive) == before + 1);
        }

        return handles;
    }

    /// <summary>Bytes that one call of the body allocates once everything is warm; run on the one worker.</summary>
    internal static async Task<double> BytesPerRound(Func<Task> warmUp, Func<int, Task> rounds)
    {
        const int Rounds = 2_000;
        await warmUp();
        await rounds(Rounds);
        var before = GC.GetAllocatedBytesForCurrentThread();
        await rounds(Rounds);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Rounds;
    }
}
