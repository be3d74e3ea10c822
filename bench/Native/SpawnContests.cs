using Lab.Core.Channels;
using Lab.Core.Tasks;

namespace Lab.Bench.Native;

/// <summary>
/// <c>spawn</c>: tasks that are started and joined, that yield to one another, that fork and join, and that block by the thousand; beside the thread
/// pool. Ours runs on as many workers as the machine has cores, which is what the thread pool has too.
/// </summary>
internal static class SpawnContests
{
    private const int Spawns = 50_000;
    private const int Batch = 1_000;
    private const int Yielders = 10;
    private const int Yields = 1_000_000;
    private const int Fibonacci = 25;
    private const int Blocked = 100_000;
    private const int Few = 10;

    /// <summary>Calls of fib(25): 2 * fib(26) - 1.</summary>
    private const int FibonacciCalls = 242_785;

    private const double SpawnGoal = 1.5;
    private const double YieldGoal = 2;
    private const double FanOutGoal = 1;

    /// <summary>What a scope takes, spread over the tasks of a batch.</summary>
    private const double ScopeBytes = 1;

    /// <summary>Nearly all of it is the bodies, on both sides; two measurements of the same differ by up to a tenth.</summary>
    private const int BusyMicroseconds = 1;
    private const double BusyJudgedAt = 0.9;

    /// <summary>No slower per task; two measurements of the same differ by up to a fifth.</summary>
    private const double BlockedGoal = 1;
    private const double BlockedJudgedAt = 0.8;

    internal static IEnumerable<Contest> All()
    {
        using var runtime = new Runtime(new RuntimeOptions { Workers = Environment.ProcessorCount });
        yield return SpawnAndJoin(runtime, "");
        yield return SpawnMany(runtime);
        yield return SpawnManyBusy(runtime);
        yield return YieldInTurns(runtime);
        yield return ForkAndJoin(runtime);
        yield return ReleaseOfMany(runtime);
        using var single = new Runtime(new RuntimeOptions { Workers = 1 });
        yield return SpawnAndJoin(single, ", 1 worker") with { BytesGoal = null };
    }

    private static Contest SpawnAndJoin(Runtime runtime, string remark) => new(
        $"spawn + join, pooled{remark}",
        Spawns,
        () => Run(runtime, static async cx =>
        {
            await using var scope = cx.OpenScope();
            for (var i = 0; i < Spawns; i++)
            {
                await scope.Spawn(static (_, _) => Task.CompletedTask, i, SpawnOptions.Pooled).JoinAsync(cx);
            }

            await scope.JoinAsync(cx);
        }),
        new Rival("Task.Run(Func<Task>)", () => Run(static async () =>
        {
            for (var i = 0; i < Spawns; i++)
            {
                await Task.Run(static () => Task.CompletedTask);
            }
        }), remark.Length == 0 ? SpawnGoal : null),
        new Rival("Task.Run(Action)", () => Run(static async () =>
        {
            for (var i = 0; i < Spawns; i++)
            {
                await Task.Run(static () => { });
            }
        }), remark.Length == 0 ? SpawnGoal : null),
        new Rival("our own, a fresh record", () => Run(runtime, static async cx =>
        {
            await using var scope = cx.OpenScope();
            for (var i = 0; i < Spawns; i++)
            {
                await scope.Spawn(static _ => Task.CompletedTask).JoinAsync(cx);
            }

            await scope.JoinAsync(cx);
        }), null))
    {
        BytesGoal = 0,
    };

    private static Contest SpawnMany(Runtime runtime) => new(
        $"spawn {Batch} and wait for all, pooled",
        Spawns,
        () => Run(runtime, static cx => InBatches(cx, static (_, _) => Task.CompletedTask)),
        new Rival("Task.Run(Func<Task>) and WhenAll", () => Run(static () => OnPoolInBatches(static () => Task.CompletedTask)), FanOutGoal))
    {
        BytesGoal = ScopeBytes,
    };

    private static Contest SpawnManyBusy(Runtime runtime) => new(
        $"the same with bodies of about {BusyMicroseconds} us",
        Spawns,
        () => Run(runtime, static cx => InBatches(cx, static (rounds, _) => Busy(rounds))),
        new Rival("Task.Run(Func<Task>) and WhenAll", () => Run(static () => OnPoolInBatches(static () => Busy(Spawns))), FanOutGoal) { JudgedAt = BusyJudgedAt })
    {
        BytesGoal = ScopeBytes,
    };

    private static async Task InBatches(Cx cx, Func<int, Cx, Task> body)
    {
        for (var batch = 0; batch < Spawns / Batch; batch++)
        {
            await using var scope = cx.OpenScope();
            for (var i = 0; i < Batch; i++)
            {
                scope.Spawn(body, i, SpawnOptions.Pooled);
            }

            await scope.JoinAsync(cx);
        }
    }

    private static async Task OnPoolInBatches(Func<Task> body)
    {
        var tasks = new Task[Batch];
        for (var batch = 0; batch < Spawns / Batch; batch++)
        {
            for (var i = 0; i < Batch; i++)
            {
                tasks[i] = Task.Run(body);
            }

            await Task.WhenAll(tasks);
        }
    }

    /// <summary>A chain of multiplications, which the processor cannot shorten.</summary>
    private static Task Busy(int start)
    {
        var value = (uint)start;
        for (var i = 0; i < BusyMicroseconds * 1_400; i++)
        {
            value = (value * 31) + 1;
        }

        return value == 0 ? Task.Delay(0) : Task.CompletedTask;
    }

    private static Contest YieldInTurns(Runtime runtime) => new(
        $"{Yielders} tasks yield in turns",
        Yields,
        () => Run(runtime, static async cx =>
        {
            await using var scope = cx.OpenScope();
            for (var i = 0; i < Yielders; i++)
            {
                scope.Spawn(static async c =>
                {
                    for (var round = 0; round < Yields / Yielders; round++)
                    {
                        await c.YieldAsync();
                    }
                });
            }

            await scope.JoinAsync(cx);
        }),
        new Rival("Task.Yield", () => Run(static () => Task.WhenAll(Enumerable.Range(0, Yielders).Select(static _ => Task.Run(static async () =>
        {
            for (var round = 0; round < Yields / Yielders; round++)
            {
                await Task.Yield();
            }
        })))), YieldGoal))
    {
        BytesGoal = 0,
    };

    private static Contest ForkAndJoin(Runtime runtime) => new(
        $"fib({Fibonacci}), a task for each left branch",
        FibonacciCalls,
        () => Run(runtime, static cx => Fib(cx, new Call(Fibonacci))),
        new Rival("Task.Run", () => Run(static () => FibOnPool(Fibonacci)), SpawnGoal));

    /// <summary>Tasks send into a full channel, each as soon as its last message was taken; one task takes them. An operation releases one of them.</summary>
    private static Contest ReleaseOfMany(Runtime runtime) => new(
        $"a blocked task is released and blocks again, {Blocked} tasks",
        Blocked,
        new Blockers(runtime, Blocked).Release,
        new Rival($"{Few} tasks", new Blockers(runtime, Few).Release, BlockedGoal) { JudgedAt = BlockedJudgedAt })
    {
        BytesGoal = 0,
    };

    private static async Task Fib(Cx cx, Call call)
    {
        if (call.Argument < 2)
        {
            call.Result = call.Argument;
            return;
        }

        await using var scope = cx.OpenScope();
        var (left, right) = (new Call(call.Argument - 1), new Call(call.Argument - 2));
        var leftTask = scope.Spawn(static (left, c) => Fib(c, left), left, SpawnOptions.Pooled);
        await Fib(cx, right);
        await leftTask.JoinAsync(cx);
        await scope.JoinAsync(cx);
        call.Result = left.Result + right.Result;
    }

    private static async Task<int> FibOnPool(int argument)
    {
        if (argument < 2)
        {
            return argument;
        }

        var left = Task.Run(() => FibOnPool(argument - 1));
        var right = await FibOnPool(argument - 2);
        return await left + right;
    }

    private static void Run(Runtime runtime, Func<Cx, Task> program) => runtime.RunAsync(program).GetAwaiter().GetResult();

    private static void Run(Func<Task> program) => Task.Run(program).GetAwaiter().GetResult();

    private sealed class Call(int argument)
    {
        internal int Argument => argument;

        internal int Result { get; set; }
    }

    /// <summary>So many tasks, all but a few of them blocked in a send at any time. They live as long as the runtime.</summary>
    private sealed class Blockers
    {
        private readonly Runtime _runtime;
        private readonly Receiver<int> _rx;

        internal Blockers(Runtime runtime, int count)
        {
            _runtime = runtime;
            (var tx, _rx) = Mpsc.Bounded<int>(1);
            for (var i = 0; i < count; i++)
            {
                runtime.Spawn(async cx =>
                {
                    while (true)
                    {
                        await tx.SendAsync(0, cx);
                    }
                });
            }
        }

        internal void Release() => Run(_runtime, async cx =>
        {
            for (var i = 0; i < Blocked; i++)
            {
                await _rx.ReceiveAsync(cx);
            }
        });
    }
}
