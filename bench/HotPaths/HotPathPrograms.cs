using Lab.Core.Cancellation;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;
using Lab.Core.Time;
using Lab.Execution;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Bench.HotPaths;

/// <summary>The paths, each alone on one worker. They are made one at a time: the next may want memory that this one holds.</summary>
internal static class HotPathPrograms
{
    private const int Rounds = 100_000;
    private const int Looks = 5_000_000;
    private const int Tasks = 100;
    private const int PendingTimers = 100_000;

    internal static IEnumerable<HotPath> Native()
    {
        using var runtime = new Runtime(new RuntimeOptions { Workers = 1 });
        yield return new("poll loop", "a task yields and is polled again", InTask(Rounds, static async cx =>
        {
            for (var i = 0; i < Rounds; i++)
            {
                await cx.YieldAsync();
            }
        }));
        yield return new("cancel check", "`cx.IsCancellationRequested`", InTask(Looks, static cx =>
        {
            var seen = false;
            for (var i = 0; i < Looks; i++)
            {
                seen |= cx.IsCancellationRequested;
            }

            return seen ? throw new InvalidOperationException("nobody asked") : Task.CompletedTask;
        }));
        yield return new("context", "`cx.Checkpoint()`", InTask(Looks, static cx =>
        {
            for (var i = 0; i < Looks; i++)
            {
                cx.Checkpoint();
            }

            return Task.CompletedTask;
        }));
        yield return new("task record", $"spawn and join, {Tasks} in a scope", InTask(Rounds, static async cx =>
        {
            for (var i = 0; i < Rounds / Tasks; i++)
            {
                await cx.ScopeAsync(static scope =>
                {
                    for (var task = 0; task < Tasks; task++)
                    {
                        scope.Spawn(static _ => Task.CompletedTask);
                    }

                    return Task.CompletedTask;
                });
            }
        }));
        yield return new("cancel token", "make, link and end a child", Children);
        yield return new("Notify", "wait and wake", InTask(2 * Rounds, Programs.PingPong(Rounds)));
        yield return new("channel", "send and receive, capacity 128", InTask(4 * Rounds, Programs.Messages(1, 4 * Rounds, 128)));
        var (queue, injector) = (new LocalQueue(), new Injector());
        yield return new("local queue", $"push and pop, {Tasks} at a time", InTask(Rounds, cx => Queue(queue, cx.Enter())));
        yield return new("injector", $"push and pop, {Tasks} at a time", InTask(Rounds, cx => Inject(injector, cx.Enter())));
        var limits = Limits();
        InTask(PendingTimers, cx => SetTimers(cx.Task.Scheduler.Timers, limits))();
        var timer = new Entry();
        yield return new("timer queue", "set and cancel, 100,000 pending", InTask(Rounds, cx => SetAndCancel(cx.Task.Scheduler.Timers, timer, limits)));

        Func<long> InTask(long operations, Func<Cx, Task> body) => () =>
        {
            runtime.RunAsync(body).GetAwaiter().GetResult();
            return operations;
        };
    }

    internal static IEnumerable<HotPath> InLab()
    {
        var engine = new LabEngine(new LabOptions { StepLimit = long.MaxValue });
        var walk = new RandomWalk();
        var seed = 0UL;
        var program = Programs.Yields(tasks: 10, Rounds / 10);
        yield return new("lab step", "one of ten tasks is chosen and yields", () => engine.Run(program, walk, new Seed(seed++), 1).Steps);
    }

    private static long Children()
    {
        var parent = new CancellationNode();
        for (var i = 0; i < Rounds; i++)
        {
            parent.CreateChild().Dispose();
        }

        return Rounds;
    }

    private static Task Queue(LocalQueue queue, RuntimeTask task)
    {
        for (var i = 0; i < Rounds / Tasks; i++)
        {
            for (var entry = 0; entry < Tasks; entry++)
            {
                queue.TryPush(new QueueEntry(task, 0));
            }

            while (queue.TryPop(out _))
            {
            }
        }

        return Task.CompletedTask;
    }

    private static Task Inject(Injector injector, RuntimeTask task)
    {
        for (var i = 0; i < Rounds / Tasks; i++)
        {
            for (var entry = 0; entry < Tasks; entry++)
            {
                injector.PushReady(new QueueEntry(task, 0));
            }

            while (injector.Ready.TryPop(out _))
            {
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>From an hour to two: none fires meanwhile.</summary>
    private static TimeSpan[] Limits()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, PendingTimers).Select(_ => TimeSpan.FromMilliseconds(3_600_000 + random.Next(3_600_000)))];
    }

    private static Task SetTimers(TimerDriver timers, TimeSpan[] limits)
    {
        foreach (var limit in limits)
        {
            timers.Set(new Entry(), limit);
        }

        return Task.CompletedTask;
    }

    private static Task SetAndCancel(TimerDriver timers, Entry timer, TimeSpan[] limits)
    {
        for (var i = 0; i < Rounds; i++)
        {
            timers.Set(timer, limits[i]);
            timers.Cancel(timer);
        }

        return Task.CompletedTask;
    }

    private sealed class Entry : TimerEntry
    {
        internal override void Fire(long due)
        {
        }
    }
}
