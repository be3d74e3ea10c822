using Lab.Core.Channels;
using Lab.Core.Sync;
using Lab.Core.Tasks;

namespace Lab.Bench;

/// <summary>Small programs whose cost is measured; each does <c>rounds</c> operations per task and nothing else that grows with them.</summary>
internal static class Programs
{
    /// <summary>By name, with how many operations one round is.</summary>
    internal static readonly (string Name, Func<int, Func<Cx, Task>> Make)[] Steady =
    [
        ("yield", rounds => Two(rounds, static async (c, n) =>
        {
            for (var i = 0; i < n; i++)
            {
                await c.YieldAsync();
            }
        })),
        ("delay", rounds => Two(rounds, static async (c, n) =>
        {
            for (var i = 0; i < n; i++)
            {
                await c.DelayAsync(TimeSpan.FromTicks(1));
            }
        })),
        ("notify wait/wake", PingPong),
        ("channel send/receive", rounds => Messages(1, rounds, 4)),
        ("channel send/receive many", Batches),
    ];

    /// <summary>Some producers send <paramref name="each"/> messages each to one consumer.</summary>
    internal static Func<Cx, Task> Messages(int producers, int each, int capacity) => cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(capacity);
        return cx.ScopeAsync(scope =>
        {
            for (var p = 0; p < producers; p++)
            {
                var mine = p == 0 ? tx : tx.Fork();
                scope.Spawn(async c =>
                {
                    for (var i = 0; i < each; i++)
                    {
                        await mine.SendAsync(i, c);
                    }
                });
            }

            scope.Spawn(async c =>
            {
                for (var i = 0; i < producers * each; i++)
                {
                    await rx.ReceiveAsync(c);
                }
            });
            return Task.CompletedTask;
        });
    };

    /// <summary>One producer; the consumer takes what is there.</summary>
    private static Func<Cx, Task> Batches(int messages) => cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(4);
        return cx.ScopeAsync(scope =>
        {
            scope.Spawn(async c =>
            {
                for (var i = 0; i < messages; i++)
                {
                    await tx.SendAsync(i, c);
                }
            });
            scope.Spawn(async c =>
            {
                var buffer = new int[4];
                for (var taken = 0; taken < messages;)
                {
                    taken += await rx.ReceiveManyAsync(buffer, c);
                }
            });
            return Task.CompletedTask;
        });
    };

    internal static readonly Func<Cx, Task> TwoTasks = static cx => cx.ScopeAsync(static scope =>
    {
        scope.Spawn(static c => Task.CompletedTask);
        scope.Spawn(static c => Task.CompletedTask);
        return Task.CompletedTask;
    });

    internal static Func<Cx, Task> Yields(int tasks, int rounds) => cx => cx.ScopeAsync(scope =>
    {
        for (var i = 0; i < tasks; i++)
        {
            scope.Spawn(async c =>
            {
                for (var round = 0; round < rounds; round++)
                {
                    await c.YieldAsync();
                }
            });
        }

        return Task.CompletedTask;
    });

    private static Func<Cx, Task> Two(int rounds, Func<Cx, int, Task> body) => cx => cx.ScopeAsync(scope =>
    {
        scope.Spawn(c => body(c, rounds));
        scope.Spawn(c => body(c, rounds));
        return Task.CompletedTask;
    });

    internal static Func<Cx, Task> PingPong(int rounds) => cx =>
    {
        var ping = new Notify();
        var pong = new Notify();
        return cx.ScopeAsync(scope =>
        {
            scope.Spawn(async c =>
            {
                for (var i = 0; i < rounds; i++)
                {
                    ping.NotifyOne();
                    await pong.WaitAsync(c);
                }
            });
            scope.Spawn(async c =>
            {
                for (var i = 0; i < rounds; i++)
                {
                    await ping.WaitAsync(c);
                    pong.NotifyOne();
                }
            });
            return Task.CompletedTask;
        });
    };
}
