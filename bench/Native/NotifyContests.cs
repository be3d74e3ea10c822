using Lab.Core.Sync;
using Lab.Core.Tasks;

namespace Lab.Bench.Native;

/// <summary>
/// <c>notify</c>: waiting and waking, beside the events of other libraries; for information, the semaphore and the mutex too. An operation is a wait
/// that really waited and the wake that ended it, unless the name says otherwise.
/// </summary>
internal static class NotifyContests
{
    private const int Rounds = 100_000;

    /// <summary>As fast with many waiters as with one; two measurements of the same differ by up to a fifth.</summary>
    private const double ManyJudgedAt = 0.83;

    internal static IEnumerable<Contest> All()
    {
        using (var runtime = new Runtime(new RuntimeOptions { Workers = Environment.ProcessorCount }))
        {
            yield return WaitAndWake(runtime, "", 3, 2);
            yield return Broadcast(runtime);
            foreach (var contest in LockContests.All(runtime))
            {
                yield return contest;
            }
        }

        using (var single = new Runtime(new RuntimeOptions { Workers = 1 }))
        {
            yield return WaitAndWake(single, ", 1 worker", null, null);
            yield return ManyWaiters(single);
        }
    }

    private static Contest WaitAndWake(Runtime runtime, string remark, double? semaphoreGoal, double? eventGoal)
    {
        Notify ping = new(), pong = new();
        SemaphoreSlim pingSemaphore = new(0), pongSemaphore = new(0);
        Nito.AsyncEx.AsyncAutoResetEvent pingNito = new(), pongNito = new();
        DotNext.Threading.AsyncAutoResetEvent pingNext = new(false), pongNext = new(false);
        return new Contest(
            $"wait + wake{remark}",
            Rounds,
            () => runtime.RunAsync(cx => PingPong(ping, pong, cx)).GetAwaiter().GetResult(),
            new Rival("SemaphoreSlim", () => OnPool(() => Ping(pingSemaphore, pongSemaphore), () => Pong(pingSemaphore, pongSemaphore)), semaphoreGoal),
            new Rival("Nito AsyncAutoResetEvent", () => OnPool(() => Ping(pingNito, pongNito), () => Pong(pingNito, pongNito)), eventGoal),
            new Rival("DotNext AsyncAutoResetEvent", () => OnPool(() => Ping(pingNext, pongNext), () => Pong(pingNext, pongNext)), eventGoal))
        {
            BytesGoal = 0,
        };
    }

    /// <summary>Each of 8 tasks waits again when it was woken; the last one tells the waker, which wakes them all. An operation is one of them woken.</summary>
    private static Contest Broadcast(Runtime runtime)
    {
        const int Waiters = 8;
        const int Broadcasts = 4 * Rounds / Waiters;
        Notify notify = new(), ready = new();
        SemaphoreSlim semaphore = new(0), readySemaphore = new(0);
        var waiting = 0;
        return new Contest(
            "broadcast to 8",
            Broadcasts * Waiters,
            () => runtime.RunAsync(async cx =>
            {
                await using var scope = cx.OpenScope();
                for (var i = 0; i < Waiters; i++)
                {
                    scope.Spawn(Wait);
                }

                for (var i = 0; i < Broadcasts; i++)
                {
                    await ready.WaitAsync(cx);
                    waiting = 0;
                    notify.NotifyWaiters();
                }

                await scope.JoinAsync(cx);
            }).GetAwaiter().GetResult(),
            new Rival("SemaphoreSlim.Release(8)", () => OnPool(
                async () =>
                {
                    for (var i = 0; i < Broadcasts; i++)
                    {
                        await readySemaphore.WaitAsync();
                        waiting = 0;
                        semaphore.Release(Waiters);
                    }
                },
                () => Task.WhenAll(Enumerable.Range(0, Waiters).Select(_ => Task.Run(WaitForSemaphore)))), null))
        {
            BytesGoal = 0,
        };

        async Task Wait(Cx cx)
        {
            for (var i = 0; i < Broadcasts; i++)
            {
                var wait = notify.WaitAsync(cx);
                if (Interlocked.Increment(ref waiting) == Waiters)
                {
                    ready.NotifyOne();
                }

                await wait;
            }
        }

        async Task WaitForSemaphore()
        {
            for (var i = 0; i < Broadcasts; i++)
            {
                var wait = semaphore.WaitAsync();
                if (Interlocked.Increment(ref waiting) == Waiters)
                {
                    readySemaphore.Release();
                }

                await wait;
            }
        }
    }

    /// <summary>The oldest of the waiters is woken, and waits again behind the others; the waker yields to it.</summary>
    private static Contest ManyWaiters(Runtime runtime)
    {
        Notify thousand = Waited(1000), one = Waited(1);
        return new Contest(
            "1,000 waiters, 1 worker",
            Rounds,
            () => Wake(thousand),
            new Rival("1 waiter", () => Wake(one), 1) { JudgedAt = ManyJudgedAt })
        {
            BytesGoal = 0,
        };

        Notify Waited(int waiters)
        {
            var notify = new Notify();
            for (var i = 0; i < waiters; i++)
            {
                runtime.Spawn(async cx =>
                {
                    while (true)
                    {
                        await notify.WaitAsync(cx);
                    }
                });
            }

            return notify;
        }

        void Wake(Notify notify) => runtime.RunAsync(async cx =>
        {
            for (var i = 0; i < Rounds; i++)
            {
                notify.NotifyOne();
                await cx.YieldAsync();
            }
        }).GetAwaiter().GetResult();
    }

    private static void OnPool(Func<Task> one, Func<Task> other) =>
        Task.Run(() => Task.WhenAll(Task.Run(other), one())).GetAwaiter().GetResult();

    private static async Task PingPong(Notify ping, Notify pong, Cx cx)
    {
        await using var scope = cx.OpenScope();
        scope.Spawn(async c =>
        {
            for (var i = 0; i < Rounds / 2; i++)
            {
                await ping.WaitAsync(c);
                pong.NotifyOne();
            }
        });
        for (var i = 0; i < Rounds / 2; i++)
        {
            ping.NotifyOne();
            await pong.WaitAsync(cx);
        }

        await scope.JoinAsync(cx);
    }

    private static async Task Ping(SemaphoreSlim ping, SemaphoreSlim pong)
    {
        for (var i = 0; i < Rounds / 2; i++)
        {
            ping.Release();
            await pong.WaitAsync();
        }
    }

    private static async Task Pong(SemaphoreSlim ping, SemaphoreSlim pong)
    {
        for (var i = 0; i < Rounds / 2; i++)
        {
            await ping.WaitAsync();
            pong.Release();
        }
    }

    private static async Task Ping(Nito.AsyncEx.AsyncAutoResetEvent ping, Nito.AsyncEx.AsyncAutoResetEvent pong)
    {
        for (var i = 0; i < Rounds / 2; i++)
        {
            ping.Set();
            await pong.WaitAsync();
        }
    }

    private static async Task Pong(Nito.AsyncEx.AsyncAutoResetEvent ping, Nito.AsyncEx.AsyncAutoResetEvent pong)
    {
        for (var i = 0; i < Rounds / 2; i++)
        {
            await ping.WaitAsync();
            pong.Set();
        }
    }

    private static async Task Ping(DotNext.Threading.AsyncAutoResetEvent ping, DotNext.Threading.AsyncAutoResetEvent pong)
    {
        for (var i = 0; i < Rounds / 2; i++)
        {
            ping.Set();
            await pong.WaitAsync();
        }
    }

    private static async Task Pong(DotNext.Threading.AsyncAutoResetEvent ping, DotNext.Threading.AsyncAutoResetEvent pong)
    {
        for (var i = 0; i < Rounds / 2; i++)
        {
            await ping.WaitAsync();
            pong.Set();
        }
    }
}
